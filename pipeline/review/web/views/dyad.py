"""A dyad's sessions over time, and this session's measures beside the client's own earlier ones. Never anything by therapist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.records import Record, SpeakerRole
from pipeline.core.results import AnnotatedSession, Measure
from pipeline.core.wording import wording
from pipeline.features.compare import SUFFIX, own_measures
from pipeline.review.fold import ReviewState, Scope
from pipeline.review.notes import Chip, Note, NoteField
from pipeline.review.web.drawing.among import draw_among
from pipeline.review.web.drawing.node import Node
from pipeline.review.web.drawing.over_time import LINE_FROM, Point, draw_over_time
from pipeline.review.web.modes import Mode

NEEDED = 3
USUAL = "client_words_a_turn"
ACKNOWLEDGED = frozenset((Chip.ACKNOWLEDGED, Chip.WORKED_THROUGH, Chip.PICKED_UP_LATER))


class MeasureRow(Record):
    """Hold one measure in words, and its place among the client's own earlier values where there are enough."""

    name: str
    value: str
    beside: str
    drawing: Node | None


class DyadView(Record):
    """Hold the view of a session in its dyad. `drawing` is None where the session has no dyad or number."""

    name: str
    drawing: Node | None
    points: tuple[str, ...]
    few: str | None
    measures: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold one session of a dyad with what people made of it."""

    session: AnnotatedSession
    confirmed: int
    acknowledged: int


def seen(session: AnnotatedSession, state: ReviewState, notes: Sequence[Note], *, mode: Mode) -> Seen:
    """Count what people confirmed in this mode, and how much of it their shared notes call acknowledged; blind ratings stay out."""
    places = {
        place
        for place, event in state.ratings.get(mode.reviewer, {}).items()
        if place.scope is Scope.SEGMENT and (event.judgement.w or event.judgement.c) and not event.blind
    }
    answered = {(note.key.first_turn, note.key.end_turn) for note in _next(notes)}
    return Seen(session, len(places), sum(place[1:] in answered for place in places))


def dyad_view(current: AnnotatedSession, dyad: Sequence[Seen]) -> DyadView:
    """Build the view; `dyad` holds the numbered sessions of the same dyad in their order, this one among them."""
    points = [_point(one) for one in dyad]
    labels = tuple(point.label for point in points)
    page = wording().page
    return DyadView(
        name=current.transcript.transcript_id,
        drawing=draw_over_time(points, label=page.over_time_label) if points else None,
        points=labels,
        few=None if len(points) >= LINE_FROM else page.over_time_few,
        measures=tuple(_rows(current, [one.session for one in dyad])),
    )


def _next(notes: Sequence[Note]) -> Iterator[Note]:
    return (note for note in notes if note.key.field is NoteField.NEXT and ACKNOWLEDGED & set(note.chips))


def _point(one: Seen) -> Point:
    number = one.session.transcript.session_no or 0
    label = wording().page.over_time_point.format(
        n=number, confirmed=one.confirmed, acknowledged=one.acknowledged, flagged=len(one.session.moments)
    )
    return Point(number, one.confirmed, one.acknowledged, len(one.session.moments), label)


def _rows(current: AnnotatedSession, dyad: Sequence[AnnotatedSession]) -> Iterator[MeasureRow]:
    page, names = wording().page, wording().report.measures
    for role, name in ((SpeakerRole.CLIENT, page.words_client), (SpeakerRole.THERAPIST, page.words_therapist)):
        words = sum(len((turn.text or "").split()) for turn in current.turns if turn.role is role)
        yield MeasureRow(name=name, value=wording().common.counted.words.of(words), beside="", drawing=None)
    placed = {one.name.removesuffix(SUFFIX): one for one in current.measures if one.name.endswith(SUFFIX)}
    for measure in own_measures(current.measures):
        if measure.name not in names or measure.value is None or measure.name == "shift_at_turn":
            continue
        among = placed.get(measure.name)
        yield MeasureRow(
            name=names[measure.name],
            value=_value(measure),
            beside=_beside(measure, current, dyad) or (among.note if among else ""),
            drawing=None if among is None or among.value is None else draw_among(among.value, label=among.note),
        )


def _value(measure: Measure) -> str:
    value = measure.value or 0.0
    if measure.name == "client_topic_distance":
        return wording().page.distance.format(tenths=f"{round(10 * value):d}")
    if measure.unit.startswith("share"):
        return wording().page.share.format(tenths=f"{round(10 * value):d}", of=measure.unit.removeprefix("share of "))
    return f"{round(value):,} {measure.unit}"


def _beside(measure: Measure, current: AnnotatedSession, dyad: Sequence[AnnotatedSession]) -> str:
    """Set the median length of a client turn beside the client's own earlier range."""
    number = current.transcript.session_no
    if measure.name != USUAL or number is None:
        return ""
    earlier = [one for one in dyad if (one.transcript.session_no or 0) < number]
    values = [found.value for one in earlier for found in one.measures if found.name == USUAL and found.value is not None]
    if len(values) < NEEDED:
        return wording().brief.earlier_few
    return wording().page.earlier_range.format(low=round(min(values)), high=round(max(values)))
