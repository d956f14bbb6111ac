"""Read the sessions of one input: the way from bytes to `Transcript`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.core.canonical import sha256_bytes
from pipeline.core.errors import InputError
from pipeline.core.ids import safe_id
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


@dataclass(frozen=True, slots=True)
class OpenedInput:
    """Hold the sessions of one input as its format has them, before any is made a transcript.

    `transcript_ids` has one id a session, no two alike; which ids they are does not depend on whether a session can be scored.
    """

    transcript_ids: tuple[str, ...]
    results: tuple[RawResult, ...]
    origin: Origin
    options: ReadOptions

    def session(self, position: int) -> Transcript:
        """Return the session at `position`, counted from 1; raises `InputError` when it cannot be scored."""
        raw, transcript_id = self.results[position - 1], self.transcript_ids[position - 1]
        if isinstance(raw, InputError):
            raise raw
        alone = len(self.results) == 1
        options = self.options if alone else self.options.model_copy(update={"session_no": None})
        transcript = assemble(raw, replace(self.origin, fallback_id=transcript_id), options)
        issues = transcript.issues
        if transcript.transcript_id != transcript_id:
            issues = (*issues, IngestCode.DUPLICATE_ID.issue())
        if self.options.session_no is not None and not alone:
            issues = (*issues, IngestCode.NUMBER_UNUSED.issue())
        return transcript.model_copy(update={"transcript_id": transcript_id, "issues": issues})


def read_sessions(path: Path | InputGroup, *, options: ReadOptions) -> Iterator[SessionResult]:
    """Yield the sessions of one input; what is wrong with one session is yielded in its place and stops no other.

    Raises `InputError` when the input as a whole cannot be read: at the first `next`, before anything was yielded.
    """
    opened = open_group(path if isinstance(path, InputGroup) else InputGroup((path,)), options=options)
    for position in range(1, len(opened.results) + 1):
        try:
            yield opened.session(position)
        except InputError as error:
            yield error


def open_group(group: InputGroup, *, options: ReadOptions) -> OpenedInput:
    """Open the files of one input; raises `InputError` when the input as a whole cannot be read."""
    if group.skipped is not None:
        raise group.skipped
    sources = [load_source(member, max_bytes=options.max_bytes) for member in group.paths]
    return open_sources(sources, parties=group.parties, options=options)


def open_sources(sources: Sequence[Source], *, parties: Sequence[str] = (), options: ReadOptions) -> OpenedInput:
    """Open one input from bytes already read; raises `InputError` when it cannot be read as a whole."""
    results: Sequence[RawResult]
    if parties:
        source_format, results = "textgrid", [readers.textgrid.session_of_parties(sources, parties)]
    else:
        chosen = reader_for(sources[0])
        source_format, results = chosen.format, list(chosen.read(sources[0], options))
    if not results:
        raise IngestCode.NO_SPEECH.error()
    origin = _origin(sources, source_format)
    return OpenedInput(_unique_ids(results, origin.fallback_id), tuple(results), origin, options)


def input_sha256(hashes: Sequence[str]) -> str:
    """Return the hash of an input from the hashes of its files: that of the only file, or of all hashes in order."""
    return hashes[0] if len(hashes) == 1 else sha256_bytes("\n".join(hashes).encode())


def _origin(sources: Sequence[Source], source_format: str) -> Origin:
    source_sha256 = input_sha256([source.sha256 for source in sources])
    issues = tuple(issue for source in sources for issue in source.issues)
    return Origin(source_format, source_sha256, f"t-{source_sha256[:16]}", issues)


def _unique_ids(results: Sequence[RawResult], fallback_id: str) -> tuple[str, ...]:
    """Name every session by its own id, else by its place in the input; one whose id is taken gets a number added."""
    taken: dict[str, None] = {}
    copies: Counter[str] = Counter()
    for position, raw in enumerate(results, start=1):
        own = safe_id(raw.session_id) if not isinstance(raw, InputError) and raw.session_id else None
        name = wanted = own or (fallback_id if len(results) == 1 else f"{fallback_id}-{position}")
        while name in taken:
            copies[wanted] += 1
            name = f"{wanted}-{copies[wanted] + 1}"
        taken[name] = None
    return tuple(taken)
