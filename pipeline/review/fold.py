"""The state of a review as a pure fold of its events: replaying them is the only way to get it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from pipeline.review.events import DECISIONS, RATING_ACTIONS, UNDOABLE, Action, Draft, Event

UNDO_DEPTH = 50
MOMENTS_TO_BRING = 3


class Scope(StrEnum):
    """Say what a rating is about: a segment, an episode's outcome, or the session as a whole."""

    SEGMENT = "segment"
    EPISODE = "episode"
    SESSION = "session"


class Place(NamedTuple):
    """Name what a reviewer can rate once and rate again: turns, half-open, and what about them."""

    scope: Scope
    first_turn: int
    end_turn: int


def place_of(draft: Draft) -> Place:
    """Return the place that a draft or an event is about."""
    judgement = draft.judgement
    scope = Scope.SESSION if judgement.overall is not None else Scope.EPISODE if judgement.outcome is not None else Scope.SEGMENT
    return Place(scope, draft.ref.first_turn, draft.ref.end_turn)


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Hold where the review of one session stands.

    `ratings[reviewer][place]` is what holds for that reviewer; `replaced[event_id]` the rating that this one took the place of.
    `consensus[place]` is the latest adjudication, which replaces nobody's rating. `selected` are the moments chosen for supervision, in the
    order of choosing. `undoable[reviewer]` are the steps that can still be taken back, oldest first. `versions[reviewer]` counts all events
    of a reviewer; a write names the count it is based on.
    """

    ratings: Mapping[str, Mapping[Place, Event]]
    replaced: Mapping[str, str]
    consensus: Mapping[Place, Event]
    selected: tuple[Event, ...]
    revealed: Mapping[str, frozenset[Place]]
    reflected: Mapping[str, frozenset[Place]]
    undoable: Mapping[str, tuple[str, ...]]
    versions: Mapping[str, int]


def fold(events: Sequence[Event]) -> ReviewState:
    """Replay the events of one session, in their stored order."""
    standing = effective(events)
    ratings, replaced, consensus = _decisions(standing)
    return ReviewState(
        ratings=ratings,
        replaced=replaced,
        consensus=consensus,
        selected=tuple(event for event in standing if event.action is Action.SELECT),
        revealed=_places(standing, Action.REVEAL),
        reflected=_places(standing, Action.REFLECT),
        undoable={reviewer: undoable(events, reviewer) for reviewer in sorted({event.reviewer_role_id for event in events})},
        versions=_versions(events),
    )


def effective(events: Sequence[Event]) -> tuple[Event, ...]:
    """Return the events that hold: neither undone nor voided; an undone void voids nothing."""
    undone = {event.target_event_id for event in events if event.action is Action.UNDO}
    voided = {event.target_event_id for event in events if event.action is Action.VOID and event.event_id not in undone}
    return tuple(event for event in events if event.event_id not in undone | voided and event.action is not Action.UNDO)


def undoable(events: Sequence[Event], reviewer: str) -> tuple[str, ...]:
    """Return the ids of a reviewer's steps that can be taken back, oldest first: those of the last 50 that still hold."""
    steps = [event for event in events if event.reviewer_role_id == reviewer and event.action in UNDOABLE][-UNDO_DEPTH:]
    holding = {event.event_id for event in effective(events)}
    return tuple(event.event_id for event in steps if event.event_id in holding)


def _decisions(standing: Sequence[Event]) -> tuple[dict[str, dict[Place, Event]], dict[str, str], dict[Place, Event]]:
    ratings: dict[str, dict[Place, Event]] = defaultdict(dict)
    replaced: dict[str, str] = {}
    consensus: dict[Place, Event] = {}
    for event in (one for one in standing if one.action in DECISIONS):
        places = ratings[event.reviewer_role_id] if event.action in RATING_ACTIONS else consensus
        place = place_of(event)
        if place in places:
            replaced[event.event_id] = places[place].event_id
        places[place] = event
    return {reviewer: places for reviewer, places in ratings.items() if places}, replaced, consensus


def _places(standing: Sequence[Event], action: Action) -> dict[str, frozenset[Place]]:
    places: dict[str, set[Place]] = defaultdict(set)
    for event in standing:
        if event.action is action:
            places[event.reviewer_role_id].add(place_of(event))
    return {reviewer: frozenset(found) for reviewer, found in places.items()}


def _versions(events: Sequence[Event]) -> dict[str, int]:
    versions: dict[str, int] = defaultdict(int)
    for event in events:
        versions[event.reviewer_role_id] += 1
    return dict(versions)
