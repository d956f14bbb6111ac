"""Read the sessions of one input: the way from bytes to `Transcript`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import count
from pathlib import Path

from pipeline.core.canonical import sha256_bytes
from pipeline.core.errors import InputError
from pipeline.core.records import Transcript
from pipeline.ingest import readers
from pipeline.ingest.assemble import Origin, assemble
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.companions import InputGroup
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import RawResult, reader_for
from pipeline.ingest.source import Source, load_source

SessionResult = Transcript | InputError
"""One session, or the reason why this session of the input cannot be scored."""


def read_sessions(path: Path | InputGroup, *, options: ReadOptions) -> Iterator[SessionResult]:
    """Yield the sessions of one input; what is wrong with one session is yielded in its place and stops no other.

    Raises `InputError` when the input as a whole cannot be read: at the first `next`, before anything was yielded.
    """
    group = path if isinstance(path, InputGroup) else InputGroup((path,))
    if group.skipped is not None:
        raise group.skipped
    sources = [load_source(member, max_bytes=options.max_bytes) for member in group.paths]
    results: Sequence[RawResult]
    if group.parties:
        source_format, results = "textgrid", [readers.textgrid.session_of_parties(sources, group.parties)]
    else:
        chosen = reader_for(sources[0])
        source_format, results = chosen.format, list(chosen.read(sources[0], options))
    if not results:
        raise IngestCode.NO_SPEECH.error()
    yield from _transcripts(results, _origin(sources, source_format), options)


def _origin(sources: Sequence[Source], source_format: str) -> Origin:
    """Describe the input; the hash of several files is the hash of their hashes, in order."""
    hashes = [source.sha256 for source in sources]
    source_sha256 = hashes[0] if len(hashes) == 1 else sha256_bytes("\n".join(hashes).encode())
    issues = tuple(issue for source in sources for issue in source.issues)
    return Origin(source_format, source_sha256, f"t-{source_sha256[:16]}", issues)


def _transcripts(results: Sequence[RawResult], origin: Origin, options: ReadOptions) -> Iterator[SessionResult]:
    taken: set[str] = set()
    for position, raw in enumerate(results, start=1):
        if isinstance(raw, InputError):
            yield raw
            continue
        fallback_id = origin.fallback_id if len(results) == 1 else f"{origin.fallback_id}-{position}"
        try:
            transcript = assemble(raw, replace(origin, fallback_id=fallback_id), options)
        except InputError as error:
            yield error
            continue
        unique = _with_unique_id(transcript, taken)
        taken.add(unique.transcript_id)
        yield unique


def _with_unique_id(transcript: Transcript, taken: Set[str]) -> Transcript:
    if transcript.transcript_id not in taken:
        return transcript
    free = next(name for number in count(2) if (name := f"{transcript.transcript_id}-{number}") not in taken)
    issues = (*transcript.issues, IngestCode.DUPLICATE_ID.issue())
    return transcript.model_copy(update={"transcript_id": free, "issues": issues})
