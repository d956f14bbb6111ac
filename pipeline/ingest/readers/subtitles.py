"""WebVTT and SRT: cues with times; the speaker stands in a voice tag, before a colon, or carries over from the cue before."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.core.records import IngestIssue
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.lines import Line, gather
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import Fit, RawSession, RawUtterance, reader
from pipeline.ingest.source import Source
from pipeline.ingest.times import CLOCK, seconds_of

_SRT_TIMING = re.compile(r"^\s*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}\s*-->\s*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}", re.MULTILINE)
_TIMING = re.compile(rf"^.*-->.*$|^\s*{CLOCK}\s*-{{1,2}}>.*$")
_START = re.compile(rf"^\s*({CLOCK})")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^<>]{1,100})>|</v>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:[cibu]|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d{1,2}:\d{2}[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(r"^(?:NOTE|STYLE|REGION)(?=\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Cue:
    text: str
    start_s: float
    end_s: float
    line: int | None = None


def _sniff_vtt(source: Source) -> Fit:
    return Fit.SURE if re.match(r"WEBVTT(?=\s|$)", source.text.lstrip()) else Fit.NO


def _sniff_srt(source: Source) -> Fit:
    return Fit.LIKELY if _SRT_TIMING.search(source.text[:4000]) else Fit.NO


@reader("webvtt", sniff=_sniff_vtt, suffixes=(".vtt",))
def read_webvtt(source: Source, options: ReadOptions) -> Iterator[RawSession]:
    """Read one session of WebVTT cues.

    webvtt-py leaves malformed cues out without a word, so the timing lines are counted here and the difference is said.
    """
    import webvtt  # loaded by this reader alone

    try:
        captions = webvtt.from_string(source.text.lstrip())
    except webvtt.errors.MalformedFileError:
        raise IngestCode.BROKEN_CUES.error() from None
    cues = [_Cue(caption.raw_text, _seconds(caption.start), _seconds(caption.end)) for caption in captions]
    blocks = len(_BLOCK.findall(source.text))
    issues = [IngestCode.NOTES_SKIPPED.issue(count=blocks)] if blocks else []
    yield _session(cues, source, options, issues=issues)


@reader("srt", sniff=_sniff_srt, suffixes=(".srt",))
def read_srt(source: Source, options: ReadOptions) -> Iterator[RawSession]:
    """Read one session of SRT cues; text that belongs to no cue is an error, not left out."""
    import srt  # loaded by this reader alone

    try:
        subtitles = list(srt.parse(source.text))
    except (srt.SRTParseError, srt.TimestampParseError, ValueError, OverflowError):
        raise IngestCode.BROKEN_CUES.error() from None
    cues = [_Cue(cue.content, cue.start.total_seconds(), cue.end.total_seconds()) for cue in subtitles]
    yield _session(cues, source, options, issues=[])


def _seconds(clock: str) -> float:
    return seconds_of(clock) or 0.0


def _session(cues: Sequence[_Cue], source: Source, options: ReadOptions, *, issues: list[IngestIssue]) -> RawSession:
    placed, lost = _placed(cues, source.text)
    if lost:
        issues.append(IngestCode.CUES_LOST.issue(count=lost))
    if any(_VOICE.search(cue.text) for cue in placed):
        utterances, carried = _voiced(placed)
    else:
        gathered = gather(_cue_lines(placed), options, lead_is_speech=True)
        utterances, carried = gathered.utterances, gathered.continued
        issues.extend(gathered.issues)
    if carried:
        issues.append(IngestCode.SPEAKER_CARRIED.issue(count=carried))
    return RawSession(utterances, issues=tuple(issues))


def _placed(cues: Sequence[_Cue], text: str) -> tuple[list[_Cue], int]:
    """Return the cues with the line of their times, and how many timing lines of the file belong to no cue."""
    timings = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if _TIMING.match(line)]
    remaining = iter(timings)
    placed = []
    for cue in cues:
        number = next((number for number, line in remaining if _starts_at(line, cue.start_s)), None)
        placed.append(replace(cue, line=number))
    return placed, max(len(timings) - len(cues), 0)


def _starts_at(line: str, start_s: float) -> bool:
    found = _START.match(line)
    start = seconds_of(found[1]) if found else None
    return start is not None and abs(start - start_s) < 0.002


def _cue_lines(cues: Sequence[_Cue]) -> list[Line]:
    lines = ((cue, _words(raw)) for cue in cues for raw in cue.text.split("\n"))
    return [Line(words, cue.line or 0, cue.start_s, cue.end_s) for cue, words in lines if words]


def _voiced(cues: Sequence[_Cue]) -> tuple[tuple[RawUtterance, ...], int]:
    """Cut cues at their voice tags, closed or not; a cue without one goes to the speaker before it."""
    utterances: list[RawUtterance] = []
    speaker: str | None = None
    carried = 0
    for cue in cues:
        place = 0
        for found in [*_VOICE.finditer(cue.text), None]:
            words = _words(cue.text[place : found.start() if found else None])
            if words:
                carried += place == 0
                utterances.append(RawUtterance(speaker, words, cue.start_s, cue.end_s, cue.line))
            if found:
                speaker, place = (html.unescape(found["name"]).strip() if found["name"] else speaker), found.end()
    return tuple(utterances), carried


def _words(raw: str) -> str:
    """Return the words of a piece of a cue without its formatting tags."""
    return " ".join(html.unescape(_TAG.sub("", raw)).split())
