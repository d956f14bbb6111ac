"""A brief from a result file to a page: the one way in for a command or a web page."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from pipeline.core.canonical import write_atomic
from pipeline.core.errors import UsageError
from pipeline.core.paths import default_model_dir
from pipeline.core.results import AnnotatedSession
from pipeline.review.brief.checks import check_client_code, check_file_name, check_notes
from pipeline.review.brief.compose import Header, compose_brief
from pipeline.review.brief.fit import fit_brief
from pipeline.review.brief.html import as_html
from pipeline.review.brief.markdown import as_markdown
from pipeline.review.brief.paper import Paper
from pipeline.review.brief.sheet import Sheet
from pipeline.review.figures import manifest_for
from pipeline.review.fold import ReviewState
from pipeline.review.notes import Note, NoteStore, Visibility, notes_path
from pipeline.review.store import ReviewStore, require_store


class Writing(StrEnum):
    """Name the ways in which a brief is written."""

    MARKDOWN = "markdown"
    HTML = "html"


_WRITING_OF = {".md": Writing.MARKDOWN, ".html": Writing.HTML}


def make_brief(
    session: AnnotatedSession,
    *,
    writing: Writing,
    store: Path | None = None,
    header: Header | None = None,
    paper: Paper = Paper.A4,
    model: Path | None = None,
    allow_identifiers: bool = False,
) -> str:
    """Return the brief of a session, on one page, with the review and the shared notes in the folder `store`.

    Private notes are not opened. Raises `UsageError` for a client code that may name somebody, `InputError` where a shared note does.
    """
    state, notes = _reviewed(session, store)
    sheet = lay_out(
        session, state=state, notes=notes, header=header or Header(), paper=paper, model=model, allow_identifiers=allow_identifiers
    )
    return rendered(sheet, writing=writing, paper=paper)


def lay_out(
    session: AnnotatedSession,
    *,
    state: ReviewState | None,
    notes: Sequence[Note],
    header: Header,
    paper: Paper = Paper.A4,
    model: Path | None = None,
    allow_identifiers: bool = False,
) -> Sheet:
    """Return the checked page of a brief before it is written; raises as `make_brief` does."""
    if header.client_code is not None:
        check_client_code(header.client_code)
    if not allow_identifiers:
        check_notes(notes)
    manifest = manifest_for(session, model or default_model_dir())
    return fit_brief(compose_brief(session, state=state, notes=notes, manifest=manifest, header=header), paper)


def rendered(sheet: Sheet, *, writing: Writing, paper: Paper) -> str:
    """Return a page as text in one of the two ways of writing."""
    return as_html(sheet, paper=paper) if writing is Writing.HTML else as_markdown(sheet)


def writing_for(path: Path, *, client_code: str | None = None) -> Writing:
    """Return how a file of this name is written; raises `UsageError` for another ending, or a name with the client code in it."""
    check_file_name(path.name, client_code=client_code)
    if path.suffix.lower() not in _WRITING_OF:
        raise UsageError("BRF-005", "a brief is written as .md or .html", way_out="Choose one of the two endings for --out.")
    return _WRITING_OF[path.suffix.lower()]


def write_brief(path: Path, text: str) -> None:
    """Write a brief, private to its owner, whole or not at all."""
    write_atomic(path, text.encode("utf-8"))


def _reviewed(session: AnnotatedSession, store: Path | None) -> tuple[ReviewState | None, Sequence[Note]]:
    if store is None:
        return None, ()
    require_store(store)
    text_sha256 = session.transcript.text_sha256
    with ReviewStore(store) as reviewed:
        state = reviewed.state(text_sha256)
    if not notes_path(store, Visibility.SHARED).is_file():
        return state, ()
    with NoteStore(store, Visibility.SHARED) as shared:
        return state, shared.of_session(text_sha256)
