"""What a rating of a segment says of the single turns in it, in the manual's terms; read by reviewing and by training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.manual_form import TurnRating
from pipeline.core.ratings import Judgement, Rating
from pipeline.core.records import SpeakerRole


def standing(ratings: Iterable[Rating]) -> tuple[Rating, ...]:
    """Return the ratings that no later one supersedes."""
    ratings = tuple(ratings)
    superseded = {rating.supersedes for rating in ratings}
    return tuple(rating for rating in ratings if rating.rating_id not in superseded)


@dataclass(frozen=True, slots=True)
class TurnJudgement:
    """Hold what a rating says of one turn in the manual's terms, and which party's turn it is."""

    role: SpeakerRole
    said: TurnRating


def by_turn(rating: Rating, roles: Sequence[SpeakerRole]) -> tuple[TurnJudgement, ...] | None:
    """Return what a segment's rating says of its client turn and of its therapist turn; None where it cannot be told by turn.

    `roles` are those of the session's turns, in order.
    """
    found = []
    turns = range(rating.ref.first_turn, rating.ref.end_turn)
    for role, said in _parts(rating.judgement):
        own = [turn for turn in turns if roles[turn] is role]
        if len(own) == 1:
            found.append(TurnJudgement(role, said.model_copy(update={"turn": own[0]})))
        elif role is SpeakerRole.CLIENT or says_something(said):
            return None
    return tuple(found)


def says_something(said: TurnRating) -> bool:
    """Return whether an entry says more than that there is nothing."""
    return bool(said.w or said.c or said.m or said.res or said.tc)


def _parts(judgement: Judgement) -> Iterator[tuple[SpeakerRole, TurnRating]]:
    """Yield what is said of each party; the client's part is there when values were given, the therapist's always."""
    resolution = set(codebook().of(CodeFamily.RESOLUTION))
    markers = tuple(code for code in judgement.codes if code not in resolution)
    if judgement.w is not None or markers:
        yield SpeakerRole.CLIENT, TurnRating(turn=0, w=judgement.w or 0, c=judgement.c or 0, m=markers)
    moves = tuple(code for code in judgement.codes if code in resolution)
    yield SpeakerRole.THERAPIST, TurnRating(turn=0, res=moves, tc=judgement.contributions)
