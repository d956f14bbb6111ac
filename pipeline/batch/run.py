"""Score every session of every input, one after the other, and never stop for one that cannot be scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from pipeline.annotate.scorer import Scorer
from pipeline.annotate.write import check_writable, summary_row, write_session, write_summary
from pipeline.batch.earlier import compare_with_earlier
from pipeline.core.errors import InputError
from pipeline.core.results import AnnotatedSession
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.companions import InputGroup
from pipeline.ingest.options import ReadOptions


@dataclass(frozen=True, slots=True)
class NotScored:
    """Name one input or session that was not scored: the place of its input in the run, counted from 1, and why."""

    input_no: int
    name: str
    error: InputError


@dataclass(slots=True)
class RunResult:
    """Count what a run did.

    `rows` are the summary rows of all scored sessions; `skipped` are files of other kinds that lay in a folder.
    """

    rows: list[dict[str, object]] = field(default_factory=list)
    not_scored: list[NotScored] = field(default_factory=list)
    skipped: list[NotScored] = field(default_factory=list)

    @property
    def moments(self) -> int:
        """Return how many possible ruptures were found over all sessions."""
        return sum(int(str(row["moments"])) for row in self.rows)


def score_inputs(
    inputs: Sequence[InputGroup], *, scorer: Scorer, options: ReadOptions, out: Path, on_input: Callable[[], None] = lambda: None
) -> RunResult:
    """Score all sessions of `inputs` into `out` and write the summary; errors of single sessions are collected.

    Sessions that name their dyad and number are then set beside the dyad's earlier ones.

    Raises `OutputError` when a result cannot be written: going on would lose work.
    """
    check_writable(out)
    run = RunResult()
    try:
        _score_all(inputs, run=run, scorer=scorer, options=options, out=out, on_input=on_input)
    finally:
        write_summary(run.rows, folder=out)
    compare_with_earlier(out, dyads={str(row["dyad_id"]) for row in run.rows if row["dyad_id"] and row["session_no"] != ""})
    return run


def _score_all(
    inputs: Sequence[InputGroup], *, run: RunResult, scorer: Scorer, options: ReadOptions, out: Path, on_input: Callable[[], None]
) -> None:
    taken: set[str] = set()
    for number, group in enumerate(inputs, 1):
        if group.skipped is not None:
            run.skipped.append(NotScored(number, group.name, group.skipped))
            on_input()
            continue
        for result in _sessions(group, scorer=scorer, options=options):
            if isinstance(result, InputError):
                run.not_scored.append(NotScored(number, group.name, result))
                continue
            session = _with_free_name(result, taken)
            taken.add(session.transcript.transcript_id.casefold())
            write_session(session, folder=out)
            run.rows.append(summary_row(session))
        on_input()


def _sessions(group: InputGroup, *, scorer: Scorer, options: ReadOptions) -> Iterator[AnnotatedSession | InputError]:
    try:
        yield from scorer.score_sessions(group, options=options)
    except InputError as error:
        yield error


def _with_free_name(session: AnnotatedSession, taken: set[str]) -> AnnotatedSession:
    """Give a session whose id another input of this run already used a name of its own, from its content."""
    transcript = session.transcript
    if transcript.transcript_id.casefold() not in taken:
        return session
    renamed = f"{transcript.transcript_id}-{transcript.source_sha256[:8]}"
    free = next(name for name in _numbered(renamed) if name.casefold() not in taken)
    update = {
        "transcript": transcript.model_copy(update={"transcript_id": free}),
        "warnings": (*session.warnings, IngestCode.DUPLICATE_ID.issue()),
    }
    return session.model_copy(update=update)


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{name}-{number}"
