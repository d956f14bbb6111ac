"""What people do in *My first look* and *Together*: decide, choose, undo, open, write, share."""

from __future__ import annotations

from fastapi import APIRouter, Response

from pipeline.core.records import Record
from pipeline.core.wording import wording
from pipeline.review.errors import ConflictError
from pipeline.review.notes import Note, NoteConflictError
from pipeline.review.web.answers import answer
from pipeline.review.web.asked import Choose, Decide, InSession, Reveal, Share, Write
from pipeline.review.web.modes import segment_place
from pipeline.review.web.site import Site
from pipeline.review.web.work import choose, decide, reveal, share_note, told_conflict, undo, write_note


class Written(Record):
    """Say that a note is stored, as which version."""

    version: int
    saved: str


def deciding_routes(site: Site) -> APIRouter:
    """Return the routes; a write that is out of date is answered with both sides."""
    routes = APIRouter(prefix="/api/sessions/{session_id}")

    @routes.post("/decide")
    def deciding(session_id: str, asked: Decide) -> Response:
        try:
            return answer(decide(site, session_id, asked))
        except ConflictError as error:
            return told_conflict(error, place=segment_place(asked.first, asked.end))

    @routes.post("/choose")
    def choosing(session_id: str, asked: Choose) -> Response:
        try:
            return answer(choose(site, session_id, asked))
        except ConflictError as error:
            return told_conflict(error, place=segment_place(asked.first, asked.end))

    @routes.post("/undo")
    def undoing(session_id: str, asked: InSession) -> Response:
        try:
            return answer(undo(site, session_id, asked))
        except ConflictError as error:
            return told_conflict(error)

    @routes.post("/reveal")
    def revealing(session_id: str, asked: Reveal) -> Response:
        try:
            return answer(reveal(site, session_id, asked))
        except ConflictError as error:
            return told_conflict(error, place=segment_place(asked.first, asked.end))

    @routes.post("/notes")
    def writing(session_id: str, asked: Write) -> Response:
        try:
            return answer(_written(site, write_note(site, session_id, asked)))
        except NoteConflictError as error:
            return told_conflict(error)

    @routes.post("/share")
    def sharing(session_id: str, asked: Share) -> Response:
        try:
            return answer(_written(site, share_note(site, session_id, asked)))
        except NoteConflictError as error:
            return told_conflict(error)

    return routes


def _written(site: Site, note: Note) -> Written:
    return Written(version=note.version, saved=wording().page.saved.format(time=site.now().astimezone().strftime("%H:%M")))
