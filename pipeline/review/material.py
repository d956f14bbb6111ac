"""What training takes from a review: ratings in one form, and the texts they were given on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from pipeline.core.codebook import codebook
from pipeline.core.errors import InputError, PipelineError
from pipeline.core.manual_form import SessionRating, TurnRating
from pipeline.core.ratings import Judgement, Rating, SegmentRef
from pipeline.core.records import SpeakerRole, Transcript, Turn
from pipeline.core.results import AnnotatedSession
from pipeline.core.turn_ratings import says_something
from pipeline.ingest.companions import group_inputs
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import read_sessions
from pipeline.review.exchange import export_ratings
from pipeline.review.rating_files import read_rating_file
from pipeline.review.results import read_results
from pipeline.review.store import ReviewStore, require_store


@dataclass(slots=True)
class Material:
    """Hold transcripts by text hash and the ratings, and count what was left out, by reason."""

    transcripts: dict[str, Transcript] = field(default_factory=dict)
    ratings: list[Rating] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_material(ratings: Sequence[Path], *, sessions: Path | None, now: datetime, blind: bool = False) -> Material:
    """Read ratings from results folders and files in any form, with the sessions they were given on.

    A results folder brings its own sessions, if they were written with text. Ratings in the manual's form are one rater a file;
    `blind` is the caller's word that they were given without a look at the model or at another rater, and `now` stands as their time.
    """
    found = Material()
    if sessions is not None:
        _add_transcripts(found, sessions)
    for path in ratings:
        if path.is_dir():
            _add_results(found, path)
    names = (f"rater_{number}" for number in count(1))
    for path in ratings:
        if not path.is_dir():
            _add_file(found, path, names=names, now=now, blind=blind)
    known = [rating for rating in found.ratings if rating.ref.text_sha256 in found.transcripts]
    found.left_out["ratings on sessions that were not given"] = len(found.ratings) - len(known)
    found.ratings = known
    return found


def _add_transcripts(found: Material, path: Path) -> None:
    if path.is_dir():
        for one in _texts(path, found):
            found.transcripts[one.text_sha256] = one
    groups = [group for group in group_inputs([path]) if group.skipped is None]
    for group in groups:
        try:
            for read in read_sessions(group, options=ReadOptions(allow_identifiers=True)):
                if isinstance(read, InputError):
                    found.left_out["sessions that cannot be read"] += 1
                else:
                    found.transcripts.setdefault(read.text_sha256, read)
        except PipelineError:
            found.left_out["files that cannot be read"] += 1


def _add_results(found: Material, folder: Path) -> None:
    for one in _texts(folder, found):
        found.transcripts[one.text_sha256] = one
    require_store(folder)
    with ReviewStore(folder) as store:
        found.ratings += export_ratings(store)


def _texts(folder: Path, found: Material) -> Iterator[Transcript]:
    for session in read_results(folder):
        if any(turn.text is None for turn in session.turns):
            found.left_out["results without text"] += 1
        else:
            yield _transcript(session)


def _transcript(session: AnnotatedSession) -> Transcript:
    names = set(Turn.model_fields)
    turns = tuple(Turn.model_validate({name: getattr(turn, name) for name in names}) for turn in session.turns)
    return Transcript(
        **{name: getattr(session.transcript, name) for name in type(session.transcript).model_fields}, turns=turns, quality=session.quality
    )


def _add_file(found: Material, path: Path, *, names: Iterator[str], now: datetime, blind: bool) -> None:
    read = read_rating_file(path)
    found.ratings += [one for one in read if isinstance(one, Rating)]
    manual = [one for one in read if isinstance(one, SessionRating)]
    if not manual:
        return
    rater = next(names)
    by_id = {one.transcript_id: one for one in found.transcripts.values()}
    for rating in manual:
        transcript = found.transcripts.get(rating.text_sha256) if rating.text_sha256 else by_id.get(rating.session)
        if transcript is None:
            found.left_out["ratings on sessions that were not given"] += 1
        else:
            found.ratings += _from_manual(rating, transcript, rater=rater, now=now, blind=blind)


def _from_manual(rating: SessionRating, transcript: Transcript, *, rater: str, now: datetime, blind: bool) -> Iterator[Rating]:
    """Yield what a rater said, one place a client turn together with the therapist turn before it, turns left out being rated 0."""
    said = rating.by_turn()
    if any(turn >= len(transcript.turns) for turn in said):
        raise InputError("RAT-004", "a rating points past the end of its session", way_out="Ratings must refer to turns merged by speaker.")
    roles = [turn.role for turn in transcript.turns]
    told: set[int] = set()
    places: list[tuple[int, int, Judgement]] = []
    for turn in (turn for turn, role in enumerate(roles) if role is SpeakerRole.CLIENT):
        client = said.get(turn, TurnRating(turn=turn))
        first = turn - 1 if turn and roles[turn - 1] is SpeakerRole.THERAPIST else turn
        before = said.get(first, _NOTHING) if first < turn else _NOTHING
        told.update((first, turn))
        places.append((first, turn + 1, Judgement(w=client.w, c=client.c, codes=(*client.m, *before.res), contributions=dict(before.tc))))
    alone = (turn for turn in sorted(set(said) - told) if says_something(said[turn]))
    places += [(turn, turn + 1, Judgement(codes=said[turn].res, contributions=dict(said[turn].tc))) for turn in alone]
    for first, end, judgement in places:
        yield Rating(
            rating_id=f"{rater}-{transcript.text_sha256[:16]}-{first}",
            ref=SegmentRef(text_sha256=transcript.text_sha256, first_turn=first, end_turn=end),
            rater=rater,
            judgement=judgement,
            blind=blind,
            codebook_version=codebook().version,
            at=now,
        )


_NOTHING = TurnRating(turn=0)
