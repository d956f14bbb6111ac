"""What a page may ask for, as records: closed, bounded, and nothing that names a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from pipeline.core.manual_form import RatingValue
from pipeline.core.ratings import Confidence, Strength
from pipeline.core.records import Index, Record, Sha256
from pipeline.review.brief.paper import Paper
from pipeline.review.notes import MAX_CHARS, Chip, NoteField
from pipeline.review.web.modes import Mode

Version = Annotated[int, Field(ge=0)]
Seconds = Annotated[int, Field(ge=0, le=86_400)] | None
Turn = Annotated[int, Field(ge=0, le=10_000_000)]
Rater = Annotated[str, Field(pattern=r"^rater_([a-z]|[0-9]{1,3})$")]


class Reading(StrEnum):
    """Name what a person makes of a place; `usual` is the answer that this may be how this person usually talks."""

    WITHDRAWAL = "withdrawal"
    CONFRONTATION = "confrontation"
    BOTH = "both"
    NEITHER = "neither"
    USUAL = "usual"
    UNSURE = "unsure"


class Enter(Record):
    """Swap a one-time code for a bearer."""

    code: Annotated[str, Field(max_length=200)]


class Nothing(Record):
    """Ask without saying more."""


class InSession(Record):
    """Act on a session in a mode, based on a version."""

    mode: Mode
    based_on: Version


class AtPlace(InSession):
    """Act on turns of a session, half-open."""

    first: Turn
    end: Turn
    seconds: Seconds = None


class Decide(AtPlace):
    """Say what a place is; `pin` marks one that the tool missed."""

    reading: Reading


class Choose(AtPlace):
    """Choose a place for supervision, or take the choice back."""

    chosen: bool


class Reveal(AtPlace):
    """Open the tool's output for a place, after something was written or when writing is skipped."""

    skip: bool = False


class Write(Record):
    """Store a note; `based_on` is the version it was written over."""

    mode: Mode
    first: Turn = 0
    end: Turn = 0
    field: NoteField
    text: Annotated[str, Field(max_length=MAX_CHARS)] = ""
    chips: Annotated[tuple[Chip, ...], Field(max_length=20)] = ()
    based_on: Version


class Share(Record):
    """Copy a private note into the shared notes."""

    first: Index
    end: Index
    field: NoteField


class NextToRate(Record):
    """Ask for places to rate blind."""

    rater: Rater


class Rate(Record):
    """Rate a place blind, in the manual's terms."""

    rater: Rater
    session_id: Sha256
    first: Turn
    end: Turn
    based_on: Version
    w: RatingValue | None = None
    c: RatingValue | None = None
    codes: Annotated[tuple[str, ...], Field(max_length=60)] = ()
    contributions: Mapping[str, Strength] = {}
    unsure: bool = False
    confidence: Confidence | None = None
    seconds: Seconds = None


class UndoRating(Record):
    """Take back a rater's latest rating of a session."""

    rater: Rater
    session_id: Sha256
    based_on: Version


class Resolve(Record):
    """Decide about a place that two raters rated; neither value has to be theirs."""

    session_id: Sha256
    first: Turn
    end: Turn
    based_on: Version
    reading: Reading | None = None
    w: RatingValue | None = None
    c: RatingValue | None = None


class Page(Record):
    """Ask for the brief of a session."""

    client_code: Annotated[str, Field(max_length=40)] = ""
    month: Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")] = ""
    delete_by: date | None = None
    paper: Paper = Paper.A4
    allow_identifiers: bool = False


class Score(Record):
    """Hand over a transcript to be scored; `content` is its bytes in base 64."""

    name: Annotated[str, Field(max_length=255)]
    content: Annotated[str, Field(max_length=2_000_000)]
    roles: Annotated[str, Field(max_length=400)] = ""
    dyad: Annotated[str, Field(max_length=64)] = ""
    allow_identifiers: bool = False
