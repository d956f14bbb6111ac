"""True erasure: after it no word, rating or note of a session is left in any byte of the results folder.

Erased are the events (hashes stay, so that the rest of the history can still be checked), the notes of both kinds, backups and write-ahead
logs, the result files, their rows of the summary, briefs, and temporary files that a killed process left. Other files of the folder that
still carry the session's id or hash (a report, a table) are told, to be made again or deleted. Outside the folder nothing is touched:
transcripts, moved briefs, exported ratings and copies that other programs made are their keeper's to erase.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.core.canonical import TEMP_PREFIX, write_atomic
from pipeline.core.errors import InputError
from pipeline.ingest.companions import SUMMARY_NAME
from pipeline.review.notes import NoteStore, Visibility, notes_path
from pipeline.review.results import ResultFile, find_results
from pipeline.review.store import STORE_NAME, ReviewStore

BRIEF_SUFFIXES = (".md", ".html")


@dataclass(frozen=True, slots=True)
class Erased:
    """Count what was erased, and name the files of the folder that still carry the id or the hash of a session."""

    sessions: int
    events: int
    notes: int
    files: int
    left: tuple[str, ...] = ()


def forget_session(folder: Path, text_sha256: str, *, now: datetime) -> Erased:
    """Erase one session from a results folder. Doing it again is harmless, and finishes what a killed run began."""
    return _forget(folder, [text_sha256], now=now)


def forget_dyad(folder: Path, dyad_id: str, *, now: datetime) -> Erased:
    """Erase every session of a dyad from a results folder; raises `InputError` when no result there is of that dyad."""
    hashes = sorted({one.transcript.text_sha256 for one in find_results(folder) if one.transcript.dyad_id == dyad_id})
    if not hashes:
        raise InputError("REV-032", "no result in the folder is of this dyad", way_out="Erase single sessions by their text hash.")
    return _forget(folder, hashes, now=now)


def _forget(folder: Path, hashes: Sequence[str], *, now: datetime) -> Erased:
    events = notes = 0
    if (folder / STORE_NAME).is_file():
        with ReviewStore(folder) as store:
            events = sum(store.forget(text_sha256, now=now) for text_sha256 in hashes)
    for visibility in Visibility:
        if notes_path(folder, visibility).is_file():
            with NoteStore(folder, visibility) as kept:
                notes += sum(kept.forget(text_sha256) for text_sha256 in hashes)
    results = [one for one in find_results(folder) if one.transcript.text_sha256 in hashes]
    _forget_rows(folder / SUMMARY_NAME, results)
    # Results go last: they say which sessions a dyad has, so a killed run can be done again.
    gone = [*_briefs(folder, hashes), *_orphans(folder), *(one.path for one in results)]
    for path in gone:
        path.unlink(missing_ok=True)
    ids = [*hashes, *(one.transcript.transcript_id for one in results)]
    return Erased(sessions=len(hashes), events=events, notes=notes, files=len(gone), left=tuple(_still_naming(folder, ids)))


def _forget_rows(summary: Path, results: Sequence[ResultFile]) -> None:
    if not results or not summary.is_file():
        return
    with summary.open(encoding="utf-8", newline="") as handle:
        header, *rows = list(csv.reader(handle))
    names = {one.path.name for one in results}
    kept = [row for row in rows if not names & set(row)]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([header, *kept])
    write_atomic(summary, buffer.getvalue().encode("utf-8"))


def _briefs(folder: Path, hashes: Sequence[str]) -> Iterator[Path]:
    """Yield the briefs of these sessions: each carries the hash of its text where no reader sees it."""
    marks = [text_sha256.encode() for text_sha256 in hashes]
    for path in sorted(folder.iterdir()):
        if path.suffix in BRIEF_SUFFIXES and path.is_file() and any(mark in path.read_bytes() for mark in marks):
            yield path


def _orphans(folder: Path) -> Iterator[Path]:
    """Yield temporary files whose process is gone; they may hold text."""
    for path in sorted(folder.glob(f"{TEMP_PREFIX}*")):
        owner = path.suffix.removeprefix(".")
        if not owner.isdigit() or not _is_running(int(owner)):
            yield path


def _still_naming(folder: Path, ids: Sequence[str]) -> Iterator[str]:
    named = re.compile(rb"(?<![\w.-])(" + b"|".join(re.escape(one.encode()) for one in ids) + rb")(?![\w-])")
    for path in sorted(folder.iterdir()):
        if path.is_file() and named.search(path.read_bytes()):
            yield path.name


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()
