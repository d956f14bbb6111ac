"""Handing a transcript to the command `rupture score`, and asking how far it is."""

from __future__ import annotations

import base64
import binascii

from fastapi import APIRouter, Response

from pipeline.core.errors import UsageError
from pipeline.core.records import Record
from pipeline.core.wording import wording
from pipeline.review.web.answers import answer
from pipeline.review.web.asked import Score
from pipeline.review.web.scoring import Progress, Upload
from pipeline.review.web.site import Site


class ScoringView(Record):
    """Hold where the child stands, in words."""

    progress: str
    words: str


def scoring_routes(site: Site) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/score")

    @routes.post("")
    def start(asked: Score) -> Response:
        site.scoring.start(_upload(asked))
        return answer(_view(site))

    @routes.get("")
    def progress() -> Response:
        return answer(_view(site))

    return routes


def _upload(asked: Score) -> Upload:
    try:
        content = base64.b64decode(asked.content, validate=True)
    except binascii.Error:
        raise UsageError("WEB-024", "the transcript did not arrive whole") from None
    return Upload(name=asked.name, content=content, roles=asked.roles, dyad=asked.dyad, allow_identifiers=asked.allow_identifiers)


def _view(site: Site) -> ScoringView:
    progress, why = site.scoring.progress()
    words = wording().page.scoring
    said = {
        Progress.IDLE: "",
        Progress.RUNNING: words.running,
        Progress.DONE: words.done,
        Progress.NOT_SCORED: words.not_scored.format(why=why),
    }
    return ScoringView(progress=progress.value, words=said[progress])
