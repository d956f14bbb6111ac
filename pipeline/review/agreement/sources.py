"""Ratings from files and stores as observations: one rater on one turn, each in the manual's terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from pathlib import Path

from pipeline.core.errors import InputError, UsageError
from pipeline.core.manual_form import SessionRating, TurnRating
from pipeline.core.ratings import Rating
from pipeline.core.records import SpeakerRole, Transcript, Turn
from pipeline.core.results import ScoredTurn, TranscriptRef
from pipeline.core.turn_ratings import by_turn
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import read_sessions
from pipeline.review.exchange import export_ratings
from pipeline.review.rating_files import read_rating_file
from pipeline.review.results import read_results
from pipeline.review.store import ReviewStore, require_store

COMPARED = "rater"
EITHER = "either"


class Condition(StrEnum):
    """Say under what conditions a rating was given; only ratings of one condition are compared."""

    BLIND = "blind"
    ASSISTED = "assisted"
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class KnownSession:
    """Hold what agreement needs of a session: its names and whose turn each turn is."""

    session_id: str
    dyad_id: str | None
    text_sha256: str
    roles: tuple[SpeakerRole, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """Hold what one rater said of one party at one place.

    `values` has `withdrawal`, `confrontation` and `either` for the client's side, and 1 for each code that was given; a code that is not
    there was not given. `unit` is a turn, or a segment where turns cannot be told apart (half-open).
    """

    text_sha256: str
    unit: tuple[int, int]
    side: SpeakerRole
    rater: str
    condition: Condition
    values: Mapping[str, int]


@dataclass(slots=True)
class Read:
    """Hold all observations, the sessions that are known, and counts of ratings that are not compared, by reason."""

    observations: list[Observation] = field(default_factory=list)
    known: dict[str, KnownSession] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def read_sources(paths: Sequence[Path], *, sessions: Path | None = None) -> Read:
    """Read ratings from files in any form and from results folders with a review store.

    `sessions` is any file that can be scored, or a folder of results; ratings in the manual's form need it, since the form leaves out turns
    rated 0. Each such file is one rater: `rater_1`, `rater_2` … in the order given.
    """
    read = Read()
    if sessions is not None:
        read.known.update((one.text_sha256, one) for one in _known(sessions))
    names = (f"rater_{number}" for number in count(1))
    for path in paths:
        if path.is_dir():
            read.known = {one.text_sha256: one for one in _known(path)} | read.known
            _add_full(read, _stored(path))
        else:
            _add_file(read, path, names=names)
    return read


def _add_file(read: Read, path: Path, *, names: Iterator[str]) -> None:
    ratings = read_rating_file(path)
    if any(isinstance(rating, SessionRating) for rating in ratings):
        _add_manual(read, [one for one in ratings if isinstance(one, SessionRating)], rater=next(names))
    else:
        _add_full(read, [one for one in ratings if isinstance(one, Rating)])


def _known(path: Path) -> Iterator[KnownSession]:
    if path.is_dir():
        for result in read_results(path):
            yield _session(result.transcript, result.turns)
        return
    for transcript in read_sessions(path, options=ReadOptions(allow_identifiers=True)):
        if isinstance(transcript, Transcript):
            yield _session(transcript, transcript.turns)


def _session(transcript: Transcript | TranscriptRef, turns: Sequence[Turn] | Sequence[ScoredTurn]) -> KnownSession:
    roles = tuple(turn.role for turn in turns)
    return KnownSession(transcript.transcript_id, transcript.dyad_id, transcript.text_sha256, roles)


def _stored(folder: Path) -> tuple[Rating, ...]:
    require_store(folder)
    with ReviewStore(folder) as store:
        return export_ratings(store)


def _add_full(read: Read, ratings: Iterable[Rating]) -> None:
    for rating in ratings:
        reason = _not_compared(rating)
        if reason:
            read.left_out[reason] += 1
            continue
        known = read.known.get(rating.ref.text_sha256)
        condition = Condition.BLIND if rating.blind else Condition.ASSISTED if rating.saw_model else Condition.UNSTATED
        for unit, side, said in _sides(rating, known):
            read.observations.append(Observation(rating.ref.text_sha256, unit, side, rating.rater, condition, _values(said, side)))


def _not_compared(rating: Rating) -> str:
    """Return why a rating is no independent rating of a segment; only raters are ever compared, never trainees or supervisors."""
    if not rating.rater.startswith(COMPARED):
        return "roles"
    if rating.adjudicated:
        return "adjudicated"
    return "" if rating.judgement.rates_segment else "unsure" if rating.judgement.unsure else "whole"


def _sides(rating: Rating, known: KnownSession | None) -> Iterator[tuple[tuple[int, int], SpeakerRole, TurnRating]]:
    """Yield what is said of each party, by turn where the turns can be told apart, else for the place as a whole."""
    if known is not None and rating.ref.end_turn > len(known.roles):
        raise InputError("RAT-004", "a rating points past the end of its session", way_out="Ratings must refer to turns merged by speaker.")
    by_party = by_turn(rating, known.roles) if known else None
    if by_party is not None:
        yield from (((one.said.turn, one.said.turn + 1), one.role, one.said) for one in by_party)
        return
    unit = (rating.ref.first_turn, rating.ref.end_turn)
    said = TurnRating(turn=unit[0], w=rating.judgement.w or 0, c=rating.judgement.c or 0, m=rating.judgement.codes)
    if rating.judgement.w is not None:
        yield unit, SpeakerRole.CLIENT, said
    yield unit, SpeakerRole.THERAPIST, said.model_copy(update={"res": said.m, "tc": rating.judgement.contributions})


def _add_manual(read: Read, ratings: Sequence[SessionRating], *, rater: str) -> None:
    by_id = {one.session_id: one for one in read.known.values()}
    if not by_id:
        raise UsageError(
            "AGR-001",
            "ratings in the manual's form leave out turns rated 0, so the sessions are needed to count them",
            way_out="Name the rated sessions with --sessions.",
        )
    for rating in ratings:
        known = read.known.get(rating.text_sha256) if rating.text_sha256 else by_id.get(rating.session)
        if known is None:
            read.left_out["sessions"] += 1
            continue
        said = rating.by_turn()
        if any(turn >= len(known.roles) for turn in said):
            raise InputError(
                "RAT-004", "a rating points past the end of its session", way_out="Ratings must refer to turns merged by speaker."
            )
        for turn, role in enumerate(known.roles):
            if role in (SpeakerRole.CLIENT, SpeakerRole.THERAPIST):
                values = _values(said.get(turn, TurnRating(turn=turn)), role)
                read.observations.append(Observation(known.text_sha256, (turn, turn + 1), role, rater, Condition.UNSTATED, values))


def _values(said: TurnRating, side: SpeakerRole) -> dict[str, int]:
    if side is SpeakerRole.CLIENT:
        return {"withdrawal": said.w, "confrontation": said.c, EITHER: max(said.w, said.c), **dict.fromkeys(said.m, 1)}
    return dict.fromkeys((*said.res, *said.tc), 1)
