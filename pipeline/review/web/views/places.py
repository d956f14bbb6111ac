"""Words for places in a session: turns, bands, kinds, and what was decided there."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.core.ratings import Judgement
from pipeline.core.results import AnnotatedSession, RuptureKind, ScoredSegment
from pipeline.core.wording import wording
from pipeline.review.events import Event, Reason
from pipeline.review.fold import Place
from pipeline.review.web.views.turns import clock


def turns_in_words(first_turn: int, end_turn: int) -> str:
    """Name turns (half-open) as the result files count them."""
    words = wording().report
    if end_turn - first_turn == 1:
        return words.one_turn.format(first=first_turn)
    return words.turns.format(first=first_turn, last=end_turn - 1)


def time_in_words(session: AnnotatedSession, place: Place) -> str | None:
    """Return from when to when a place lasts, None where the file has no times."""
    start, end = session.turns[place.first_turn].start_s, session.turns[place.end_turn - 1].end_s
    return None if start is None or end is None else wording().report.times.format(start=clock(start), end=clock(end))


def bands_of(segment: ScoredSegment) -> Mapping[RuptureKind, str]:
    """Return the band of each kind."""
    return {decision.kind: decision.band for decision in segment.decisions}


def highest_bands(session: AnnotatedSession, place: Place) -> Mapping[RuptureKind, str]:
    """Return the highest band of each kind among the segments that a place touches."""
    highest: dict[RuptureKind, str] = {}
    for segment in session.segments:
        if segment.first_turn < place.end_turn and place.first_turn < segment.end_turn:
            for kind, band in bands_of(segment).items():
                if level(band) >= level(highest.get(kind, "")):
                    highest[kind] = band
    return highest


def level(band: str) -> int:
    """Return the height of a band, 0 for calm and for one that this version does not know."""
    return wording().common.bands.level(band) or 0


def reading_in_words(judgement: Judgement, reason: Reason | None = None) -> str:
    """Say what was decided about a place."""
    words = wording().brief.readings
    if judgement.unsure:
        return words.unsure
    if judgement.w and judgement.c:
        return words.both
    if judgement.w or judgement.c:
        return words.withdrawal if judgement.w else words.confrontation
    return wording().page.usual_in_short if reason is Reason.USUAL_WAY else words.neither


def decision_in_words(event: Event | None) -> str | None:
    """Say what an event decided, None where there is none."""
    return None if event is None else reading_in_words(event.judgement, event.reason_code)
