"""The application around a site: routes, static files, errors without an echo, and the guard around all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from pipeline.core.codebook import CodeFamily
from pipeline.core.wording import wording
from pipeline.review.web.answers import tell_errors
from pipeline.review.web.routes.briefs import brief_routes
from pipeline.review.web.routes.deciding import deciding_routes
from pipeline.review.web.routes.entry import entry_routes
from pipeline.review.web.routes.rating import rating_routes
from pipeline.review.web.routes.resolving import resolving_routes
from pipeline.review.web.routes.scoring import scoring_routes
from pipeline.review.web.routes.sessions import session_routes
from pipeline.review.web.security import Guard
from pipeline.review.web.site import Site

HERE = Path(__file__).parent


def create_app(
    site: Site,
    *,
    hosts: frozenset[str],
    on_request: Callable[[], None] = lambda: None,
    on_fault: Callable[[str], None] = lambda _: None,
) -> FastAPI:
    """Return the application for one launch; `hosts` are the only values of the Host header that are served, port included.

    `on_request` is called for each request that brought a bearer, `on_fault` with the kind and place of an error of ours.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for routes in (
        entry_routes(site, templates()),
        session_routes(site),
        deciding_routes(site),
        rating_routes(site),
        resolving_routes(site),
        brief_routes(site),
        scoring_routes(site),
    ):
        app.include_router(routes)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    tell_errors(app)
    app.add_middleware(Guard, access=site.access, hosts=hosts, on_request=on_request, on_fault=on_fault)
    return app


def templates() -> Environment:
    """Return the templates, with the wording at hand; a name that the table does not have stops the page."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    words = wording()
    made.globals.update(page=words.page, common=words.common, report=words.report, brief=words.brief, families=tuple(CodeFamily))
    return made
