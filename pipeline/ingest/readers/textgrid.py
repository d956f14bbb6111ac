"""Praat TextGrids: interval tiers, one a party, in the long or the short text form.

Praat reads a text file as a row of free-standing numbers, quoted strings and flags and ignores everything else, which is what
makes the long and the short form one format (Praat manual, "TextGrid file formats"). The parser below does the same. praatio
6.2 was tried: it opens files by name, so that the bytes parsed need not be the bytes hashed, and keeps no line numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.core.errors import InputError
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import Fit, RawSession, RawUtterance, reader
from pipeline.ingest.source import Source
from pipeline.ingest.times import seconds_of

_HEAD = re.compile(r'^\s*(?:File type\s*=\s*)?"ooTextFile"\s*(?:Object class\s*=\s*)?"TextGrid"')
_TOKEN = re.compile(r'"(?P<text>(?:[^"]|"")*+)"|(?<!\S)(?P<number>[+-]?\d[\d.]*(?:[eE][+-]?\d+)?)(?!\S)|<(?P<flag>exists|absent)>|![^\n]*')
_UNCERTAIN = re.compile(r"</?UNSURE>", re.IGNORECASE)


def _sniff(source: Source) -> Fit:
    return Fit.SURE if _HEAD.match(source.text[:400]) else Fit.NO


@reader("textgrid", sniff=_sniff, suffixes=(".textgrid",))
def read_textgrid(source: Source, _options: ReadOptions) -> Iterator[RawSession]:
    """Read one session: the non-empty intervals of all interval tiers in order of time, each tier a speaker."""
    yield _session(read_tiers(source.text))


def session_of_parties(sources: Sequence[Source], parties: Sequence[str]) -> RawSession:
    """Read one session from several TextGrids of one recording, each holding the speech of one party."""
    if any(_sniff(source) is Fit.NO for source in sources):
        raise IngestCode.BROKEN_TEXTGRID.error(detail="one of the party files is no TextGrid")
    named = [(tier, party) for source, party in zip(sources, parties, strict=True) for tier in read_tiers(source.text)]
    return _session([replace(tier, utterances=tuple(replace(one, speaker=party) for one in tier.utterances)) for tier, party in named])


@dataclass(frozen=True, slots=True)
class Tier:
    """Hold one tier: its non-empty intervals as utterances, or nothing when it holds points in time."""

    utterances: tuple[RawUtterance, ...]
    is_points: bool


def _session(tiers: Sequence[Tier]) -> RawSession:
    """Return the intervals of all tiers in order of time, with uncertain hearing unwrapped and counted."""
    spoken = sorted((one for tier in tiers for one in tier.utterances), key=lambda one: one.start_s or 0.0)
    counts = (
        (IngestCode.UNCERTAIN_WORDS, sum(one.text.upper().count("<UNSURE>") for one in spoken)),
        (IngestCode.TIERS_SKIPPED, sum(tier.is_points for tier in tiers)),
    )
    unwrapped = tuple(replace(one, text=_UNCERTAIN.sub("", one.text)) for one in spoken)
    return RawSession(unwrapped, issues=tuple(code.issue(count=count) for code, count in counts if count))


def read_tiers(text: str) -> list[Tier]:
    """Parse the tiers of a TextGrid; raise `InputError` with the line where it does not hold together."""
    tokens = _Tokens(text)
    for expected in ("ooTextFile", "TextGrid"):
        if tokens.string() != expected:
            raise tokens.broken()
    tokens.number()
    tokens.number()
    if tokens.flag() != "exists":
        return []
    return [_tier(tokens) for _ in range(tokens.count())]


def _tier(tokens: _Tokens) -> Tier:
    kind, name = tokens.string(), tokens.string()
    tokens.number()
    tokens.number()
    size = tokens.count()
    if kind == "TextTier":
        for _ in range(size):
            tokens.number()
            tokens.string()
        return Tier((), is_points=True)
    if kind != "IntervalTier":
        raise tokens.broken()
    intervals = [_interval(tokens, name) for _ in range(size)]
    return Tier(tuple(interval for interval in intervals if interval.text.strip()), is_points=False)


def _interval(tokens: _Tokens, speaker: str) -> RawUtterance:
    start_s, line = tokens.number(), tokens.line
    end_s, text = tokens.number(), tokens.string()
    return RawUtterance(speaker or None, text, start_s, end_s, line)


class _Tokens:
    """Walk through the numbers, strings and flags of a TextGrid and know the line."""

    def __init__(self, text: str) -> None:
        self._matches = _TOKEN.finditer(text)
        self._text = text
        self._counted = 0
        self.line = 1

    def string(self) -> str:
        return self._next("text").replace('""', '"')

    def number(self) -> float | None:
        return seconds_of(self._next("number"))

    def count(self) -> int:
        number = self._next("number")
        if not number.isdecimal() or int(number[:9]) > len(self._text):
            raise self.broken()
        return int(number)

    def flag(self) -> str:
        return self._next("flag")

    def broken(self) -> InputError:
        return IngestCode.BROKEN_TEXTGRID.error(place=f"line {self.line}")

    def _next(self, kind: str) -> str:
        found = next((match for match in self._matches if match.lastgroup), None)
        if found is None:
            raise self.broken()
        self.line += self._text.count("\n", self._counted, found.start())
        self._counted = found.start()
        if found.lastgroup != kind:
            raise self.broken()
        return found[kind]
