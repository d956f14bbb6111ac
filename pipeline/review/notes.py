"""What people write about a session: shared notes and private ones, in files of their own.

Private notes lie in `notes-private.sqlite` and shared ones in `notes-shared.sqlite`. Shared mode and the brief open the second only: what
was never opened cannot slip into a page. Notes are not part of the event chain: what somebody deletes from a note is gone.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field

from pipeline.core.errors import PipelineError
from pipeline.core.ratings import RaterId
from pipeline.core.records import Index, Record, Sha256
from pipeline.review.database import MIGRATIONS, Database
from pipeline.review.errors import RefusedError
from pipeline.review.events import Utc

KEEP_DAYS = 365
MAX_CHARS = 20_000


class Visibility(StrEnum):
    """Say who sees a note: its writer alone, or both at the table."""

    PRIVATE = "private"
    SHARED = "shared"


class NoteField(StrEnum):
    """Name what a note answers; those of the session as a whole have no place."""

    FELT = "felt"
    MANAGED = "managed"
    GOING_ON = "going_on"
    CLIENT = "client"
    NEXT = "next"
    FREE = "free"
    QUESTION = "question"
    TRY_NEXT = "try_next"
    HELPED = "helped"


OF_SESSION = frozenset((NoteField.QUESTION, NoteField.TRY_NEXT, NoteField.HELPED))


class Chip(StrEnum):
    """Name the ready answers that a person may pick; nothing of these is ever set by the model."""

    MISUNDERSTOOD = "felt_misunderstood"
    JUDGED = "felt_judged"
    MISCOMMUNICATION = "miscommunication"
    HESITATION = "hesitation"
    BOUNDARY = "boundary"
    SOMETHING_ELSE = "something_else"
    WE_DO_NOT_KNOW = "we_do_not_know"
    CONFUSION = "confusion"
    FRUSTRATION = "frustration"
    DISENGAGEMENT = "disengagement"
    CANNOT_TELL = "cannot_tell"
    ACKNOWLEDGED = "acknowledged"
    WORKED_THROUGH = "worked_through"
    PICKED_UP_LATER = "picked_up_later"
    NOT_YET = "not_acknowledged_yet"
    LEFT = "disengaged_or_left"
    NOT_KNOWN = "not_known"


class NoteKey(Record):
    """Name one note: which text, which turns (half-open, 0 to 0 for the session as a whole), which question, whose."""

    text_sha256: Sha256
    first_turn: Index = 0
    end_turn: Index = 0
    field: NoteField
    reviewer_role_id: RaterId = "pair"


class Note(Record):
    """Hold one note as it stands; `version` counts its writes, from 1."""

    key: NoteKey
    visibility: Visibility
    text: str = ""
    chips: tuple[Chip, ...] = ()
    version: Annotated[int, Field(ge=1)]
    time: Utc
    delete_after: date


class NoteConflictError(PipelineError):
    """Refuse a note that was written over an older version than the stored one; nothing was written.

    `offered` is the text that was to be written, `stored` the note that is there.
    """

    def __init__(self, *, offered: str, stored: Note | None) -> None:
        self.offered = offered
        self.stored = stored
        now = stored.version if stored else 0
        super().__init__("REV-011", "somebody else wrote here first", place=f"now version {now}", way_out="Look at both, then write again.")


class NoteStore:
    """Hold one open file of notes, private or shared; one a process, safe to share between its threads."""

    def __init__(self, folder: Path, visibility: Visibility) -> None:
        self.visibility = visibility
        self._database = Database(notes_path(folder, visibility), migrations=MIGRATIONS / "notes")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def of_session(self, text_sha256: str, *, reviewer: str | None = None) -> tuple[Note, ...]:
        """Return the notes of a session in the order of their places; with `reviewer`, that one's only."""
        rows = self._database.rows(
            f"{_SELECT} WHERE text_sha256 = ? ORDER BY first_turn, end_turn, field, reviewer_role_id", (text_sha256,)
        )
        notes = tuple(_note(row, self.visibility) for row in rows)
        return tuple(note for note in notes if reviewer in (None, note.key.reviewer_role_id))

    def write(
        self, key: NoteKey, text: str, *, based_on: int, now: datetime, chips: tuple[Chip, ...] = (), keep_days: int = KEEP_DAYS
    ) -> Note:
        """Store a note, synced to disk when this returns; `based_on` is the version it was written over, 0 for a new one.

        Raises `NoteConflictError` when another version is there. `keep_days` from `now` it may be kept.
        """
        if len(text) > MAX_CHARS:
            raise RefusedError("REV-026", f"a note is longer than {MAX_CHARS:,} characters")
        note = Note(
            key=key,
            visibility=self.visibility,
            text=text,
            chips=chips,
            version=based_on + 1,
            time=now,
            delete_after=now.astimezone(UTC).date() + timedelta(days=keep_days),
        )
        with self._database.writing() as connection:
            row = connection.execute(f"{_SELECT} WHERE {_KEY}", _key_values(key)).fetchone()
            stored = _note(row, self.visibility) if row else None
            if (stored.version if stored else 0) != based_on:
                raise NoteConflictError(offered=text, stored=stored)
            connection.execute(_REPLACE, _values(note))
        return note

    def forget(self, text_sha256: str) -> int:
        """Erase every note of a session from the file and its log; return how many."""
        with self._database.writing() as connection:
            gone = connection.execute("DELETE FROM notes WHERE text_sha256 = ?", (text_sha256,)).rowcount
        self._database.scrub()
        return gone

    def expired(self, *, today: date) -> tuple[NoteKey, ...]:
        """Return the notes that are to be deleted by now; nothing is deleted."""
        rows = self._database.rows(f"{_SELECT} WHERE delete_after < ? ORDER BY delete_after", (today.isoformat(),))
        return tuple(_note(row, self.visibility).key for row in rows)

    def expire(self, *, today: date) -> int:
        """Erase the notes whose time is over; return how many."""
        with self._database.writing() as connection:
            gone = connection.execute("DELETE FROM notes WHERE delete_after < ?", (today.isoformat(),)).rowcount
        self._database.scrub()
        return gone


_KEY_COLUMNS = tuple(NoteKey.model_fields)
_COLUMNS = (*_KEY_COLUMNS, "text", "chips", "version", "time", "delete_after")
_KEY = " AND ".join(f"{name} = ?" for name in _KEY_COLUMNS)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM notes"  # noqa: S608 - fixed names
_REPLACE = f"INSERT OR REPLACE INTO notes ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608


def notes_path(folder: Path, visibility: Visibility) -> Path:
    """Return where the notes of a folder lie."""
    return folder / f"notes-{visibility.value}.sqlite"


def _key_values(key: NoteKey) -> tuple[str | int, ...]:
    return tuple(key.model_dump(mode="json").values())


def _values(note: Note) -> tuple[str | int, ...]:
    fields = note.model_dump(mode="json")
    return (*_key_values(note.key), fields["text"], json.dumps(fields["chips"]), fields["version"], fields["time"], fields["delete_after"])


def _note(row: tuple[object, ...], visibility: Visibility) -> Note:
    fields = dict(zip(_COLUMNS, row, strict=True))
    key = {name: fields.pop(name) for name in _KEY_COLUMNS}
    return Note.model_validate({**fields, "chips": json.loads(str(fields["chips"])), "key": key, "visibility": visibility})
