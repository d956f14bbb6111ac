"""The key of a result: one hash over everything that its bytes come from. A result is current while its key is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pipeline import __version__
from pipeline.core.canonical import canonical_json, sha256_bytes, sha256_file
from pipeline.core.paths import configs_dir, shipped_models_dir
from pipeline.core.records import Record
from pipeline.core.results import SCHEMA_VERSION
from pipeline.core.settings import ScoreSettings
from pipeline.ingest.options import ReadOptions


class Recipe(Record):
    """Hold what makes results out of inputs, by hash: two runs with one recipe make the same bytes of the same input."""

    model_sha256: str
    config_sha256: str
    rules_sha256: str
    schema_version: str
    pipeline_version: str

    def input_key(self, source_sha256: str, *, suffixes: Sequence[str], parties: Sequence[str], options: ReadOptions) -> str:
        """Return the key of one input under this recipe: its bytes, and all that decides how they are read."""
        parts = {
            "recipe": self,
            "source_sha256": source_sha256,
            "suffixes": list(suffixes),
            "parties": list(parties),
            "options": options,
        }
        return sha256_bytes(canonical_json({name: _plain(part) for name, part in parts.items()}, places=None))


def recipe_of(model_sha256: str, *, settings: ScoreSettings) -> Recipe:
    """Return the recipe of this version with a model, told by the hash of its manifest, and settings."""
    return Recipe(
        model_sha256=model_sha256,
        config_sha256=settings.sha256(),
        rules_sha256=rules_sha256(),
        schema_version=SCHEMA_VERSION,
        pipeline_version=__version__,
    )


def session_key(input_key: str, *, position: int, copy: int = 0) -> str:
    """Return the key of the session at `position`, counted from 1; 0 stands for the input as a whole.

    `copy` tells apart inputs of one run that hold the same bytes, in the order of the run.
    """
    return sha256_bytes(f"{input_key}|{position}|{copy}".encode())


@lru_cache(maxsize=1)
def rules_sha256() -> str:
    """Return one hash over the shipped marker rules, lexicons, codebook and word vectors."""
    files = sorted(path for path in configs_dir().rglob("*.toml") if path.parent != configs_dir() or path.name == "codebook.toml")
    vectors = shipped_models_dir() / "vectors" / "manifest.json"
    return sha256_bytes("".join(sha256_file(path) for path in (*files, vectors) if path.is_file()).encode())


def _plain(part: object) -> object:
    return part.model_dump(mode="json") if isinstance(part, Record) else part
