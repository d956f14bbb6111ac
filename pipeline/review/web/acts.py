"""What a page does, turned into drafts for the store: which action a reading is at a place, and what the reviewer had seen."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.core.codebook import codebook
from pipeline.core.ratings import Judgement
from pipeline.core.results import AnnotatedSession, RuptureKind
from pipeline.review.errors import RefusedError
from pipeline.review.events import Action, Draft, Reason
from pipeline.review.fold import Place
from pipeline.review.results import ref_of
from pipeline.review.web.answers import MissingError
from pipeline.review.web.asked import Rate, Reading, Resolve
from pipeline.review.web.modes import Mode

SAID: Mapping[Reading, Judgement] = {
    Reading.WITHDRAWAL: Judgement(w=1, c=0),
    Reading.CONFRONTATION: Judgement(w=0, c=1),
    Reading.BOTH: Judgement(w=1, c=1),
    Reading.NEITHER: Judgement(w=0, c=0),
    Reading.USUAL: Judgement(w=0, c=0),
    Reading.UNSURE: Judgement(unsure=True),
}
"""What each button says in the manual's terms: 1 is its word for *possible*; how strong a thing is, is rated in *Label* only."""


def check_place(session: AnnotatedSession, first: int, end: int) -> None:
    """Raise `MissingError` unless these are turns of the session."""
    if not 0 <= first < end <= len(session.turns):
        raise MissingError


def decision(session: AnnotatedSession, place: Place, *, reading: Reading, mode: Mode, revealed: bool, seconds: int | None) -> Draft:
    """Return the draft of a decision: an answer to a flag where the tool flagged these turns, else a pin."""
    flagged = next((one.kinds for one in session.moments if (one.first_turn, one.end_turn) == place[1:]), None)
    action, reason = Action.PIN, None
    if flagged is not None:
        action, reason = _answer(reading, frozenset(flagged))
    return Draft(
        action=action,
        reviewer_role_id=mode.reviewer,
        ref=ref_of(session, place.first_turn, place.end_turn),
        guideline_version=codebook().version,
        judgement=SAID[reading],
        reason_code=Reason.USUAL_WAY if reading is Reading.USUAL else reason,
        assisted=True,
        model_sha256_seen=session.provenance.model_sha256 if revealed else None,
        seconds_on_segment=seconds,
    )


def step(session: AnnotatedSession, place: Place, *, action: Action, mode: Mode, reason: Reason | None = None) -> Draft:
    """Return the draft of a step that rates nothing: a choice, a reflection, a reveal."""
    return Draft(
        action=action,
        reviewer_role_id=mode.reviewer,
        ref=ref_of(session, place.first_turn, place.end_turn),
        guideline_version=codebook().version,
        reason_code=reason,
        assisted=True,
        model_sha256_seen=session.provenance.model_sha256 if action is Action.REVEAL else None,
    )


def blind_rating(session: AnnotatedSession, asked: Rate) -> Draft:
    """Return the draft of a blind rating; raises `RefusedError` for one that the manual does not know."""
    try:
        said = Judgement(
            w=asked.w, c=asked.c, codes=asked.codes, contributions=asked.contributions, unsure=asked.unsure, confidence=asked.confidence
        )
        return Draft(
            action=Action.RELABEL,
            reviewer_role_id=asked.rater,
            ref=ref_of(session, asked.first, asked.end),
            guideline_version=codebook().version,
            judgement=said,
            blind=True,
            seconds_on_segment=asked.seconds,
        )
    except ValueError:
        raise RefusedError("WEB-030", "that is no rating of the manual", way_out="Give both values, or say unsure.") from None


def adjudication(session: AnnotatedSession, asked: Resolve) -> Draft:
    """Return the draft of a decision about two ratings; no rupture at all can be its result."""
    said = Judgement(w=asked.w, c=asked.c) if asked.reading is None and asked.w is not None and asked.c is not None else None
    if said is None and asked.reading is None:
        raise RefusedError("WEB-031", "a decision says something", way_out="Choose one of the answers.")
    return Draft(
        action=Action.ADJUDICATE,
        reviewer_role_id="pair",
        ref=ref_of(session, asked.first, asked.end),
        guideline_version=codebook().version,
        judgement=said or SAID[asked.reading or Reading.UNSURE],
        reason_code=Reason.USUAL_WAY if asked.reading is Reading.USUAL else None,
    )


def _answer(reading: Reading, flagged: frozenset[RuptureKind]) -> tuple[Action, Reason | None]:
    """Return how a reading answers a flag: it confirms its kinds, rejects it, or says something else of the place."""
    if reading in (Reading.NEITHER, Reading.USUAL):
        return Action.REJECT, None
    if reading is Reading.UNSURE:
        return Action.RELABEL, None
    said = SAID[reading]
    kinds = {kind for kind, value in ((RuptureKind.WITHDRAWAL, said.w), (RuptureKind.CONFRONTATION, said.c)) if value}
    return (Action.CONFIRM, None) if kinds == flagged else (Action.RELABEL, Reason.OTHER_KIND)
