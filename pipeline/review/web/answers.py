"""Records and errors as responses: an error's answer has a code and our own words, and echoes nothing that was asked."""

from __future__ import annotations

import json
import traceback
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from pipeline.core.errors import InputError, OutputError, PipelineError, UsageError
from pipeline.core.records import Record
from pipeline.review.errors import ConflictError, RefusedError
from pipeline.review.notes import NoteConflictError


class Fault(Enum):
    """Name what is refused before a route is reached, with its status."""

    HOST = ("WEB-001", 400, "this address is not served")
    ORIGIN = ("WEB-002", 403, "the request does not come from the page")
    BEARER = ("WEB-003", 401, "the page is locked or was opened without its link")
    TYPE = ("WEB-004", 415, "only JSON is read")
    BODY = ("WEB-005", 413, "that is larger than the page takes")
    MISSING = ("WEB-006", 404, "nothing is here")
    MALFORMED = ("WEB-007", 400, "the request cannot be read")
    METHOD = ("WEB-008", 405, "that is not done here")
    UNEXPECTED = ("WEB-009", 500, "something went wrong; nothing was changed")

    @property
    def code(self) -> str:
        """Return the stable code."""
        return self.value[0]

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.value[1]


class MissingError(PipelineError):
    """Say that an id names nothing that is here."""

    def __init__(self) -> None:
        super().__init__(Fault.MISSING.code, Fault.MISSING.value[2])


class Said(Record):
    """Hold what went wrong, in our own words."""

    code: str
    problem: str
    way_out: str = ""


class Conflict(Said):
    """Hold both sides of a refused write: what was to be written and what stands there, as the one who writes may see it."""

    current: int
    offered: str
    stored: str
    here: bool


def answer(record: Record, *, status: int = 200) -> Response:
    """Return a record as a response."""
    return Response(record.model_dump_json(), status_code=status, media_type="application/json")


def fault_body(fault: Fault) -> bytes:
    """Return the body that tells a fault."""
    return json.dumps({"code": fault.code, "problem": fault.value[2], "way_out": ""}).encode()


def fault_place(error: BaseException) -> str:
    """Return an error's kind and where in our code it arose; never its words."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/pipeline/" in frame.filename.replace("\\", "/")]
    where = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "elsewhere"
    return f"{Fault.UNEXPECTED.code}: {type(error).__name__} at {where}"


def tell_errors(app: FastAPI) -> None:
    """Make every error of a route an answer without an echo."""
    handlers: list[tuple[Any, Callable[[Request, Any], Awaitable[Response]]]] = [
        (PipelineError, _pipeline),
        (RequestValidationError, _malformed),
        (HTTPException, _http),
    ]
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)


def conflict(error: ConflictError | NoteConflictError, *, offered: str, stored: str, here: bool) -> Response:
    """Answer 409 with both sides; nothing was overwritten."""
    current = error.current if isinstance(error, ConflictError) else error.stored.version if error.stored else 0
    told = Conflict(
        code=error.code, problem=error.problem, way_out=error.way_out, current=current, offered=offered, stored=stored, here=here
    )
    return answer(told, status=409)


async def _pipeline(_: Request, error: PipelineError) -> Response:
    return answer(Said(code=error.code, problem=error.problem, way_out=error.way_out), status=_status(error))


def _status(error: PipelineError) -> int:
    if isinstance(error, MissingError):
        return Fault.MISSING.status
    if isinstance(error, RefusedError | ConflictError | NoteConflictError):
        return 409
    if isinstance(error, InputError | UsageError):
        return 422
    return 507 if isinstance(error, OutputError) else 500


async def _malformed(_: Request, __: RequestValidationError) -> Response:
    return Response(fault_body(Fault.MALFORMED), status_code=Fault.MALFORMED.status, media_type="application/json")


async def _http(_: Request, error: HTTPException) -> Response:
    fault = Fault.METHOD if error.status_code == Fault.METHOD.status else Fault.MISSING
    return Response(fault_body(fault), status_code=fault.status, media_type="application/json")
