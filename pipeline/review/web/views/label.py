"""Rating blind: the words of a session and one's own rating. Nothing of the tool is in these records, nor of another rater."""

from __future__ import annotations

from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.ratings import SegmentRef
from pipeline.core.records import Record
from pipeline.core.results import AnnotatedSession
from pipeline.core.wording import wording
from pipeline.review.fold import ReviewState, Scope
from pipeline.review.web.views.places import turns_in_words
from pipeline.review.web.views.turns import TurnView, plain_turn


class BlindView(Record):
    """Hold the words of a session."""

    session_id: str
    name: str
    turns: tuple[TurnView, ...]


class Asked(Record):
    """Hold one place to rate."""

    session_id: str
    first: int
    end: int
    title: str


class QueueView(Record):
    """Hold the places to rate next, in random order, and what is to be said about them."""

    places: tuple[Asked, ...]
    note: str | None


class OwnView(Record):
    """Hold where one rater's own work on a session stands."""

    version: int
    can_undo: bool
    rated: str
    saved: str | None = None


class CodeView(Record):
    """Hold one code of the manual as a choice."""

    code: str
    name: str
    meaning: str
    family: str


class CodesView(Record):
    """Hold the codes, family by family."""

    version: str
    families: dict[str, tuple[CodeView, ...]]


def blind_view(session: AnnotatedSession) -> BlindView:
    """Return the words of a session."""
    transcript = session.transcript
    return BlindView(
        session_id=transcript.text_sha256, name=transcript.transcript_id, turns=tuple(plain_turn(turn) for turn in session.turns)
    )


def asked(ref: SegmentRef) -> Asked:
    """Return a place to rate."""
    title = turns_in_words(ref.first_turn, ref.end_turn)
    return Asked(session_id=ref.text_sha256, first=ref.first_turn, end=ref.end_turn, title=title)


def own_view(state: ReviewState, *, rater: str, saved: str | None = None) -> OwnView:
    """Return where a rater's work stands; `state` is folded from that rater's own events."""
    places = [place for place in state.ratings.get(rater, {}) if place.scope is Scope.SEGMENT]
    return OwnView(
        version=state.versions.get(rater, 0),
        can_undo=bool(state.undoable.get(rater)),
        rated=wording().page.label.rated.of(len(places)),
        saved=saved,
    )


def codes_view() -> CodesView:
    """Return all codes of the manual."""
    known = codebook()
    families = {
        family.value: tuple(
            CodeView(code=code.code, name=code.name, meaning=code.meaning, family=family.value)
            for code in known.codes
            if code.family is family
        )
        for family in CodeFamily
    }
    return CodesView(version=known.version, families=families)
