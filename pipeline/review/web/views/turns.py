"""Turns cut into parts at the borders of marker spans, so that a browser never has to count characters.

Python counts code points and JavaScript UTF-16 units; a page that gets parts instead of positions needs neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.records import Record
from pipeline.core.results import MarkerHit, Polarity, ScoredTurn
from pipeline.core.wording import wording

MINUTE_S = 60
Span = tuple[int, int]


class Part(Record):
    """Hold a piece of a turn's text and the places, in the turn's `hits`, of the markers that cover it."""

    text: str
    hits: tuple[int, ...] = ()


class HitView(Record):
    """Hold a marker as a reader meets it: its plain name and the reason."""

    name: str
    kind: str
    reason: str


class TurnView(Record):
    """Hold one turn. `beside` names the therapist's moves that may take a moment up; `parts` is empty in a result without text."""

    index: int
    role: str
    who: str
    time: str | None = None
    parts: tuple[Part, ...] = ()
    hits: tuple[HitView, ...] = ()
    beside: tuple[str, ...] = ()


def plain_turn(turn: ScoredTurn) -> TurnView:
    """Return a turn with nothing of the tool in it."""
    return TurnView(
        index=turn.index,
        role=turn.role.value,
        who=str(getattr(wording().page.roles, turn.role.value)),
        time=None if turn.start_s is None else clock(turn.start_s),
        parts=() if turn.text is None else (Part(text=turn.text),),
    )


def marked_turn(turn: ScoredTurn, *, beside: Sequence[MarkerHit] = ()) -> TurnView:
    """Return a turn with its asserted markers, and the names of its moves that may take a moment up."""
    hits = [hit for hit in turn.markers if hit.polarity is Polarity.ASSERTED]
    parts = parts_of(turn.text, [(hit.start, hit.end) for hit in hits]) if turn.text is not None else ()
    return plain_turn(turn).model_copy(
        update={
            "parts": parts,
            "hits": tuple(hit_view(hit) for hit in hits),
            "beside": tuple(dict.fromkeys(codebook().name(hit.code) for hit in beside)),
        }
    )


def hit_view(hit: MarkerHit) -> HitView:
    """Return a marker in words."""
    return HitView(name=codebook().name(hit.code), kind=_families()[hit.code].value, reason=hit.reason)


def parts_of(text: str, spans: Sequence[Span]) -> tuple[Part, ...]:
    """Cut a text at the borders of spans (half-open code points); the parts joined are the text, whatever the spans.

    >>> [part.text for part in parts_of("no, fine 🙂", [(4, 10)])]
    ['no, ', 'fine 🙂']
    """
    clipped = [(min(max(0, start), len(text)), min(max(0, end), len(text))) for start, end in spans]
    borders = sorted({0, len(text), *(border for span in clipped for border in span)})
    return tuple(
        Part(text=text[start:end], hits=tuple(at for at, (first, last) in enumerate(clipped) if first <= start and end <= last))
        for start, end in pairwise(borders)
    )


def clock(seconds: float) -> str:
    """Return a time of the session as minutes and seconds."""
    return f"{int(seconds) // MINUTE_S}:{int(seconds) % MINUTE_S:02d}"


def _families() -> Mapping[str, CodeFamily]:
    return {code.code: code.family for code in codebook().codes}
