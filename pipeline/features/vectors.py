"""Compare turns by meaning with a table of word-piece vectors: no torch, two megabytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from pipeline.core.canonical import sha256_file
from pipeline.core.errors import ModelError
from pipeline.core.paths import shipped_models_dir
from pipeline.core.records import Record

UNKNOWN_PIECE = "[UNK]"
Floats = NDArray[np.float32]


class _Source(Record):
    name: str
    licence: str
    weights_sha256: str


class VectorManifest(Record):
    """Describe the table: what it was made from, its size, and the hash of each file."""

    name: str
    licence: str
    made_from: _Source
    pieces: int = Field(ge=1)
    dims: int = Field(ge=1)
    files: dict[str, str]


class StaticVectors:
    """Hold the table and its tokenizer.

    A text's vector is the weighted mean of its pieces (rare pieces count more: Arora, Liang & Ma 2017), of length 1. Texts without
    a known piece have none.
    """

    def __init__(self, table: NDArray[np.int8], weights: NDArray[np.float16], tokenizer: Any) -> None:
        self._table = table
        self._weights = weights.astype(np.float32)
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, folder: Path | None = None) -> StaticVectors:
        """Load the table of `folder` (the shipped one when None); raises `ModelError` for a missing or changed file."""
        folder = folder or vectors_dir()
        manifest = _verified(folder)
        table = np.load(folder / "vectors.npy", allow_pickle=False)
        weights = np.load(folder / "weights.npy", allow_pickle=False)
        if table.shape != (manifest.pieces, manifest.dims) or weights.shape != (manifest.pieces,):
            raise ModelError("FEA-012", "the word vectors do not have the shape that their manifest says")
        return cls(table, weights, _tokenizer(folder / "pieces.txt"))

    def embed(self, texts: Sequence[str]) -> list[Floats | None]:
        """Return one unit vector a text, None where no piece of it is known."""
        return [self._mean(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]

    def _mean(self, ids: list[int]) -> Floats | None:
        weights = self._weights[ids]
        mean = weights @ self._table[ids].astype(np.float32) if ids else None
        norm = float(np.linalg.norm(mean)) if mean is not None else 0.0
        return np.asarray(mean / norm, dtype=np.float32) if mean is not None and norm > 0 else None


def vectors_dir() -> Path:
    """Return the folder of the shipped table, beside the shipped model."""
    return shipped_models_dir() / "vectors"


def _verified(folder: Path) -> VectorManifest:
    try:
        manifest = VectorManifest.model_validate_json((folder / "manifest.json").read_bytes())
        changed = [name for name, expected in sorted(manifest.files.items()) if sha256_file(folder / name) != expected]
    except (OSError, ValidationError):
        raise ModelError(
            "FEA-010", "the word vectors are missing or incomplete", way_out="Reinstall, or run scripts/make_vectors.py."
        ) from None
    if changed:
        raise ModelError("FEA-011", "a file of the word vectors has changed", place=changed[0])
    return manifest


def _tokenizer(pieces_file: Path) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    pieces = {piece: at for at, piece in enumerate(pieces_file.read_text(encoding="utf-8").splitlines())}
    tokenizer = Tokenizer(models.WordPiece(pieces, unk_token=UNKNOWN_PIECE, max_input_chars_per_word=60))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer
