"""The sessions of a results folder, found by the hash of their text and never by a path."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline.core.results import AnnotatedSession, TranscriptRef
from pipeline.ingest.companions import RESULT_SUFFIX
from pipeline.review.results import read_result
from pipeline.review.web.answers import MissingError

SESSIONS_KEPT = 12
Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold what the list of sessions needs of one result; the session itself is read when it is opened."""

    path: Path
    transcript: TranscriptRef
    turns: int

    @property
    def session_id(self) -> str:
        """Return the hash under which the page knows the session."""
        return self.transcript.text_sha256


class Library:
    """Hold the index of a folder, kept by each file's time and size, and the sessions opened last; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._entries: dict[Path, tuple[Stamp, Entry | None]] = {}
        self._sessions: OrderedDict[tuple[Path, Stamp], AnnotatedSession] = OrderedDict()
        self._lock = threading.Lock()

    def entries(self) -> tuple[Entry, ...]:
        """Return the sessions that are in the folder now, by dyad, number and id; of several with one text the first by name."""
        with self._lock:
            paths = sorted(self._folder.glob(f"*{RESULT_SUFFIX}"))
            self._entries = {path: self._entry(path) for path in paths}
            found = [entry for _, entry in self._entries.values() if entry is not None]
        unique = {entry.session_id: entry for entry in reversed(found)}
        return tuple(sorted(unique.values(), key=_order))

    def entry(self, session_id: str) -> Entry:
        """Return one session of the index; raises `MissingError` for any id that is not in it."""
        found = next((entry for entry in self.entries() if entry.session_id == session_id), None)
        if found is None:
            raise MissingError
        return found

    def session(self, session_id: str) -> AnnotatedSession:
        """Return a whole session; raises `MissingError`, or `InputError` when its file is no result any more."""
        path = self.entry(session_id).path
        key = (path, _stamp(path))
        with self._lock:
            known = self._sessions.get(key)
        session = known or read_result(path)
        with self._lock:
            self._sessions[key] = session
            self._sessions.move_to_end(key)
            while len(self._sessions) > SESSIONS_KEPT:
                self._sessions.popitem(last=False)
        return session

    def of_dyad(self, dyad_id: str) -> tuple[Entry, ...]:
        """Return a dyad's sessions that have a number, in their order."""
        return tuple(one for one in self.entries() if one.transcript.dyad_id == dyad_id and one.transcript.session_no is not None)

    def _entry(self, path: Path) -> tuple[Stamp, Entry | None]:
        stamp = _stamp(path)
        known = self._entries.get(path)
        return known if known is not None and known[0] == stamp else (stamp, _read_entry(path))


def _order(entry: Entry) -> tuple[str, int, str]:
    transcript = entry.transcript
    return (transcript.dyad_id or "\U0010ffff", transcript.session_no or 0, transcript.transcript_id)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def _read_entry(path: Path) -> Entry | None:
    try:
        content = json.loads(path.read_bytes())
        return Entry(path, TranscriptRef.model_validate(content["transcript"]), len(content["turns"]))
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None
