"""*Label*: places to rate blind. What these routes answer is built from words and from the rater's own events, nothing else."""

from __future__ import annotations

import numpy as np
from fastapi import APIRouter, Response

from pipeline.core.wording import wording
from pipeline.review.errors import ConflictError, RefusedError
from pipeline.review.events import Action, take_back
from pipeline.review.queue import known_to, next_batch
from pipeline.review.web.acts import blind_rating, check_place
from pipeline.review.web.answers import answer
from pipeline.review.web.asked import NextToRate, Rate, Rater, UndoRating
from pipeline.review.web.modes import segment_place
from pipeline.review.web.site import Site
from pipeline.review.web.views.label import OwnView, QueueView, asked, blind_view, codes_view, own_view
from pipeline.review.web.work import told_conflict

BATCH = 10


def rating_routes(site: Site) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/label")

    @routes.get("/codes")
    def codes() -> Response:
        return answer(codes_view())

    @routes.post("/next")
    def following(wanted: NextToRate) -> Response:
        return answer(next_places(site, wanted.rater))

    @routes.get("/sessions/{session_id}")
    def session(session_id: str) -> Response:
        return answer(blind_view(site.library.session(session_id)))

    @routes.get("/sessions/{session_id}/own")
    def own(session_id: str, rater: Rater) -> Response:
        return answer(own_work(site, site.library.entry(session_id).session_id, rater))

    @routes.post("/rate")
    def rating(wanted: Rate) -> Response:
        try:
            return answer(rate(site, wanted))
        except ConflictError as error:
            return told_conflict(error, place=segment_place(wanted.first, wanted.end))

    @routes.post("/undo")
    def undoing(wanted: UndoRating) -> Response:
        try:
            return answer(undo_rating(site, wanted))
        except ConflictError as error:
            return told_conflict(error)

    return routes


def next_places(site: Site, rater: str) -> QueueView:
    """Return the next places for a rater, drawn afresh each time; the seed is the clock's, so that no order can be learnt."""
    sessions = [site.library.session(entry.session_id) for entry in site.library.entries()]
    rng = np.random.default_rng(int(site.now().timestamp()))
    batch = next_batch(sessions, known=known_to(rater, site.store), size=BATCH, rng=rng)
    words = wording().page.label
    note = words.nothing_left if not batch.refs else words.fell_back if batch.fell_back else None
    return QueueView(places=tuple(asked(ref) for ref in batch.refs), note=note)


def rate(site: Site, wanted: Rate) -> OwnView:
    """Store a blind rating."""
    session = site.library.session(wanted.session_id)
    check_place(session, wanted.first, wanted.end)
    site.store.append(blind_rating(session, wanted), based_on=wanted.based_on, now=site.now())
    return own_work(site, wanted.session_id, wanted.rater, saved=True)


def undo_rating(site: Site, wanted: UndoRating) -> OwnView:
    """Take back a rater's latest rating of a session."""
    state = site.store.state(wanted.session_id, reviewer=wanted.rater)
    steps = state.undoable.get(wanted.rater, ())
    if not steps:
        raise RefusedError("REV-021", "there is nothing to undo")
    events = site.store.events(wanted.session_id, reviewer=wanted.rater)
    target = next(event for event in events if event.event_id == steps[-1])
    site.store.append(take_back(target, action=Action.UNDO), based_on=wanted.based_on, now=site.now())
    return own_work(site, wanted.session_id, wanted.rater, saved=True)


def own_work(site: Site, session_id: str, rater: str, *, saved: bool = False) -> OwnView:
    """Return where a rater's own work on a session stands."""
    told = wording().page.saved.format(time=site.now().astimezone().strftime("%H:%M")) if saved else None
    return own_view(site.store.state(session_id, reviewer=rater), rater=rater, saved=told)
