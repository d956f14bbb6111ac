"""Two ratings side by side, and what was decided about them; originals stay as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.core.codebook import codebook
from pipeline.core.ratings import Judgement
from pipeline.core.records import Record
from pipeline.core.results import AnnotatedSession
from pipeline.core.wording import wording
from pipeline.review.events import Event
from pipeline.review.fold import Place, ReviewState, Scope
from pipeline.review.web.views.places import reading_in_words, turns_in_words
from pipeline.review.web.views.turns import TurnView, plain_turn

CONTEXT = 4
RATER = "rater"


class RatingView(Record):
    """Hold one rating of a place."""

    rater: str
    reading: str
    values: str
    codes: str
    condition: str


class ResolveRow(Record):
    """Hold a place that two or more rated, what they said, and the consensus where there is one."""

    session_id: str
    name: str
    first: int
    end: int
    title: str
    differ: bool
    ratings: tuple[RatingView, ...]
    consensus: str | None
    version: int
    raters: tuple[str, ...]


class ResolveView(Record):
    """Hold all places to decide about, those that differ first in session order."""

    rows: tuple[ResolveRow, ...]
    count: str


class ContextView(Record):
    """Hold the words around a place."""

    turns: tuple[TurnView, ...]
    first: int
    end: int


def resolve_rows(session: AnnotatedSession, state: ReviewState) -> tuple[ResolveRow, ...]:
    """Return the places of a session that two or more raters rated, in session order."""
    by_place: dict[Place, list[tuple[str, Event]]] = defaultdict(list)
    for rater, places in sorted(state.ratings.items()):
        for place, event in places.items():
            if rater.startswith(RATER) and place.scope is Scope.SEGMENT:
                by_place[place].append((rater, event))
    both = {place: found for place, found in by_place.items() if len(found) > 1}
    return tuple(_row(session, place, both[place], state) for place in sorted(both, key=lambda place: place[1:]))


def context_view(session: AnnotatedSession, first: int, end: int) -> ContextView:
    """Return a place with four turns before and after it."""
    turns = session.turns[max(0, first - CONTEXT) : end + CONTEXT]
    return ContextView(turns=tuple(plain_turn(turn) for turn in turns), first=first, end=end)


def values_in_words(judgement: Judgement) -> str:
    """Return the two values of a rating."""
    if judgement.w is None:
        return ""
    return wording().page.resolve.values.format(w=judgement.w, c=judgement.c)


def _row(session: AnnotatedSession, place: Place, found: Sequence[tuple[str, Event]], state: ReviewState) -> ResolveRow:
    consensus = state.consensus.get(place)
    said = {(event.judgement.w, event.judgement.c, event.judgement.unsure) for _, event in found}
    return ResolveRow(
        session_id=session.transcript.text_sha256,
        name=session.transcript.transcript_id,
        first=place.first_turn,
        end=place.end_turn,
        title=turns_in_words(place.first_turn, place.end_turn),
        differ=len(said) > 1,
        ratings=tuple(_rating(rater, event) for rater, event in found),
        consensus=None if consensus is None else f"{reading_in_words(consensus.judgement)} ({values_in_words(consensus.judgement)})",
        version=0,
        raters=tuple(rater for rater, _ in found),
    )


def _rating(rater: str, event: Event) -> RatingView:
    words = wording().agree.conditions
    judgement = event.judgement
    codes = (*judgement.codes, *judgement.contributions)
    return RatingView(
        rater=rater,
        reading=reading_in_words(judgement),
        values=values_in_words(judgement),
        codes=", ".join(codebook().name(code) for code in codes),
        condition=words.blind if event.blind else words.assisted if event.assisted else words.unstated,
    )
