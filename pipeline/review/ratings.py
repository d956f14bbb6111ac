"""Events as ratings, and one rater's ratings of a session in the manual's sparse form.

The manual rates turns, the page rates segments. A segment with one client turn goes over whole: its values and markers belong to the client
turn, its resolution and contribution codes to the therapist turn in it. A segment with several client turns has no place in the manual's
form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.core.errors import InputError
from pipeline.core.manual_form import EpisodeRating, SessionRating, TurnRating
from pipeline.core.ratings import Judgement, Rating, SegmentRef
from pipeline.core.records import SpeakerRole
from pipeline.core.results import AnnotatedSession
from pipeline.core.turn_ratings import by_turn, says_something
from pipeline.review.events import DECISIONS, Action, Event
from pipeline.review.fold import effective, fold
from pipeline.review.results import ref_of, turns_of


def ratings_of(events: Sequence[Event]) -> tuple[Rating, ...]:
    """Return every rating of a session that was not taken back, in order, superseded ones included."""
    replaced = fold(events).replaced
    return tuple(_rating(event, replaced) for event in effective(events) if event.action in DECISIONS)


def to_manual(ratings: Sequence[Rating], session: AnnotatedSession) -> SessionRating | None:
    """Return one rater's standing ratings of a session in the manual's form.

    None unless every client turn was rated: the form leaves out turns rated 0, so in it an unrated turn would read as a 0.
    """
    roles = [turn.role for turn in session.turns]
    turns: dict[int, TurnRating] = {}
    for rating in ratings:
        if rating.judgement.rates_segment:
            turns |= {one.said.turn: one.said for one in by_turn(rating, roles) or ()}
    if not set(turns_of(session, SpeakerRole.CLIENT)) <= turns.keys():
        return None
    return SessionRating(
        session=session.transcript.transcript_id,
        text_sha256=session.transcript.text_sha256,
        overall=next((rating.judgement.overall for rating in reversed(ratings) if rating.judgement.overall is not None), None),
        turns=tuple(turns[turn] for turn in sorted(turns) if says_something(turns[turn])),
        episodes=_episodes(ratings),
    )


def from_manual(rating: SessionRating, session: AnnotatedSession) -> Iterator[tuple[SegmentRef, Judgement]]:
    """Yield what a rater said in the manual's form, place by place, client turns left out being rated 0.

    A client turn goes to the exchange that was scored, together with the therapist turn in it; other turns stand alone. Raises
    `InputError` when a rating points past the end of the session or gives one party the other's codes.
    """
    _check_places(rating, session)
    said = rating.by_turn()
    told: set[int] = set()
    for first, end in _exchanges(session):
        told.update(range(first, end))
        own = {turn.role: said[turn.index] for turn in session.turns[first:end] if turn.index in said}
        client, therapist = (own.get(role, _NOTHING) for role in (SpeakerRole.CLIENT, SpeakerRole.THERAPIST))
        yield (
            ref_of(session, first, end),
            Judgement(w=client.w, c=client.c, codes=(*client.m, *therapist.res), contributions=dict(therapist.tc)),
        )
    for turn in sorted(set(said) - told):
        if says_something(said[turn]):
            yield ref_of(session, turn, turn + 1), Judgement(codes=said[turn].res, contributions=dict(said[turn].tc))
    for episode in rating.episodes:
        yield ref_of(session, episode.first, episode.last + 1), Judgement(outcome=episode.outcome)
    if rating.overall is not None:
        yield ref_of(session, 0, len(session.turns)), Judgement(overall=rating.overall)


_NOTHING = TurnRating(turn=0)


def _rating(event: Event, replaced: Mapping[str, str]) -> Rating:
    saw_model = event.assisted or event.model_sha256_seen is not None or event.revealed_before_decision
    return Rating(
        rating_id=event.event_id,
        ref=event.ref,
        rater=event.reviewer_role_id,
        judgement=event.judgement,
        blind=event.blind and not saw_model,
        saw_model=saw_model,
        adjudicated=event.action is Action.ADJUDICATE,
        codebook_version=event.guideline_version,
        at=event.time,
        supersedes=replaced.get(event.event_id),
    )


def _episodes(ratings: Sequence[Rating]) -> tuple[EpisodeRating, ...]:
    found = [
        EpisodeRating(first=rating.ref.first_turn, last=rating.ref.end_turn - 1, outcome=rating.judgement.outcome)
        for rating in ratings
        if rating.judgement.outcome is not None
    ]
    return tuple(sorted(found, key=lambda episode: (episode.first, episode.last)))


def _exchanges(session: AnnotatedSession) -> Iterator[tuple[int, int]]:
    """Yield one place a client turn: its exchange where that is a scored segment, else the bare turn."""
    clients = turns_of(session, SpeakerRole.CLIENT)
    scored = {}
    for segment in session.segments:
        inside = [turn for turn in range(segment.first_turn, segment.end_turn) if session.turns[turn].role is SpeakerRole.CLIENT]
        if len(inside) == 1 and segment.end_turn - segment.first_turn <= 2:
            scored[inside[0]] = (segment.first_turn, segment.end_turn)
    yield from (scored.get(turn, (turn, turn + 1)) for turn in clients)


def _check_places(rating: SessionRating, session: AnnotatedSession) -> None:
    last = max([entry.turn for entry in rating.turns] + [episode.last for episode in rating.episodes], default=0)
    if last >= len(session.turns):
        raise InputError("RAT-004", "a rating points past the end of its session", way_out="Ratings must refer to turns merged by speaker.")
    for entry in rating.turns:
        role = session.turns[entry.turn].role
        client, therapist = bool(entry.w or entry.c or entry.m), bool(entry.res or entry.tc)
        if (client and role is not SpeakerRole.CLIENT) or (therapist and role is not SpeakerRole.THERAPIST):
            raise InputError("RAT-006", "a turn carries the other party's ratings", place=f"turn {entry.turn}", way_out="Check the roles.")
        if len(set(entry.m)) < len(entry.m) or len(set(entry.res)) < len(entry.res):
            raise InputError("RAT-007", "a turn carries one code twice", place=f"turn {entry.turn}")
    if any(episode.first > episode.last for episode in rating.episodes) or len(rating.by_turn()) < len(rating.turns):
        raise InputError("RAT-008", "an episode ends before it begins, or a turn is rated twice")
