"""The one-page brief of a session, laid out for the screen and the printer, or written beside the results."""

from __future__ import annotations

from fastapi import APIRouter, Response

from pipeline.core.results import AnnotatedSession
from pipeline.review.brief.checks import check_file_name
from pipeline.review.brief.compose import Header
from pipeline.review.brief.sheet import Sheet
from pipeline.review.brief.write import Writing, lay_out, rendered, write_brief
from pipeline.review.notes import Note, Visibility
from pipeline.review.web.answers import answer
from pipeline.review.web.asked import Page
from pipeline.review.web.site import Site
from pipeline.review.web.views.brief import BriefView, SavedView, brief_view

HASH_SHOWN = 12


def brief_routes(site: Site) -> APIRouter:
    """Return the routes. Private notes are not opened by any of them."""
    routes = APIRouter(prefix="/api/sessions/{session_id}/brief")

    @routes.post("")
    def show(session_id: str, asked: Page) -> Response:
        return answer(shown_brief(site, session_id, asked))

    @routes.post("/file")
    def save(session_id: str, asked: Page) -> Response:
        return answer(saved_brief(site, session_id, asked))

    return routes


def shown_brief(site: Site, session_id: str, asked: Page) -> BriefView:
    """Return the laid-out page with the questions for the hour."""
    session = site.library.session(session_id)
    notes = site.notes(Visibility.SHARED).of_session(session_id)
    return brief_view(_sheet(site, session, asked, notes), paper=asked.paper.value, notes=notes)


def saved_brief(site: Site, session_id: str, asked: Page) -> SavedView:
    """Write the page as HTML beside the results, under a name that carries no client code."""
    session = site.library.session(session_id)
    sheet = _sheet(site, session, asked, site.notes(Visibility.SHARED).of_session(session_id))
    name = f"brief-{session_id[:HASH_SHOWN]}.html"
    check_file_name(name, client_code=asked.client_code or None)
    write_brief(site.folder / name, rendered(sheet, writing=Writing.HTML, paper=asked.paper))
    return SavedView(name=name)


def _sheet(site: Site, session: AnnotatedSession, asked: Page, notes: tuple[Note, ...]) -> Sheet:
    return lay_out(
        session,
        state=site.store.state(session.transcript.text_sha256),
        notes=notes,
        header=Header(client_code=asked.client_code or None, month=asked.month or None, delete_by=asked.delete_by),
        paper=asked.paper,
        model=site.model,
        allow_identifiers=asked.allow_identifiers,
    )
