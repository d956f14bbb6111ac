"""*Resolve*: two ratings side by side, a decision that keeps both, and how far raters agree."""

from __future__ import annotations

import numpy as np
from fastapi import APIRouter, Response

from pipeline.core.records import Record
from pipeline.core.wording import wording
from pipeline.review.agreement.report import agreement
from pipeline.review.agreement.sources import read_sources
from pipeline.review.agreement.text import agreement_table
from pipeline.review.errors import ConflictError
from pipeline.review.web.acts import adjudication, check_place
from pipeline.review.web.answers import answer
from pipeline.review.web.asked import Resolve
from pipeline.review.web.modes import segment_place
from pipeline.review.web.site import Site
from pipeline.review.web.views.resolve import ResolveRow, ResolveView, context_view, resolve_rows
from pipeline.review.web.work import told_conflict

SEED = 0


class AgreementView(Record):
    """Hold the table of agreement as it goes into a reliability section."""

    table: str


def resolving_routes(site: Site) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/resolve")

    @routes.get("")
    def rows() -> Response:
        return answer(all_rows(site))

    @routes.get("/{session_id}/{first}/{end}")
    def context(session_id: str, first: int, end: int) -> Response:
        session = site.library.session(session_id)
        check_place(session, first, end)
        return answer(context_view(session, first, end))

    @routes.post("")
    def resolving(asked: Resolve) -> Response:
        try:
            return answer(resolve(site, asked))
        except ConflictError as error:
            return told_conflict(error, place=segment_place(asked.first, asked.end))

    @routes.get("/agreement")
    def agreeing() -> Response:
        found = agreement(read_sources([site.folder]), rng=np.random.default_rng(SEED))
        return answer(AgreementView(table=agreement_table(found)))

    return routes


def all_rows(site: Site) -> ResolveView:
    """Return every place that two raters rated, in the sessions that are in the folder."""
    known = {entry.session_id for entry in site.library.entries()}
    rows: list[ResolveRow] = []
    for session_id in site.store.sessions():
        if session_id in known:
            state = site.store.state(session_id)
            rows += [_versioned(site, row) for row in resolve_rows(site.library.session(session_id), state)]
    differ = sum(row.differ and row.consensus is None for row in rows)
    return ResolveView(rows=tuple(rows), count=wording().page.resolve.count.format(n=len(rows), differ=differ))


def resolve(site: Site, asked: Resolve) -> ResolveView:
    """Store a decision about two ratings."""
    session = site.library.session(asked.session_id)
    check_place(session, asked.first, asked.end)
    site.store.append(adjudication(session, asked), based_on=asked.based_on, now=site.now())
    return all_rows(site)


def _versioned(site: Site, row: ResolveRow) -> ResolveRow:
    """Return a row with the version of its place: an adjudication is refused when a rater changed their mind meanwhile."""
    session = site.library.session(row.session_id)
    asked = Resolve(session_id=row.session_id, first=row.first, end=row.end, based_on=0, w=0, c=0)
    return row.model_copy(update={"version": site.store.version_for(adjudication(session, asked))})
