"""JSON: role lists, chat logs, Whisper, WhisperX and Deepgram exports, one session or many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.ingest.codes import IngestCode
from pipeline.ingest.json_text import parse_json
from pipeline.ingest.json_turns import sessions_in
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import Fit, RawResult, RawSession, reader
from pipeline.ingest.source import Source

_START = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{"\]])')


def _sniff(source: Source) -> Fit:
    return Fit.LIKELY if not source.is_archive and _START.match(source.text) else Fit.NO


@reader("json", sniff=_sniff, suffixes=(".json",))
def read_json(source: Source, options: ReadOptions) -> Iterator[RawResult]:
    """Read the sessions of a JSON document; the line of a turn is its place in the list, counted from 1."""
    parsed = parse_json(source.text, max_depth=options.max_json_depth)
    repeated = (IngestCode.DUPLICATE_KEYS.issue(count=parsed.repeated),) if parsed.repeated else ()
    for result in sessions_in(parsed.value, options):
        yield replace(result, issues=(*result.issues, *repeated)) if isinstance(result, RawSession) else result
