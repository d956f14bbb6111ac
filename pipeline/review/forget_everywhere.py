"""Erasure of a dyad from all folders of a project: results and reviews, transcript files, and files of ratings.

A transcript file that also holds sessions of others is left for its keeper to edit, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.core.canonical import write_atomic
from pipeline.core.errors import InputError, PipelineError
from pipeline.core.records import Transcript
from pipeline.ingest.companions import InputGroup, group_inputs
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import read_sessions
from pipeline.review.forget import forget_session
from pipeline.review.results import find_results

RATING_SUFFIXES = (".jsonl", ".csv")


@dataclass(frozen=True, slots=True)
class ErasedEverywhere:
    """Count what was erased; `mixed` are transcript files that hold others' sessions too and were left as they are."""

    sessions: int
    events: int
    notes: int
    files: int
    rating_lines: int
    mixed: int


def forget_everywhere(folders: Sequence[Path], dyad_id: str, *, now: datetime) -> ErasedEverywhere:
    """Erase a dyad; doing it again is harmless and finishes what a killed run began, since results, which name the dyad, go last.

    Raises `InputError` when neither a result nor a transcript in the folders is of that dyad.
    """
    transcripts = [found for folder in folders for found in _transcripts(folder)]
    scored = {one.transcript.text_sha256 for folder in folders for one in find_results(folder) if one.transcript.dyad_id == dyad_id}
    hashes = scored | {one.text_sha256 for _, read in transcripts for one in _good(read) if one.dyad_id == dyad_id}
    if not hashes:
        raise InputError("REV-032", "nothing in the folders is of this dyad", way_out="Name the folders of transcripts and of results.")
    mixed = files = 0
    for group, read in transcripts:
        own = [one for one in _good(read) if one.text_sha256 in hashes]
        if own and len(own) == len(read):
            for path in group.paths:
                path.unlink(missing_ok=True)
                files += 1
        else:
            mixed += bool(own)
    lines = sum(_drop_lines(path, hashes) for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in RATING_SUFFIXES)
    erased = [forget_session(folder, text, now=now) for folder in folders for text in sorted(hashes)]
    return ErasedEverywhere(
        sessions=len(hashes),
        events=sum(one.events for one in erased),
        notes=sum(one.notes for one in erased),
        files=files + sum(one.files for one in erased),
        rating_lines=lines,
        mixed=mixed,
    )


Read = list[Transcript | InputError]


def _transcripts(folder: Path) -> Iterator[tuple[InputGroup, Read]]:
    for group in group_inputs([folder]):
        if group.skipped is None:
            try:
                yield group, list(read_sessions(group, options=ReadOptions(allow_identifiers=True)))
            except PipelineError:
                continue


def _good(read: Read) -> Iterator[Transcript]:
    yield from (one for one in read if isinstance(one, Transcript))


def _drop_lines(path: Path, hashes: Set[str]) -> int:
    """Take the ratings of these texts out of a file; each line of one names the hash of its text."""
    if not path.is_file() or path.is_symlink():
        return 0
    marks = [one.encode() for one in hashes]
    lines = path.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if not any(mark in line for mark in marks)]
    if len(kept) < len(lines):
        write_atomic(path, b"".join(kept))
    return len(lines) - len(kept)
