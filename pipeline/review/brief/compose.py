"""What a brief says: gathered from a scored session, its review and the shared notes, before anything is laid out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.classifier.manifest import ModelManifest
from pipeline.core.results import AnnotatedSession
from pipeline.features.compare import SUFFIX
from pipeline.review.brief.moments import BriefMoment, moments_to_bring
from pipeline.review.errors import RefusedError
from pipeline.review.figures import missed_in_tests
from pipeline.review.fold import ReviewState
from pipeline.review.notes import Note, NoteField, Visibility

EARLIER_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Header:
    """Hold what the caller says of the session; what is None becomes a line to write on."""

    client_code: str | None = None
    month: str | None = None
    delete_by: date | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """Hold how the session compares with the client's own earlier ones: measures beyond all of them, by name and in words."""

    beyond: tuple[tuple[str, str], ...]
    enough: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """Hold a whole brief. None and empty stand for a line to write on; `moments` are in the order of importance."""

    text_sha256: str
    header: Header
    session_no: int | None
    by_trainee: bool
    earlier: Earlier
    question: str | None
    moments: tuple[BriefMoment, ...]
    try_next: str | None
    helped: str | None
    model_id: str
    model_sha256: str
    missed: str


def compose_brief(
    session: AnnotatedSession,
    *,
    state: ReviewState | None = None,
    notes: Sequence[Note] = (),
    manifest: ModelManifest | None = None,
    header: Header | None = None,
) -> Brief:
    """Gather a brief: the moments that were chosen, or else the tool's first three, with what people wrote together.

    `manifest` is that of the model which scored the session, where it is at hand. Raises `RefusedError` when a private note is handed in.
    """
    if any(note.visibility is not Visibility.SHARED for note in notes):
        raise RefusedError("BRF-003", "a private note cannot enter a brief")
    selected = state.selected if state else ()
    return Brief(
        text_sha256=session.transcript.text_sha256,
        header=header or Header(),
        session_no=session.transcript.session_no,
        by_trainee=any(event.reviewer_role_id == "trainee" for event in selected),
        earlier=_earlier(session),
        question=_session_note(notes, NoteField.QUESTION),
        moments=moments_to_bring(session, state=state, notes=notes, manifest=manifest),
        try_next=_session_note(notes, NoteField.TRY_NEXT),
        helped=_session_note(notes, NoteField.HELPED),
        model_id=session.provenance.model_id,
        model_sha256=session.provenance.model_sha256,
        missed=missed_in_tests(manifest),
    )


def _earlier(session: AnnotatedSession) -> Earlier:
    compared = [measure for measure in session.measures if measure.name.endswith(SUFFIX) and measure.value is not None]
    beyond = [(one.name.removesuffix(SUFFIX), one.note) for one in compared if one.value in (0.0, 1.0)]
    return Earlier(tuple(beyond[:EARLIER_SHOWN]), bool(compared))


def _session_note(notes: Iterable[Note], field: NoteField) -> str | None:
    return next((note.text for note in notes if note.key.field is field and note.key.end_turn == 0 and note.text.strip()), None)
