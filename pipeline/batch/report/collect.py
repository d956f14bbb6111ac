"""Read a folder of results and keep of each session what a page and a table need: no word of anybody."""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import ValidationError

from pipeline.core.errors import UsageError
from pipeline.core.records import IngestIssue, Quality, SpeakerRole
from pipeline.core.results import AnnotatedSession, Measure, Moment, Provenance, RuptureKind, ScoredSegment, TranscriptRef
from pipeline.core.wording import ProblemWording
from pipeline.ingest.companions import RESULT_SUFFIX

MAX_BYTES = 100_000_000


class Problem(StrEnum):
    """Say why a result file could not be read; the words for it stand in the wording table under these names."""

    CUT_SHORT = "cut_short"
    NOT_A_RESULT = "not_a_result"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class NotRead:
    """Name one file that could not be read, for the terminal, and why."""

    name: str
    problem: Problem

    def reason(self, words: ProblemWording) -> str:
        """Return why, in words."""
        return str(getattr(words, self.problem.value))


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold the bands of one segment; turns are half-open."""

    first_turn: int
    end_turn: int
    withdrawal: str
    confrontation: str


@dataclass(frozen=True, slots=True)
class PlacedMoment:
    """Hold a moment with the times of its turns, where the file has them."""

    moment: Moment
    start_s: float | None
    end_s: float | None


@dataclass(frozen=True, slots=True)
class Session:
    """Hold one result without its turns."""

    result_file: str
    reference: TranscriptRef
    quality: Quality
    unknown_turns: int
    policy: str
    cells: tuple[Cell, ...]
    moments: tuple[PlacedMoment, ...]
    measures: tuple[Measure, ...]
    warnings: tuple[IngestIssue, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Dyad:
    """Hold the sessions of one dyad: those with a number in its order, then those without."""

    dyad_id: str
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """Hold all sessions of a folder, the ones without a dyad apart, and the files that could not be read."""

    dyads: tuple[Dyad, ...]
    alone: tuple[Session, ...]
    not_read: tuple[NotRead, ...]

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Return all sessions in the order of the page."""
        return (*(session for dyad in self.dyads for session in dyad.sessions), *self.alone)


def collect(folder: Path, *, max_bytes: int = MAX_BYTES, on_file: Callable[[], None] = lambda: None) -> Folder:
    """Read every result file that lies in `folder` itself; raises `UsageError` when there is none.

    Files of other names are none of its business. The order depends on dyads, numbers and ids alone, never on a score.
    """
    sessions, not_read = [], []
    with _without_cycle_search():
        for path in result_files(folder):
            read = _read(path, max_bytes)
            if isinstance(read, Problem):
                not_read.append(NotRead(path.name, read))
            else:
                sessions.append(read)
            on_file()
    return _in_order(sessions, not_read)


def result_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of `folder` that bear a result's name, sorted; raises `UsageError` when there is none."""
    found = sorted(path for path in folder.glob(f"*{RESULT_SUFFIX}") if not path.name.startswith("."))
    if not found:
        problem = "the folder holds no results" if folder.is_dir() else "this is not a folder"
        raise UsageError("REP-001", problem, way_out="Name the folder that `rupture score --out` wrote to.")
    return tuple(found)


@contextmanager
def _without_cycle_search() -> Iterator[None]:
    """Keep Python from looking for cycles: records have none, and the search costs as much time as the reading itself."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(path: Path, max_bytes: int) -> Session | Problem:
    try:
        if not path.is_file():
            return Problem.UNREADABLE
        if path.stat().st_size > max_bytes:
            return Problem.TOO_LARGE
        return _without_turns(AnnotatedSession.model_validate_json(path.read_bytes()), path.name)
    except OSError:
        return Problem.UNREADABLE
    except ValidationError as error:
        broken = any(problem["type"] == "json_invalid" for problem in error.errors(include_input=False, include_context=False))
        return Problem.CUT_SHORT if broken else Problem.NOT_A_RESULT


def _without_turns(session: AnnotatedSession, name: str) -> Session:
    return Session(
        result_file=name,
        reference=session.transcript,
        quality=session.quality,
        unknown_turns=sum(turn.role is SpeakerRole.UNKNOWN for turn in session.turns),
        policy=session.segments[0].policy if session.segments else "",
        cells=tuple(_cell(segment) for segment in session.segments),
        moments=tuple(_placed(moment, session) for moment in sorted(session.moments, key=lambda one: one.first_turn)),
        measures=session.measures,
        warnings=session.warnings,
        provenance=session.provenance,
    )


def _cell(segment: ScoredSegment) -> Cell:
    bands = {decision.kind: decision.band for decision in segment.decisions}
    return Cell(segment.first_turn, segment.end_turn, bands.get(RuptureKind.WITHDRAWAL, "?"), bands.get(RuptureKind.CONFRONTATION, "?"))


def _placed(moment: Moment, session: AnnotatedSession) -> PlacedMoment:
    turns = session.turns[moment.first_turn : moment.end_turn]
    return PlacedMoment(moment, turns[0].start_s if turns else None, turns[-1].end_s if turns else None)


def _in_order(sessions: Sequence[Session], not_read: Sequence[NotRead]) -> Folder:
    by_dyad: dict[str, list[Session]] = defaultdict(list)
    for session in sorted(sessions, key=_place):
        by_dyad[session.reference.dyad_id or ""].append(session)
    alone = by_dyad.pop("", [])
    dyads = tuple(Dyad(dyad_id, tuple(by_dyad[dyad_id])) for dyad_id in sorted(by_dyad, key=natural))
    return Folder(dyads, tuple(alone), tuple(not_read))


def _place(session: Session) -> tuple[bool, int, str, str]:
    number = session.reference.session_no
    return number is None, number or 0, natural(session.reference.transcript_id), session.result_file


def natural(name: str) -> str:
    """Return a key that sorts `s2` before `s10`."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(12), name)
