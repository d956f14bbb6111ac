"""Ratings out of a store and into it: what is exported, and what is refused on the way in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipeline.core.codebook import codebook
from pipeline.core.errors import InputError, PipelineError, UsageError
from pipeline.core.manual_form import SessionRating
from pipeline.core.ratings import Judgement, Rating, SegmentRef, is_rater
from pipeline.core.results import AnnotatedSession
from pipeline.core.turn_ratings import standing
from pipeline.review.errors import RefusedError
from pipeline.review.events import DECISIONS, Action, Draft, Event, Reason
from pipeline.review.fold import effective, place_of
from pipeline.review.rating_files import Form, read_rating_file, write_csv, write_full, write_manual
from pipeline.review.ratings import from_manual, ratings_of, to_manual
from pipeline.review.results import by_text, read_result, turns_sha256
from pipeline.review.store import ReviewStore, require_store


@dataclass(frozen=True, slots=True)
class Exported:
    """Count what was written, and the sessions that the manual's form cannot hold, since a client turn has no rating of its own."""

    ratings: int
    sessions: int
    left_out: int = 0


@dataclass(slots=True)
class Imported:
    """Count what an import did: ratings stored, those that stood there already, and the sessions refused, with the reason."""

    stored: int = 0
    known: int = 0
    near_left_out: int = 0
    refused: list[PipelineError] = field(default_factory=list)

    def reasons(self) -> dict[str, int]:
        """Return how many sessions were refused, by reason."""
        return dict(Counter(error.one_line() for error in self.refused))


def export_file(path: Path, *, folder: Path, form: Form, rater: str | None = None) -> Exported:
    """Write the ratings of a results folder's store, of one rater or of all; the CSV holds those that no later one supersedes."""
    if form is Form.MANUAL and rater is None:
        raise UsageError("RAT-030", "the manual's form holds one rater's ratings", way_out="Name the rater with --rater.")
    require_store(folder)
    with ReviewStore(folder) as store:
        ratings = tuple(rating for rating in export_ratings(store) if rater in (None, rating.rater))
    if form is Form.MANUAL:
        return _export_manual(path, ratings, folder=folder)
    if form is Form.CSV:
        ratings = standing(ratings)
        write_csv(path, ratings, transcripts={text: one.transcript for text, one in by_text(folder).items()})
    else:
        write_full(path, ratings)
    return Exported(len(ratings), len({rating.ref.text_sha256 for rating in ratings}))


def export_ratings(store: ReviewStore) -> tuple[Rating, ...]:
    """Return every rating in the store that was not taken back, session by session in a fixed order."""
    return tuple(rating for text_sha256 in store.sessions() for rating in ratings_of(store.events(text_sha256)))


def _export_manual(path: Path, ratings: Sequence[Rating], *, folder: Path) -> Exported:
    results = by_text(folder)
    found: list[SessionRating] = []
    count = 0
    sessions = _by_session([rating for rating in standing(ratings) if not rating.adjudicated])
    for text_sha256, own in sessions.items():
        manual = to_manual(own, read_result(results[text_sha256].path)) if text_sha256 in results else None
        if manual is not None:
            found.append(manual)
            count += len(own)
    write_manual(path, sorted(found, key=lambda rating: rating.session))
    return Exported(count, len(found), len(sessions) - len(found))


def import_file(
    path: Path, *, folder: Path, rater: str | None, now: datetime, by_session_id: bool = False, blind: bool = False
) -> Imported:
    """Store the ratings of a file, in whichever form it is; the manual's form names no rater, so `rater` must."""
    ratings = read_rating_file(path)
    manual = [rating for rating in ratings if isinstance(rating, SessionRating)]
    if manual and rater is None:
        raise UsageError("RAT-030", "the manual's form does not say whose ratings it holds", way_out="Name the rater with --rater.")
    if rater is not None and not is_rater(rater):
        raise UsageError("RAT-031", "this is no rater", way_out="Use rater_a, rater_12, trainee, supervisor or pair; never a name.")
    if not by_text(folder):
        raise UsageError("RAT-032", "the folder holds no results", way_out="Name the results folder of the rated sessions with --store.")
    with ReviewStore(folder) as store:
        if manual and rater is not None:
            return import_manual(manual, folder=folder, store=store, rater=rater, now=now, by_session_id=by_session_id, blind=blind)
        return import_full([rating for rating in ratings if isinstance(rating, Rating)], folder=folder, store=store)


def import_full(ratings: Sequence[Rating], *, folder: Path, store: ReviewStore) -> Imported:
    """Store ratings made elsewhere, each on the text it names.

    A session whose text is not here, or differs at a rated place, is refused whole; a rater whose ratings cannot be blind, for the session.
    """
    done, results = Imported(), by_text(folder)
    for text_sha256, own in _by_session(ratings).items():
        try:
            if text_sha256 not in results:
                raise InputError("RAT-020", "no result in the folder has the text that was rated", way_out="Score that transcript first.")
            session = read_result(results[text_sha256].path)
            for rating in own:
                _check_ref(rating.ref, session)
            for rater in sorted({rating.rater for rating in own}):
                mine = [rating for rating in own if rating.rater == rater]
                _store(store, [_draft_of(rating) for rating in mine], times=[rating.at for rating in mine], done=done)
        except (InputError, RefusedError) as error:
            done.refused.append(error)
    return done


def import_manual(
    ratings: Sequence[SessionRating], *, folder: Path, store: ReviewStore, rater: str, now: datetime, by_session_id: bool, blind: bool
) -> Imported:
    """Store one rater's ratings in the manual's form, turns left out being rated 0.

    A session must name the hash of its text, or, with `by_session_id`, be called as its result is. `blind` is the caller's word that the
    rater saw neither the model's output nor another's ratings.
    """
    if not by_session_id and any(rating.text_sha256 is None for rating in ratings):
        raise UsageError("RAT-021", "the ratings do not say on which text they were given", way_out="Add --by-session-id.")
    done, results = Imported(), by_text(folder)
    by_id = {one.transcript.transcript_id: one.transcript.text_sha256 for one in results.values()} if by_session_id else {}
    for rating in ratings:
        try:
            text_sha256 = rating.text_sha256 or by_id.get(rating.session)
            if text_sha256 not in results:
                raise InputError("RAT-020", "no result in the folder has the text that was rated", way_out="Score that transcript first.")
            said = from_manual(rating, read_result(results[text_sha256].path))
            reason = Reason.IMPORTED if rating.text_sha256 else Reason.IMPORTED_BY_ID
            drafts = [_imported(ref, judgement, rater=rater, reason=reason, blind=blind) for ref, judgement in said]
            _store(store, drafts, times=[now] * len(drafts), done=done)
            done.near_left_out += sum(entry.near is not None for entry in rating.turns)
        except (InputError, RefusedError) as error:
            done.refused.append(error)
    return done


def _by_session(ratings: Sequence[Rating]) -> dict[str, list[Rating]]:
    sessions: dict[str, list[Rating]] = defaultdict(list)
    for rating in ratings:
        sessions[rating.ref.text_sha256].append(rating)
    return dict(sorted(sessions.items()))


def _check_ref(ref: SegmentRef, session: AnnotatedSession) -> None:
    if ref.end_turn > len(session.turns):
        raise InputError("RAT-004", "a rating points past the end of its session", way_out="Ratings must refer to turns merged by speaker.")
    own = turns_sha256(session, ref.first_turn, ref.end_turn)
    if own and ref.segment_text_sha256 and own != ref.segment_text_sha256:
        raise InputError("RAT-022", "a rating was given on other words than stand at its place", place=f"turn {ref.first_turn}")


def _draft_of(rating: Rating) -> Draft:
    return Draft(
        action=Action.ADJUDICATE if rating.adjudicated else Action.RELABEL,
        reviewer_role_id=rating.rater,
        ref=rating.ref,
        guideline_version=rating.codebook_version,
        judgement=rating.judgement,
        reason_code=Reason.IMPORTED,
        assisted=rating.saw_model,
        blind=rating.blind,
    )


def _imported(ref: SegmentRef, judgement: Judgement, *, rater: str, reason: Reason, blind: bool) -> Draft:
    return Draft(
        action=Action.RELABEL,
        reviewer_role_id=rater,
        ref=ref,
        guideline_version=codebook().version,
        judgement=judgement,
        reason_code=reason,
        blind=blind,
    )


def _store(store: ReviewStore, drafts: Sequence[Draft], *, times: Sequence[datetime], done: Imported) -> None:
    """Store what does not stand there already, so that importing a file again changes nothing."""
    history = effective(store.events(drafts[0].ref.text_sha256)) if drafts else ()
    new = [(draft, at) for draft, at in zip(drafts, times, strict=True) if not _is_known(draft, at, history)]
    done.known += len(drafts) - len(new)
    rated = [one for one in new if one[0].action is not Action.ADJUDICATE]
    for group in (rated, *([one] for one in new if one[0].action is Action.ADJUDICATE)):
        if group:
            rows = [draft for draft, _ in group]
            store.append_all(rows, based_on=store.version_for(rows[0]), now=[at for _, at in group])
            done.stored += len(rows)


def _is_known(draft: Draft, at: datetime, history: Sequence[Event]) -> bool:
    """Tell whether this reviewer said so at this place before, at the same time or as the last word."""
    said = [
        event
        for event in history
        if (event.reviewer_role_id, place_of(event)) == (draft.reviewer_role_id, place_of(draft))
        and event.action in DECISIONS
        and (event.action is Action.ADJUDICATE) == (draft.action is Action.ADJUDICATE)
    ]
    same_time = any(event.time == at.replace(microsecond=0) and event.judgement == draft.judgement for event in said)
    return same_time or bool(said and said[-1].judgement == draft.judgement)
