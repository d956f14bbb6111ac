"""The list of sessions, a session in a mode, a place in it, and its dyad over time."""

from __future__ import annotations

from fastapi import APIRouter, Response

from pipeline.review.fold import ReviewState
from pipeline.review.notes import Visibility
from pipeline.review.web.answers import answer
from pipeline.review.web.modes import Mode, segment_place
from pipeline.review.web.site import Site
from pipeline.review.web.views.dyad import dyad_view, seen
from pipeline.review.web.views.library import library_view, place_among
from pipeline.review.web.views.review import review_view
from pipeline.review.web.views.session import session_view
from pipeline.review.web.work import panel, standing

PEOPLE = frozenset(mode.reviewer for mode in Mode)


def session_routes(site: Site) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()

    @routes.get("/api/sessions")
    def sessions() -> Response:
        looked_at = frozenset(one for one in site.store.sessions() if PEOPLE & _people(site.store.state(one)))
        return answer(library_view(site.library.entries(), looked_at=looked_at, first_look=site.settings.first_look))

    @routes.get("/api/sessions/{session_id}")
    def session(session_id: str, mode: Mode) -> Response:
        found = standing(site, session_id, mode)
        place = place_among(site.library.entry(session_id), site.library.entries())
        return answer(session_view(found, place=place))

    @routes.get("/api/sessions/{session_id}/review")
    def review(session_id: str, mode: Mode) -> Response:
        return answer(review_view(standing(site, session_id, mode)))

    @routes.get("/api/sessions/{session_id}/places/{first}/{end}")
    def place(session_id: str, first: int, end: int, mode: Mode) -> Response:
        return answer(panel(site, standing(site, session_id, mode), segment_place(first, end)))

    @routes.get("/api/sessions/{session_id}/dyad")
    def dyad(session_id: str, mode: Mode) -> Response:
        current = standing(site, session_id, mode).session
        shared = site.notes(Visibility.SHARED)
        ids = [one.session_id for one in site.library.of_dyad(current.transcript.dyad_id or "")]
        points = [seen(site.library.session(one), site.store.state(one), shared.of_session(one), mode=mode) for one in ids]
        return answer(dyad_view(current, points))

    return routes


def _people(state: ReviewState) -> frozenset[str]:
    return frozenset(state.versions)
