"""The manifest of a model folder, and the check that refuses whatever differs from it."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from pipeline.classifier.packing import WindowPolicy
from pipeline.core.canonical import sha256_bytes, sha256_file
from pipeline.core.errors import ModelError
from pipeline.core.records import Probability, Record, SafeId, Sha256

MANIFEST = "manifest.json"
GRAPH = "model.int8.onnx"
TOKENIZER = "tokenizer.json"
# What a model folder may hold; everything that can run code when it is read stays out.
ALLOWED_SUFFIXES = {".json", ".safetensors", ".onnx", ".md", ".txt", ".svg"}


class FileEntry(Record):
    """Pin one file of the model folder."""

    sha256: str
    bytes: Annotated[int, Field(ge=0)]


class Band(Record):
    """Describe one band of calibrated likelihood with what was found in it in testing.

    Holds for `floor <= p < ceiling`; `clear` of `turns` turns in the band were rated clear.
    """

    name: str
    floor: Probability
    ceiling: Probability
    turns: int
    clear: int


class KindPolicy(Record):
    """Hold calibration, thresholds and bands of one kind.

    `knots` map the raw score to the calibrated likelihood, linear between them. `present` and `unsure` are thresholds on the
    calibrated likelihood; `accumulate` is what a turn takes over from flagged turns shortly before it (0 for confrontation).
    """

    knots: Annotated[tuple[tuple[Probability, Probability], ...], Field(min_length=2)]
    present: Probability
    unsure: Probability
    accumulate: Probability
    bands: tuple[Band, ...]


class Way(StrEnum):
    """Say how a model came from its parent: its weights were trained on, or only its likelihoods and thresholds were fitted again."""

    TRAINED = "trained"
    RECALIBRATED = "recalibrated"


class Lineage(Record):
    """Say where a retrained model comes from.

    `dyads` maps the site's keyed hash of a dyad to how many of its sessions the model or any of its parents learnt from.
    """

    parent_id: SafeId
    parent_sha256: Sha256
    way: Way
    seed: int
    dyads: dict[Sha256, Annotated[int, Field(ge=1)]]


class ModelManifest(Record):
    """Describe a model folder whole: what it is, how it reads, how it decides, what it was trained on, and its files."""

    model_id: str
    base: str
    base_sha256: str
    license: str
    codebook_version: str
    window: WindowPolicy
    outputs: tuple[str, ...]
    features: tuple[str, ...]
    withdrawal: KindPolicy
    confrontation: KindPolicy
    metrics: dict[str, Any]
    data_fingerprint: dict[str, Any]
    files: dict[str, FileEntry]
    lineage: Lineage | None = None


def read_manifest(folder: Path) -> tuple[ModelManifest, str]:
    """Read the manifest of `folder` and return it with its own hash, the model's identity."""
    path = folder / MANIFEST
    if not path.is_file():
        raise ModelError("MOD-001", "no model was found", way_out="Name a model folder with --model, or restore models/default from git.")
    content = path.read_bytes()
    try:
        return ModelManifest.model_validate_json(content), sha256_bytes(content)
    except ValidationError:
        raise ModelError(
            "MOD-002", "the manifest of the model cannot be read", place=MANIFEST, way_out="Restore the model folder."
        ) from None


def verify_folder(folder: Path) -> tuple[ModelManifest, str]:
    """Return the manifest after checking every file of the folder against it.

    Refuses a missing, changed or unlisted file, anything that can carry a pickle, and any configuration that asks for remote
    code. Nothing of the folder is loaded before all of it has been checked.
    """
    manifest, model_sha256 = read_manifest(folder)
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} - {MANIFEST}
    _refuse_names(present)
    if extra := sorted(present - set(manifest.files)):
        raise ModelError("MOD-003", "the model folder holds files that its manifest does not list", place=f"{len(extra)} files")
    for name, entry in sorted(manifest.files.items()):
        path = folder / name
        if name not in present or path.is_symlink() or path.stat().st_size != entry.bytes or sha256_file(path) != entry.sha256:
            raise ModelError("MOD-004", "a file of the model differs from the manifest", place=name, way_out="Restore the model folder.")
    if missing := sorted({GRAPH, TOKENIZER} - set(manifest.files)):
        raise ModelError(
            "MOD-004", "the model folder lacks a file that scoring needs", place=missing[0], way_out="Restore the model folder."
        )
    _refuse_content(folder, manifest)
    return manifest, model_sha256


def _refuse_names(names: set[str]) -> None:
    for name in sorted(names):
        if Path(name).suffix.lower() not in ALLOWED_SUFFIXES:
            raise ModelError(
                "MOD-005",
                "a file type that can carry code lies in the model folder",
                way_out="Remove it; models are safetensors, JSON and ONNX.",
            )


def _refuse_content(folder: Path, manifest: ModelManifest) -> None:
    for name in sorted(manifest.files):
        path = folder / name
        if not _is_what_it_says(path):
            raise ModelError("MOD-005", "a file of the model is not what its name says", place=name)
        if path.suffix.lower() == ".json" and _asks_for_code(_read_json(path)):
            raise ModelError("MOD-006", "the model's configuration asks for remote code", place=name)


def _is_what_it_says(path: Path) -> bool:
    """Tell whether a file begins as its type must: a tensor header, an ONNX version field, or text."""
    with path.open("rb") as handle:
        start = handle.read(4096)
    if path.suffix == ".safetensors":
        return start[8:9] == b"{" and int.from_bytes(start[:8], "little") < path.stat().st_size
    if path.suffix == ".onnx":
        return start[:1] == b"\x08"
    return b"\x00" not in start and not start.startswith((b"\x80", b"PK\x03\x04"))


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        raise ModelError("MOD-005", "a file of the model is not what its name says", place=path.name) from None


def _asks_for_code(value: Any) -> bool:
    if isinstance(value, dict):
        return "auto_map" in value or "custom_pipelines" in value or any(_asks_for_code(entry) for entry in value.values())
    return isinstance(value, list) and any(_asks_for_code(entry) for entry in value)
