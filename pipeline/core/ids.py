"""Identifiers that are stable, safe as file names and free of people's words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.core.canonical import sha256_bytes
from pipeline.core.records import Turn

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")


def safe_id(raw: str, *, limit: int = 64) -> str | None:
    """Return `raw` as a transcript id that is safe as a file name, or None when nothing usable is left.

    Letters, digits, `.`, `_` and `-` stay; runs of anything else become `_`. A hash of the whole is appended when
    characters were replaced or the id was cut, so that two different ids never meet in one file.

    >>> safe_id("annomi_004")
    'annomi_004'
    """
    cleaned = _UNSAFE.sub("_", raw.strip()).strip("._-")
    if not cleaned:
        return None
    if _RESERVED.match(cleaned):
        cleaned = f"s_{cleaned}"
    if cleaned == raw and len(cleaned) <= limit:
        return cleaned
    return f"{cleaned[: limit - 9].rstrip('._-')}-{sha256_bytes(raw.encode('utf-8', 'surrogatepass'))[:8]}"


def text_sha256(turns: Iterable[Turn]) -> str:
    """Return the hash of roles and texts of all turns, the reference that ratings are bound to."""
    joined = "\x1e".join(f"{turn.role.value}\x1f{turn.text}" for turn in turns)
    return sha256_bytes(joined.encode("utf-8"))
