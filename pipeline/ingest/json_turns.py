"""Find the sessions and turns in a JSON value, whatever the keys around them are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.core.errors import InputError
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.columns import NAMES, name_key
from pipeline.ingest.lines import gather, text_lines
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import RawResult, RawSession, RawUtterance
from pipeline.ingest.roles import role_of_word
from pipeline.ingest.times import stated_seconds

_HOLDER_NAMES = """
    turns utterances dialog dialogue messages conversation segments chunks monologues paragraphs sentences results channels alternatives
    transcript transcription transcripts sessions conversations dialogs dialogues data items words text
"""
_HOLDERS = tuple(_HOLDER_NAMES.split())
_PIECES = ("utterances", "sentences", "parts", "lines", "segments", "elements")
_WORDS = ("punctuated_word", "word", "value")
# Of several channels or readings of one recording, speech recognisers put the one to use first.
_ALTERNATIVES = frozenset({"channels", "alternatives"})


def sessions_in(value: Any, options: ReadOptions, *, place: str = "") -> Iterator[RawResult]:
    """Yield the sessions of a JSON value: a list of turns, an object that holds one, or a list of such objects."""
    if isinstance(value, list) and value and not _is_turns(value) and all(isinstance(entry, dict | list) for entry in value):
        if len(value) == 1:
            yield from sessions_in(value[0], options, place=place)
            return
        for position, entry in enumerate(value, start=1):
            yield from _named(sessions_in(entry, options), f"{place}, session {position}".lstrip(", "))
        return
    if isinstance(value, dict):
        yield from _sessions_in_object({name_key(key): entry for key, entry in value.items()}, options, place=place)
        return
    session = _session_of(value, options)
    yield replace(session, place=place) if session else IngestCode.NO_TURNS_FOUND.error(place=place)


def _named(results: Iterator[RawResult], place: str) -> Iterator[RawResult]:
    for result in results:
        if isinstance(result, RawSession):
            yield replace(result, place=result.place or place)
        else:
            yield InputError(result.code, result.problem, place=place, way_out=result.way_out)


def _sessions_in_object(entry: Mapping[str, Any], options: ReadOptions, *, place: str) -> Iterator[RawResult]:
    for key in (name for name in _HOLDERS if name in entry):
        held = entry[key][0] if key in _ALTERNATIVES and isinstance(entry[key], list) and entry[key] else entry[key]
        found = list(sessions_in(held, options, place=place)) if isinstance(held, list | dict | str) else []
        if any(isinstance(result, RawSession) for result in found):
            yield from (_with_ids(found[0], entry),) if len(found) == 1 else found
            return
    yield IngestCode.NO_TURNS_FOUND.error(place=place)


def _with_ids(result: RawResult, entry: Mapping[str, Any]) -> RawResult:
    if not isinstance(result, RawSession):
        return result
    number = _first(entry, NAMES["session_no"])
    return replace(
        result,
        session_id=result.session_id or _id(_first(entry, (*NAMES["session"], "id"))),
        dyad_id=result.dyad_id or _id(_first(entry, NAMES["dyad"])),
        session_no=number if isinstance(number, int) and not isinstance(number, bool) else result.session_no,
    )


def _id(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip() else None


def _session_of(value: Any, options: ReadOptions) -> RawSession | None:
    if isinstance(value, str):
        return _session_of_lines(value, options)
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(entry, str) for entry in value):
        return _session_of_lines("\n".join(entry.replace("\n", " ") for entry in value), options)
    return _session_of_turns(value) if _is_turns(value) else None


def _session_of_lines(text: str, options: ReadOptions) -> RawSession | None:
    gathered = gather(text_lines(text), options)
    return RawSession(gathered.utterances, issues=gathered.issues) if gathered.utterances else None


def _session_of_turns(entries: Sequence[Any]) -> RawSession:
    utterances: list[RawUtterance] = []
    skipped = systems = 0
    for position, raw in enumerate(entries, start=1):
        entry = _keyed(raw)
        text = _text(entry)
        if text is None:
            skipped += 1
        elif _first(entry, ("role", "speaker")) == "system":
            systems += 1
        else:
            utterances.append(_utterance(entry, text, position))
    counts = ((IngestCode.ROWS_SKIPPED, skipped), (IngestCode.SYSTEM_SKIPPED, systems))
    return RawSession(tuple(utterances), issues=tuple(code.issue(count=count) for code, count in counts if count))


def _utterance(entry: Mapping[str, Any], text: str, position: int) -> RawUtterance:
    role = _first(entry, NAMES["role"])
    start, end = _first(entry, NAMES["start"]), _first(entry, NAMES["end"])
    if isinstance(start, list) and len(start) == 2:  # Whisper's `timestamp: [start, end]`
        start, end = start
    scale = 1000 if "start_ms" in entry else 1
    start_s, end_s = stated_seconds(start), stated_seconds(end)
    return RawUtterance(
        speaker=_speaker(_first(entry, NAMES["speaker"])),
        text=text,
        start_s=start_s / scale if start_s is not None else None,
        end_s=end_s / scale if end_s is not None else None,
        line=position,
        declared_role=role_of_word(role) if isinstance(role, str) else None,
    )


def _speaker(value: Any) -> str | None:
    """Return a label; the numbers of speech recognisers become `SPEAKER_0`, so that a role map can call them."""
    if isinstance(value, dict):
        return _speaker(_first(_keyed(value), ("role", "name", "label", "id")))
    if isinstance(value, int) and not isinstance(value, bool):
        return f"SPEAKER_{value}"
    return value.strip() or None if isinstance(value, str) else None


def _is_turns(entries: Sequence[Any]) -> bool:
    """Tell whether most entries are turns: they hold words, and either say who speaks or hold no further turns."""
    turns = sum(_is_turn(_keyed(entry)) for entry in entries)
    return turns * 2 > len(entries)


def _is_turn(entry: Mapping[str, Any]) -> bool:
    if _text(entry) is None:
        return False
    holds_more = any(isinstance(entry.get(name), list) and _holds_entries(entry[name]) for name in _HOLDERS if name != "words")
    return not holds_more or _first(entry, NAMES["speaker"]) is not None


def _holds_entries(entries: Sequence[Any]) -> bool:
    return any(isinstance(entry, dict) for entry in entries)


def _text(entry: Mapping[str, Any]) -> str | None:
    """Return the words of a turn: a string, a list of strings or parts, or the pieces nested under it."""
    for name in (*NAMES["text"], *_PIECES, *_WORDS):
        value = entry.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, list) and value:
            parts = [part if isinstance(part, str) else _text(_keyed(part)) for part in value]
            if any(part is not None for part in parts):
                return " ".join(part for part in parts if part)
    return None


def _first(entry: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((entry[name] for name in names if entry.get(name) is not None), None)


def _keyed(entry: Any) -> Mapping[str, Any]:
    return {name_key(key): value for key, value in entry.items()} if isinstance(entry, dict) else {}
