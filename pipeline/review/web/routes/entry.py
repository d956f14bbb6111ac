"""The bare page, the way in, the lock, and a second window."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from jinja2 import Environment

from pipeline.core.records import Record
from pipeline.review.errors import RefusedError
from pipeline.review.web.answers import answer
from pipeline.review.web.asked import Enter, Nothing
from pipeline.review.web.security import bearer_of
from pipeline.review.web.site import Site


class Entered(Record):
    """Hold a bearer."""

    bearer: str


class Window(Record):
    """Hold a code for one more window."""

    code: str


class Done(Record):
    """Say that it is done."""

    done: bool = True


def entry_routes(site: Site, templates: Environment) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()

    @routes.get("/")
    def page() -> Response:
        return Response(templates.get_template("page.html").render(), media_type="text/html; charset=utf-8")

    @routes.post("/api/enter")
    def enter(asked: Enter) -> Response:
        bearer = site.access.enter(asked.code)
        if bearer is None:
            raise RefusedError("WEB-010", "this link was used already", way_out="Use the newest link in the terminal.")
        site.on_entered()
        return answer(Entered(bearer=bearer))

    @routes.post("/api/lock")
    def lock(request: Request, _: Nothing) -> Response:
        site.access.leave(bearer_of(request.scope))
        return answer(Done())

    @routes.post("/api/window")
    def window(_: Nothing) -> Response:
        return answer(Window(code=site.access.issue_code()))

    return routes
