"""Lines of a transcript, of plain text, subtitles, paragraphs or one table cell, gathered into utterances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from pipeline.core.records import IngestIssue
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.labels import label_key
from pipeline.ingest.openings import Opening, Strength, opening_of, time_of_line
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.raw import RawUtterance

_OCCURRENCES_NEEDED = {Strength.STRONG: 1, Strength.CAPITALISED: 2, Strength.PLAIN: 3}
_NUMBERED_NEEDED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one line with its one-based number and, in subtitles, the times of its cue."""

    text: str
    number: int
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Hold the utterances of some lines, what was noticed, and how many lines continue the turn before them."""

    utterances: tuple[RawUtterance, ...]
    issues: tuple[IngestIssue, ...]
    continued: int


def text_lines(text: str, *, first: int = 1) -> list[Line]:
    """Return the non-empty lines of `text`, numbered from `first`."""
    numbered = ((number, raw.strip()) for number, raw in enumerate(text.split("\n"), start=first))
    return [Line(stripped, number) for number, stripped in numbered if stripped]


def gather(lines: Sequence[Line], options: ReadOptions, *, lead_is_speech: bool = False) -> Gathered:
    """Gather lines into utterances; lines without a label continue the one before.

    Lines before the first label are the head of the document and left out with a count, unless `lead_is_speech`: then they
    are speech that belongs to nobody. A label that states no role counts as a speaker when it opens several lines.
    """
    mapped = frozenset(label_key(label) for label, _ in options.roles)
    openings = _accepted([opening_of(line.text, mapped=mapped) for line in lines])
    heap = _Heap(lead_is_speech=lead_is_speech)
    for line, (opening, doubtful) in zip(lines, openings, strict=True):
        heap.add(line, opening, doubtful=doubtful)
    return heap.gathered()


def _accepted(openings: Sequence[Opening | None]) -> list[tuple[Opening | None, bool]]:
    """Return each opening that holds up in the light of all others, and whether one was turned down."""
    found = [opening for opening in openings if opening is not None]
    labels = Counter(label_key(opening.label) for opening in found)
    forms = Counter(opening.form for opening in found if opening.strength is Strength.STRONG)
    turned_down: Set[str] = frozenset(
        [*(["tag"] if forms["tag"] < forms["colon"] else []), *(["numbered"] if forms["numbered"] < _NUMBERED_NEEDED else [])]
    )

    def holds(opening: Opening) -> bool:
        return opening.form not in turned_down and labels[label_key(opening.label)] >= _OCCURRENCES_NEEDED[opening.strength]

    return [
        (opening if opening and holds(opening) else None, bool(opening and opening.strength is Strength.CAPITALISED and not holds(opening)))
        for opening in openings
    ]


@dataclass(slots=True)
class _Piece:
    """Collect one utterance while its lines arrive."""

    label: str | None
    line: int
    start_s: float | None
    end_s: float | None
    words: list[str]

    def utterance(self) -> RawUtterance:
        return RawUtterance(self.label, " ".join(filter(None, self.words)), self.start_s, self.end_s, self.line)


@dataclass(slots=True)
class _Heap:
    """Collect the utterances of one run of lines."""

    lead_is_speech: bool
    pieces: list[_Piece] = field(default_factory=list)
    counts: Counter[IngestCode] = field(default_factory=Counter)
    continued: int = 0
    waiting_s: float | None = None

    def add(self, line: Line, opening: Opening | None, *, doubtful: bool) -> None:
        if opening is not None:
            start_s = next((time for time in (opening.start_s, line.start_s, self.waiting_s) if time is not None), None)
            end_s = opening.end_s if opening.end_s is not None else line.end_s
            self.pieces.append(_Piece(opening.label, line.number, start_s, end_s, [opening.rest]))
            self.waiting_s = None
        elif (time_s := time_of_line(line.text)) is not None:
            self.waiting_s = time_s
            self.counts[IngestCode.LOOSE_TIMES] += 1
        elif self.pieces:
            self._continue(line, doubtful=doubtful)
        elif self.lead_is_speech:
            self.pieces.append(_Piece(None, line.number, line.start_s, line.end_s, [line.text]))
        else:
            self.counts[IngestCode.HEADER_SKIPPED] += 1

    def _continue(self, line: Line, *, doubtful: bool) -> None:
        last = self.pieces[-1]
        last.words.append(line.text)
        last.end_s = line.end_s if line.end_s is not None else last.end_s
        self.continued += 1
        self.counts[IngestCode.DOUBTFUL_LABELS] += doubtful

    def gathered(self) -> Gathered:
        issues = tuple(code.issue(count=count) for code, count in sorted(self.counts.items()) if count)
        return Gathered(tuple(piece.utterance() for piece in self.pieces), issues, self.continued)
