"""JSON text to plain values, with a limit on nesting and a count of repeated keys."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from pipeline.ingest.codes import IngestCode

_STRUCTURE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)|(?P<open>[\[{])|[\]}]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class ParsedJson:
    """Hold a parsed value and how many objects repeat a key."""

    value: Any
    repeated: int


def parse_json(text: str, *, max_depth: int, place: str = "") -> ParsedJson:
    """Parse `text`; raise `InputError` when it is broken, or nested beyond `max_depth` before anything is built."""
    if _is_deeper(text, max_depth):
        raise IngestCode.TOO_DEEP.error(place=place, detail=f"more than {max_depth} levels")
    repeated = 0

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        entry = dict(pairs)
        repeated += len(entry) < len(pairs)
        return entry

    try:
        value = json.loads(text, object_pairs_hook=build)
    except json.JSONDecodeError as error:
        raise IngestCode.BROKEN_JSON.error(place=place or f"line {error.lineno}, column {error.colno}") from None
    except (ValueError, RecursionError):
        raise IngestCode.BROKEN_JSON.error(place=place, detail="a number or a nesting beyond what can be read") from None
    return ParsedJson(value, repeated)


def _is_deeper(text: str, max_depth: int) -> bool:
    depth = 0
    for found in _STRUCTURE.finditer(text):
        token = found.group()
        if found.lastgroup:
            depth += 1
            if depth > max_depth:
                return True
        elif token in {"]", "}"}:
            depth -= 1
    return False
