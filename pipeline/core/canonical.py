"""Canonical JSON, hashes and writes that are whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pipeline.core.errors import OutputError
from pipeline.core.faults import FaultPoint, reach

TEMP_PREFIX = ".~"


def canonical_json(value: Any, *, places: int | None = 4) -> bytes:
    """Return UTF-8 JSON with sorted keys, LF and a final newline; floats are rounded to `places`, None keeps them exact.

    Results are rounded, so that their bytes do not hang on the last bits of a float; configurations and states are not.
    Accepts what `json` accepts and pydantic records. NaN and infinity are refused with `ValueError`.
    """
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    text = json.dumps(plain if places is None else _rounded(plain, places), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return text.encode("utf-8") + b"\n"


def _rounded(value: Any, places: int) -> Any:
    if isinstance(value, float):
        return round(value, places) + 0.0
    if isinstance(value, dict):
        return {key: _rounded(entry, places) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(entry, places) for entry in value]
    return value


def sha256_bytes(content: bytes) -> str:
    """Return the hexadecimal SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the hexadecimal SHA-256 of the file at `path`, read in pieces."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_atomic(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part.

    The file is made with mode 0600 beside its target, synced, and moved over it. Raises `OutputError` when the disk or the
    permissions do not allow it; nothing is left behind then.
    """
    temporary = path.with_name(f"{TEMP_PREFIX}{path.name}.{os.getpid()}")
    try:
        make_private_dir(path.parent)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            os.fchmod(handle.fileno(), 0o600)
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        reach(FaultPoint.TEMPORARY_WRITTEN)
        temporary.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise write_failed(error) from None


def write_changed(path: Path, content: bytes) -> bool:
    """Write `content` as `write_atomic` does, unless the file holds it already; tell whether it was written."""
    if path.is_file() and path.read_bytes() == content:
        return False
    write_atomic(path, content)
    return True


def write_failed(error: OSError) -> OutputError:
    """Return the error that says why a result could not be written."""
    return OutputError(
        "OUT-001",
        f"the result could not be written: {os.strerror(error.errno or 0).lower()}",
        way_out="Check free space and permissions of the output folder, then run the same command again.",
    )


def make_private_dir(path: Path) -> None:
    """Create the folder `path` and missing parents with mode 0700, whatever the umask; leave existing ones as they are."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)


def sync_directory(path: Path) -> None:
    """Make the entries of a folder safe against a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
