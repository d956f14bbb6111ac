"""Where a session's review stands, as one mode may see it: moments, strip, and whether there is something to undo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.core.records import Record, SpeakerRole
from pipeline.core.results import AnnotatedSession, RuptureKind, ScoredSegment
from pipeline.core.wording import wording
from pipeline.review.fold import MOMENTS_TO_BRING, ReviewState
from pipeline.review.web.drawing.node import Node
from pipeline.review.web.drawing.strip import Cell, draw_strip
from pipeline.review.web.modes import Mode, Shown, decision_at, shown_places
from pipeline.review.web.views.place import PlaceView
from pipeline.review.web.views.places import bands_of, decision_in_words, highest_bands, level, time_in_words, turns_in_words
from pipeline.review.web.views.turns import TurnView

FIRST_WORDS = 9


class MomentRow(Record):
    """Hold one line of the list of moments. `more` is shown on request: the list opens with three of the tool's."""

    first: int
    end: int
    turns: str
    time: str | None
    kinds: str
    kind: str
    band: str
    by: str
    words: str
    decision: str | None
    chosen: bool
    pinned: bool
    more: bool


class ReviewView(Record):
    """Hold the state of a review in one mode. `turns` are those that look different now; `version` is what the next write is based on."""

    version: int
    can_undo: bool
    saved: str | None
    moments: tuple[MomentRow, ...]
    nothing: str | None
    strip: Node
    strip_words: tuple[str, ...]
    turns: tuple[TurnView, ...] = ()
    place: PlaceView | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold a session with its review in one mode: what every view of it needs."""

    session: AnnotatedSession
    state: ReviewState
    mode: Mode
    first_look: bool

    @property
    def shown(self) -> tuple[Shown, ...]:
        """Return the places that this mode shows."""
        return shown_places(self.session, self.state, mode=self.mode, first_look=self.first_look)


def review_view(
    standing: Standing, *, saved: datetime | None = None, turns: tuple[TurnView, ...] = (), place: PlaceView | None = None
) -> ReviewView:
    """Build the state that a page shows beside the transcript."""
    shown, reviewer = standing.shown, standing.mode.reviewer
    cells = _cells(standing, shown)
    return ReviewView(
        version=standing.state.versions.get(reviewer, 0),
        can_undo=bool(standing.state.undoable.get(reviewer)),
        saved=None if saved is None else wording().page.saved.format(time=saved.astimezone().strftime("%H:%M")),
        moments=tuple(_rows(standing, shown)),
        nothing=_nothing(standing, shown),
        strip=draw_strip(cells, label=wording().page.strip_label),
        strip_words=tuple(cell.label for cell in cells if cell.withdrawal or cell.confrontation or cell.chosen or cell.pinned),
        turns=turns,
        place=place,
    )


def _nothing(standing: Standing, shown: Sequence[Shown]) -> str | None:
    """Say why the list is empty, where it is."""
    if shown:
        return None
    page = wording().page
    if standing.mode is Mode.TOGETHER and standing.first_look:
        return page.nothing_chosen
    return wording().common.nothing_flagged


def _rows(standing: Standing, shown: Sequence[Shown]) -> Iterator[MomentRow]:
    ranked = sorted(one.moment.priority for one in shown if one.moment)[:MOMENTS_TO_BRING]
    for one in shown:
        session, place, moment = standing.session, one.place, one.moment
        bands = highest_bands(session, place)
        kinds = moment.kinds if moment else ()
        yield MomentRow(
            first=place.first_turn,
            end=place.end_turn,
            turns=turns_in_words(place.first_turn, place.end_turn),
            time=time_in_words(session, place),
            kinds=wording().common.kinds.of(kinds) if moment else wording().page.worth_a_look,
            kind="both" if len(kinds) > 1 else kinds[0].value if kinds else "pinned",
            band=wording().page.moment_band.format(band=wording().common.bands.of(moment.band)) if moment else "",
            by=_by(one),
            words=_first_words(session, one),
            decision=decision_in_words(decision_at(standing.state, place, mode=standing.mode)),
            chosen=one.chosen,
            pinned=one.pinned,
            more=bool(moment and moment.priority not in ranked and not one.chosen) and bool(bands),
        )


def _by(one: Shown) -> str:
    words = wording().brief.by
    return words.people if one.moment is None else words.tool


def _first_words(session: AnnotatedSession, one: Shown) -> str:
    turns = range(one.place.first_turn, one.place.end_turn)
    client = [turn for turn in turns if session.turns[turn].role is SpeakerRole.CLIENT]
    turn = one.moment.peak_turn if one.moment else (client or list(turns))[-1]
    words = (session.turns[turn].text or "").split()
    return " ".join(words[:FIRST_WORDS]) + ("…" if len(words) > FIRST_WORDS else "")


def _cells(standing: Standing, shown: Sequence[Shown]) -> list[Cell]:
    return [_cell(segment, standing, shown) for segment in standing.session.segments]


def _cell(segment: ScoredSegment, standing: Standing, shown: Sequence[Shown]) -> Cell:
    here = [one for one in shown if one.place.first_turn < segment.end_turn and segment.first_turn < one.place.end_turn]
    of_tool = standing.mode is Mode.FIRST or not standing.first_look or any(one.moment for one in here)
    bands = bands_of(segment) if of_tool else {}
    chosen, pinned = any(one.chosen for one in here), any(one.pinned for one in here)
    decided = any(decision_at(standing.state, one.place, mode=standing.mode) for one in here)
    return Cell(
        first_turn=segment.first_turn,
        end_turn=segment.end_turn,
        withdrawal=level(bands.get(RuptureKind.WITHDRAWAL, "")),
        confrontation=level(bands.get(RuptureKind.CONFRONTATION, "")),
        label=_cell_words(segment, {kind: band for kind, band in bands.items() if level(band)}, marks=(chosen, pinned, decided)),
        in_moment=bool(here),
        chosen=chosen,
        decided=decided,
        pinned=pinned,
    )


def _cell_words(segment: ScoredSegment, bands: dict[RuptureKind, str], *, marks: tuple[bool, bool, bool]) -> str:
    page, common = wording().page, wording().common
    said = [f"{getattr(common.kinds, kind.value)}, {common.bands.of(band)}" for kind, band in bands.items()] or [common.bands.calm]
    chosen, pinned, decided = marks
    said += [word for word, holds in ((page.chosen, chosen), (page.pinned, pinned), (page.decided, decided)) if holds]
    return f"{turns_in_words(segment.first_turn, segment.end_turn)}: {'; '.join(said)}"
