"""A fitted network as a model folder: safetensors and tokenizer for transformers, an int8 ONNX graph for scoring, the manifest."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import save_file

from pipeline.classifier.manifest import GRAPH, MANIFEST, TOKENIZER, FileEntry, KindPolicy, Lineage, ModelManifest
from pipeline.classifier.network import TurnTagger
from pipeline.classifier.targets import output_names
from pipeline.core.canonical import TEMP_PREFIX, canonical_json, make_private_dir, sha256_file, write_atomic
from pipeline.core.codebook import codebook
from pipeline.core.errors import ModelError
from pipeline.features.stage import FEATURE_NAMES
from pipeline.training.base import Base
from pipeline.training.config import TrainingConfig

OPSET = 18
_TOKENIZER_FILES = ("tokenizer_config.json", "special_tokens_map.json")


@contextmanager
def staging_folder(out: Path) -> Iterator[Path]:
    """Yield an empty folder beside `out` that takes its place when the body is done, and is removed when the body fails."""
    folder = out.with_name(f"{TEMP_PREFIX}{out.name}.{os.getpid()}")
    shutil.rmtree(folder, ignore_errors=True)
    make_private_dir(folder)
    try:
        yield folder
        old = out.with_name(f"{TEMP_PREFIX}{out.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if out.exists():
            out.rename(old)
        folder.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def export_weights(network: TurnTagger, *, base: Base, folder: Path) -> None:
    """Write encoder (half precision), heads, configuration and tokenizer; `transformers` loads the encoder from the folder."""
    make_private_dir(folder)
    network = network.cpu().eval()
    encoder = {name: value.detach().half().contiguous() for name, value in network.encoder.state_dict().items()}
    save_file(encoder, folder / "model.safetensors", metadata={"format": "pt"})
    save_file(network.head_state(), folder / "heads.safetensors", metadata={"format": "pt"})
    config = {**base.config().to_dict(), "architectures": ["BertModel"], "dtype": "float16"}
    write_atomic(
        folder / "config.json", canonical_json({name: value for name, value in config.items() if name != "_name_or_path"}, places=None)
    )
    shutil.copyfile(base.folder / TOKENIZER, folder / TOKENIZER)
    for name in _TOKENIZER_FILES:
        if (base.folder / name).is_file():
            shutil.copyfile(base.folder / name, folder / name)


def export_graph(network: TurnTagger, *, n_features: int, folder: Path) -> None:
    """Write the float graph beside its int8 form and remove the float one; the heads stay in float, they are small and decide."""
    network = network.cpu().float().eval()
    network.encoder.set_attn_implementation("eager")
    length, turns = 48, 5
    inputs = (
        torch.randint(1000, 2000, (1, length)),
        torch.randint(0, turns, (1, length)),
        torch.randint(0, length, (1, turns)),
        torch.zeros(1, turns, n_features),
    )
    size, count = torch.export.Dim("length"), torch.export.Dim("turns")
    shapes = {"input_ids": {1: size}, "owner": {1: size}, "role_at": {1: count}, "features": {1: count}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            network,
            inputs,
            input_names=list(shapes),
            output_names=["logits"],
            dynamic_shapes=shapes,
            dynamo=True,
            opset_version=OPSET,
            verbose=False,
        )
    if program is None:
        raise ModelError("TRN-006", "the graph could not be exported")
    float_path = folder / "model.float.tmp"
    program.save(str(float_path), external_data=False)
    heads = [node.name for node in program.model.graph if any(part in (node.name or "") for part in ("trunk", "heads", "feature_in"))]
    quantize_dynamic(str(float_path), str(folder / GRAPH), weight_type=QuantType.QInt8, nodes_to_exclude=heads, per_channel=True)
    float_path.unlink()


def write_manifest(
    folder: Path,
    *,
    model_id: str,
    base: Base,
    config: TrainingConfig,
    policies: dict[str, KindPolicy],
    metrics: dict[str, Any],
    data_fingerprint: dict[str, Any],
    features: tuple[str, ...] = FEATURE_NAMES,
    lineage: Lineage | None = None,
) -> ModelManifest:
    """Pin every file of the folder and write what the model is; call it last, after the model card."""
    files = {
        path.relative_to(folder).as_posix(): FileEntry(sha256=sha256_file(path), bytes=path.stat().st_size)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    manifest = ModelManifest(
        model_id=model_id,
        base=base.name,
        base_sha256=base.sha256,
        license="Apache-2.0",
        codebook_version=codebook().version,
        window=config.window,
        outputs=output_names(),
        features=features,
        withdrawal=policies["withdrawal"],
        confrontation=policies["confrontation"],
        metrics=metrics,
        data_fingerprint=data_fingerprint,
        files=files,
        lineage=lineage,
    )
    write_atomic(folder / MANIFEST, canonical_json(manifest))
    for path in folder.iterdir():
        path.chmod(0o644)
    folder.chmod(0o755)
    return manifest
