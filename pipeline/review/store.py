"""The review store: `review.sqlite` in the results folder, append-only, hash-chained, with a version in every write."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from pipeline.core.errors import InputError
from pipeline.core.ratings import SegmentRef
from pipeline.review.chain import Head, Verification, check_chain, read_head, write_head
from pipeline.review.database import MIGRATIONS, Database
from pipeline.review.errors import ConflictError, StoreError
from pipeline.review.events import DECISIONS, GENESIS, Action, Draft, Entry, Erasure, Event, seal, seal_erasure
from pipeline.review.fold import ReviewState, fold
from pipeline.review.rows import ERASE, INSERT, SELECT, event_of, from_row, to_row
from pipeline.review.rules import check_draft, history_needed

STORE_NAME = "review.sqlite"
HEAD_NAME = "review.head.json"
_OF_SESSION = "text_sha256 = ?"
_OF_REVIEWER = "text_sha256 = ? AND reviewer_role_id = ?"
_OF_PLACE = "text_sha256 = ? AND first_turn < ? AND end_turn > ?"


class ReviewStore:
    """Hold the open store of one results folder; one a process, safe to share between its threads.

    Writes are refused with `ConflictError` when they name an older version than the stored one. Ordinary actions are versioned per
    session and reviewer, so that a blind rater learns nothing from a version; `adjudicate` is versioned per place, over all reviewers.

    >>> with ReviewStore(folder) as store:  # doctest: +SKIP
    ...     state = store.state(session.transcript.text_sha256)
    ...     store.append(draft, based_on=store.version_for(draft), now=now)
    """

    def __init__(self, folder: Path) -> None:
        self._head_path = folder / HEAD_NAME
        self._database = Database(folder / STORE_NAME, migrations=MIGRATIONS / "review")
        with self._database.writing() as connection:
            if not self._head_path.exists() and _last(connection).entries == 0:
                write_head(self._head_path, Head(entries=0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._database.close()

    def sessions(self) -> tuple[str, ...]:
        """Return the text hashes of all sessions with a review, sorted."""
        found = self._database.rows("SELECT DISTINCT text_sha256 FROM events WHERE text_sha256 IS NOT NULL ORDER BY text_sha256")
        return tuple(str(row[0]) for row in found)

    def events(self, text_sha256: str, *, reviewer: str | None = None) -> tuple[Event, ...]:
        """Return the events of a session in their order, all of them or one reviewer's only."""
        where, values = (_OF_SESSION, (text_sha256,)) if reviewer is None else (_OF_REVIEWER, (text_sha256, reviewer))
        return tuple(event_of(row) for row in self._database.rows(f"{SELECT} WHERE {where} ORDER BY seq", values))

    def state(self, text_sha256: str, *, reviewer: str | None = None) -> ReviewState:
        """Return where a session's review stands; with `reviewer`, as that one's own events alone tell it (blind rating)."""
        return fold(self.events(text_sha256, reviewer=reviewer))

    def version_for(self, draft: Draft) -> int:
        """Return the version that a write of this draft would have to be based on now."""
        where, values = _versioned(draft)
        return int(self._database.rows(f"SELECT count(*) FROM events WHERE {where}", values)[0][0])  # noqa: S608

    def append(self, draft: Draft, *, based_on: int, now: datetime) -> Event:
        """Store one action, synced to disk when this returns; raises `ConflictError` or `RefusedError` and then stores nothing."""
        return self.append_all([draft], based_on=based_on, now=now)[0]

    def append_all(self, drafts: Sequence[Draft], *, based_on: int, now: datetime | Sequence[datetime]) -> tuple[Event, ...]:
        """Store several actions of one reviewer on one session, all or none; `now` is one time, or one for each."""
        times = [now] * len(drafts) if isinstance(now, datetime) else list(now)
        if len({_versioned(draft) for draft in drafts}) > 1:
            raise ValueError("actions that are stored together share session and reviewer")
        with self._database.writing() as connection:
            self._check_head(connection)
            self._check_version(connection, drafts, based_on=based_on)
            events = [self._insert(connection, draft, time=time) for draft, time in zip(drafts, times, strict=True)]
        self._publish_head()
        return tuple(events)

    def forget(self, text_sha256: str, *, now: datetime) -> int:
        """Erase every event of a session from the file and its log, leaving hashes that keep the chain whole; return how many."""
        with self._database.writing() as connection:
            self._check_head(connection)
            ids = tuple(str(row[0]) for row in connection.execute(f"SELECT event_id FROM events WHERE {_OF_SESSION}", (text_sha256,)))  # noqa: S608
            if ids:
                connection.execute(ERASE, (text_sha256,))
                head = _last(connection)
                _write(connection, seal_erasure(ids, prev_hash=head.event_id, time=now), number=head.entries + 1)
        self._publish_head()
        self._database.scrub()
        return len(ids)

    def verify(self) -> Verification:
        """Check the whole history: finds any edited, removed, added or moved entry, and an end that was cut off."""
        rows = self._database.rows(f"SELECT seq, {SELECT.removeprefix('SELECT ')} ORDER BY seq")
        entries = [_readable(row[1:]) for row in rows]
        return check_chain(entries, numbers=[int(row[0]) for row in rows], head=read_head(self._head_path))

    def _check_head(self, connection: sqlite3.Connection) -> None:
        """Refuse to write behind a history that was cut or changed: that would hide it."""
        head = read_head(self._head_path)
        stored = connection.execute("SELECT event_id FROM events WHERE seq = ?", (head.entries if head else 0,)).fetchone()
        if head is None or (head.entries and (stored is None or stored[0] != head.event_id)):
            raise StoreError(
                "REV-006",
                "the history does not end where it was last seen to end",
                way_out="Run `rupture ratings verify`, or use a backup.",
            )

    def _check_version(self, connection: sqlite3.Connection, drafts: Sequence[Draft], *, based_on: int) -> None:
        where, values = _versioned(drafts[0])
        rows = connection.execute(f"SELECT count(*) FROM events WHERE {where}", values).fetchone()  # noqa: S608
        if rows[0] != based_on:
            since = connection.execute(f"{SELECT} WHERE {where} ORDER BY seq LIMIT -1 OFFSET ?", (*values, max(0, based_on)))
            raise ConflictError(
                based_on=based_on, current=rows[0], offered=tuple(drafts), stored=tuple(event_of(row) for row in since.fetchall())
            )

    def _insert(self, connection: sqlite3.Connection, draft: Draft, *, time: datetime) -> Event:
        if history_needed(draft):
            rows = connection.execute(f"{SELECT} WHERE {_OF_SESSION} ORDER BY seq", (draft.ref.text_sha256,)).fetchall()
            check_draft(draft, history=tuple(event_of(row) for row in rows))
        head = _last(connection)
        event = seal(draft, prev_hash=head.event_id, time=time, revealed_before_decision=_revealed(connection, draft))
        _write(connection, event, number=head.entries + 1)
        return event

    def _publish_head(self) -> None:
        """Store the head again, under the write lock, so that no slower process puts an older one back."""
        with self._database.writing() as connection:
            write_head(self._head_path, _last(connection))


def require_store(folder: Path) -> None:
    """Raise `InputError` when a folder holds no review store, so that asking does not make one."""
    if not (folder / STORE_NAME).is_file():
        raise InputError("REV-033", "the folder holds no review store", way_out="Name a results folder in which sessions were reviewed.")


def place_query(ref: SegmentRef) -> tuple[str, tuple[str | int, ...]]:
    """Return the condition for events whose turns overlap these."""
    return _OF_PLACE, (ref.text_sha256, ref.end_turn, ref.first_turn)


def _versioned(draft: Draft) -> tuple[str, tuple[str | int, ...]]:
    if draft.action is Action.ADJUDICATE:
        return place_query(draft.ref)
    return _OF_REVIEWER, (draft.ref.text_sha256, draft.reviewer_role_id)


def _revealed(connection: sqlite3.Connection, draft: Draft) -> bool:
    """Tell whether this reviewer had the model's output of this place opened before deciding."""
    if draft.action not in DECISIONS:
        return False
    where, values = place_query(draft.ref)
    query = f"SELECT 1 FROM events WHERE {where} AND reviewer_role_id = ? AND action = ? LIMIT 1"  # noqa: S608
    return connection.execute(query, (*values, draft.reviewer_role_id, Action.REVEAL.value)).fetchone() is not None


def _last(connection: sqlite3.Connection) -> Head:
    row = connection.execute("SELECT seq, event_id FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(entries=row[0], event_id=row[1]) if row else Head(entries=0, event_id=GENESIS)


def _write(connection: sqlite3.Connection, entry: Event | Erasure, *, number: int) -> None:
    connection.execute(INSERT, (number, *to_row(entry)))


def _readable(row: tuple[object, ...]) -> Entry | None:
    """Return the entry of a row, or None when it is not, to the letter, what this program writes."""
    try:
        entry = from_row(row)
    except StoreError:
        return None
    return entry if to_row(entry) == row else None
