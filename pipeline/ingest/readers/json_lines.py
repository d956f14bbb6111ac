"""JSON Lines: one session a line, or one turn a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from pipeline.core.errors import InputError
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.json_text import ParsedJson, parse_json
from pipeline.ingest.json_turns import sessions_in
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import Fit, RawResult, RawSession, reader
from pipeline.ingest.source import Source


def _sniff(source: Source) -> Fit:
    first, _, rest = source.text.lstrip("\n").partition("\n")
    if source.is_archive or not first.startswith("{"):
        return Fit.NO
    if first.rstrip().endswith("}") and (rest.lstrip().startswith("{") or source.suffix in {".jsonl", ".ndjson"}):
        return Fit.SURE
    return Fit.LIKELY if source.suffix in {".jsonl", ".ndjson"} else Fit.NO


@reader("jsonl", sniff=_sniff, suffixes=(".jsonl", ".ndjson"))
def read_json_lines(source: Source, options: ReadOptions) -> Iterator[RawResult]:
    """Read one session a line, or all lines as the turns of one session; a broken line stops no other line."""
    lines = [(number, raw) for number, raw in enumerate(source.text.split("\n"), start=1) if raw.strip()]
    if _holds_turns(lines[0][1]):
        yield from _session_of_all(lines, options)
        return
    for number, raw in lines:
        place = f"line {number}"
        parsed = _parsed(raw, options, place=place)
        if isinstance(parsed, InputError):
            yield parsed
        else:
            yield from (_placed(result, parsed, number) for result in sessions_in(parsed.value, options, place=place))


def _holds_turns(first_line: str) -> bool:
    """Tell whether the first line is a single turn and no session."""
    try:
        value = json.loads(first_line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and any(key in value for key in ("speaker", "role")) and "turns" not in value


def _session_of_all(lines: list[tuple[int, str]], options: ReadOptions) -> Iterator[RawResult]:
    parsed = [_parsed(raw, options, place=f"line {number}") for number, raw in lines]
    broken = [entry for entry in parsed if isinstance(entry, InputError)]
    if broken:
        raise broken[0]
    numbers = [number for number, _ in lines]
    for result in sessions_in([entry.value for entry in parsed if isinstance(entry, ParsedJson)], options):
        if isinstance(result, RawSession):
            numbered = tuple(replace(one, line=numbers[(one.line or 1) - 1]) for one in result.utterances)
            yield replace(result, utterances=numbered)
        else:
            yield result


def _parsed(raw: str, options: ReadOptions, *, place: str) -> ParsedJson | InputError:
    try:
        return parse_json(raw, max_depth=options.max_json_depth, place=place)
    except InputError as error:
        return error


def _placed(result: RawResult, parsed: ParsedJson, number: int) -> RawResult:
    if not isinstance(result, RawSession):
        return result
    repeated = (IngestCode.DUPLICATE_KEYS.issue(count=parsed.repeated),) if parsed.repeated else ()
    utterances = tuple(replace(one, line=number) for one in result.utterances)
    return replace(result, utterances=utterances, issues=(*result.issues, *repeated))
