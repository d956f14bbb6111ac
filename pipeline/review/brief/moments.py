"""The moments of a brief: which ones, what was said in them, and what people make of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.classifier.manifest import ModelManifest
from pipeline.core.ratings import Judgement
from pipeline.core.records import SpeakerRole
from pipeline.core.results import AnnotatedSession, Moment, RuptureKind
from pipeline.core.wording import wording
from pipeline.review.events import RATING_ACTIONS, Action, Event
from pipeline.review.figures import band_in_tests
from pipeline.review.fold import MOMENTS_TO_BRING, ReviewState, Scope
from pipeline.review.notes import Note, NoteField

QUOTED_WORDS = 60
QUOTED_CHARS = 420
CLIENT_WORDS = 40
TOGETHER = "pair"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BriefMoment:
    """Hold one moment. `said` has at most 60 words, by the letter of the party; what is None or empty becomes a line to write on."""

    first_turn: int
    last_turn: int
    kinds: str
    by: str
    said: tuple[tuple[str, str], ...]
    shows: tuple[str, ...]
    band: str | None
    felt: str | None
    managed: str | None
    going_on: str | None
    next: str | None
    reading: str | None


def moments_to_bring(
    session: AnnotatedSession, *, state: ReviewState | None, notes: Sequence[Note], manifest: ModelManifest | None
) -> tuple[BriefMoment, ...]:
    """Return at most three moments, the most important first: those chosen, in the order of choosing, else the tool's own by priority."""
    chosen = [(event.ref.first_turn, event.ref.end_turn) for event in state.selected] if state else []
    if not chosen:
        chosen = [(one.first_turn, one.end_turn) for one in sorted(session.moments, key=lambda one: one.priority)]
    return tuple(_moment(session, span, state=state, notes=notes, manifest=manifest) for span in chosen[:MOMENTS_TO_BRING])


def _moment(
    session: AnnotatedSession, span: Span, *, state: ReviewState | None, notes: Sequence[Note], manifest: ModelManifest | None
) -> BriefMoment:
    flagged = next((one for one in session.moments if _overlap((one.first_turn, one.end_turn), span)), None)
    people = _people(state, span)
    own = [note for note in notes if _overlap((note.key.first_turn, note.key.end_turn), span)]
    return BriefMoment(
        first_turn=span[0],
        last_turn=span[1] - 1,
        kinds=_kinds(flagged, people),
        by=_by(flagged, people),
        said=quote(session, _peak(session, span, flagged)),
        shows=flagged.reasons if flagged else (),
        band=_band(flagged, manifest),
        felt=_answer(own, NoteField.FELT),
        managed=_answer(own, NoteField.MANAGED),
        going_on=_answer(own, NoteField.GOING_ON, NoteField.CLIENT),
        next=_answer(own, NoteField.NEXT),
        reading=_reading(state, span),
    )


def quote(session: AnnotatedSession, client_turn: int | None) -> tuple[tuple[str, str], ...]:
    """Return a client turn with the therapist turn before it, at most 60 words in all; empty in a result without text.

    The client's words are kept from their beginning, the therapist's up to their end, since the end is what was answered.
    """
    if client_turn is None or session.turns[client_turn].text is None:
        return ()
    words = wording().brief
    before = session.turns[client_turn - 1] if client_turn and session.turns[client_turn - 1].role is SpeakerRole.THERAPIST else None
    asked, answered = (before.text or "").split() if before else [], (session.turns[client_turn].text or "").split()
    room = max(CLIENT_WORDS, QUOTED_WORDS - len(asked))
    answer = _shortened(" ".join(answered[:room]), cut=len(answered) > room)
    left = QUOTED_WORDS - min(room, len(answered))
    question = " ".join(asked[-left:] if left else [])
    if len(question) > QUOTED_CHARS // 2 or len(asked) > left:
        question = f"…{question[-QUOTED_CHARS // 2 :].lstrip()}"
    return ((words.therapist, question), (words.client, answer)) if asked else ((words.client, answer),)


def _shortened(text: str, *, cut: bool) -> str:
    return f"{text[: QUOTED_CHARS // 2].rstrip()}…" if cut or len(text) > QUOTED_CHARS // 2 else text


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _people(state: ReviewState | None, span: Span) -> list[Event]:
    """Return the ratings that people gave here of their own accord or in answer to the tool, seeing something."""
    if state is None:
        return []
    events = [event for places in state.ratings.values() for place, event in places.items() if place.scope is Scope.SEGMENT]
    here = [event for event in events if event.action in RATING_ACTIONS and _overlap((event.ref.first_turn, event.ref.end_turn), span)]
    return [event for event in here if not event.blind and max(event.judgement.w or 0, event.judgement.c or 0)]


def _kinds(flagged: Moment | None, people: Sequence[Event]) -> str:
    names = wording().common.kinds
    if flagged:
        return names.of(flagged.kinds)
    pinned = [event.judgement for event in people if event.action is Action.PIN]
    kinds = tuple(kind for kind in RuptureKind if any(_value(judgement, kind) for judgement in pinned))
    return names.of(kinds) if kinds else wording().brief.no_kind


def _value(judgement: Judgement, kind: RuptureKind) -> int:
    return (judgement.w if kind is RuptureKind.WITHDRAWAL else judgement.c) or 0


def _by(flagged: Moment | None, people: Sequence[Event]) -> str:
    words = wording().brief.by
    return (words.both if people else words.tool) if flagged else words.people


def _peak(session: AnnotatedSession, span: Span, flagged: Moment | None) -> int | None:
    if flagged and span[0] <= flagged.peak_turn < span[1]:
        return flagged.peak_turn
    return next((turn for turn in reversed(range(*span)) if session.turns[turn].role is SpeakerRole.CLIENT), None)


def _band(flagged: Moment | None, manifest: ModelManifest | None) -> str | None:
    if flagged is None or not flagged.kinds:
        return None
    tested = band_in_tests(manifest, kind=flagged.kinds[0], band=flagged.band)
    return wording().brief.band.format(band=wording().common.bands.of(flagged.band), tested=tested)


def _answer(notes: Iterable[Note], *fields: NoteField) -> str | None:
    """Return what was picked and written in answer to a question, in that order."""
    answers = [note for note in notes if note.key.field in fields]
    chips = [str(getattr(wording().brief.chips, chip.value)) for note in answers for chip in note.chips]
    texts = [note.text.strip() for note in answers if note.text.strip()]
    return "; ".join((*chips, *texts)) or None


def _reading(state: ReviewState | None, span: Span) -> str | None:
    """Return what was agreed on: an adjudication, or else what the two rated together."""
    if state is None:
        return None
    agreed = [*state.ratings.get(TOGETHER, {}).values(), *state.consensus.values()]
    here = [event.judgement for event in agreed if _overlap((event.ref.first_turn, event.ref.end_turn), span)]
    segment = [judgement for judgement in here if judgement.w is not None or judgement.unsure]
    if not segment:
        return None
    words, last = wording().brief.readings, segment[-1]
    if last.unsure:
        return words.unsure
    kinds = [kind for kind in RuptureKind if _value(last, kind)]
    return words.both if len(kinds) > 1 else str(getattr(words, kinds[0].value)) if kinds else words.neither
