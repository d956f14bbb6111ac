"""The modes of the page: who acts in each, and what of the tool's output each may see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.core.results import AnnotatedSession, Moment
from pipeline.review.events import RATING_ACTIONS, Action, Event
from pipeline.review.fold import Place, ReviewState, Scope, place_of


class Mode(StrEnum):
    """Name the two modes that look at a session: the trainee alone, and both together."""

    FIRST = "first"
    TOGETHER = "together"

    @property
    def reviewer(self) -> str:
        """Return the role under which what is done in this mode is stored."""
        return "trainee" if self is Mode.FIRST else "pair"


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold the places that a mode shows: each with the tool's moment, where the tool flagged it, and whether a person pinned it."""

    place: Place
    moment: Moment | None
    pinned: bool
    chosen: bool


def segment_place(first_turn: int, end_turn: int) -> Place:
    """Return the place that these turns are, half-open."""
    return Place(Scope.SEGMENT, first_turn, end_turn)


def shown_places(session: AnnotatedSession, state: ReviewState, *, mode: Mode, first_look: bool) -> tuple[Shown, ...]:
    """Return what a mode shows, in session order.

    *My first look* shows the tool's moments and what the trainee pinned. *Together* shows what was chosen for supervision and what the two
    pinned, and no other moment of the tool; where the first look is switched off, it shows all of them.
    """
    flagged = {segment_place(one.first_turn, one.end_turn): one for one in session.moments}
    chosen = {place_of(event) for event in state.selected}
    pinned = {place for place, event in state.ratings.get(mode.reviewer, {}).items() if event.action is Action.PIN}
    if mode is Mode.FIRST:
        places = {*flagged, *pinned, *(place for place in chosen if _own(state, place, mode))}
    else:
        places = {*chosen, *pinned, *(() if first_look else flagged)}
    return tuple(
        Shown(place, flagged.get(place), place not in flagged, place in chosen) for place in sorted(places, key=lambda place: place[1:])
    )


def decision_at(state: ReviewState, place: Place, *, mode: Mode) -> Event | None:
    """Return what was decided at a place in this mode, None where only a pin or nothing stands."""
    event = state.ratings.get(mode.reviewer, {}).get(place)
    if event is None or event.action not in RATING_ACTIONS or (event.action is Action.PIN and event.judgement.unsure):
        return None
    return event


def is_revealed(state: ReviewState, place: Place, *, mode: Mode) -> bool:
    """Return whether the tool's output for a place was opened in this mode."""
    return place in state.revealed.get(mode.reviewer, frozenset())


def _own(state: ReviewState, place: Place, mode: Mode) -> bool:
    return any(place_of(event) == place and event.reviewer_role_id == mode.reviewer for event in state.selected)
