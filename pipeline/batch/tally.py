"""What a run did, in counts and reasons: for the terminal, for machines, and for `run.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.batch.codes import BatchCode
from pipeline.batch.ledger import Row, Status
from pipeline.ingest.codes import IngestCode


@dataclass(frozen=True, slots=True)
class NotScored:
    """Name one input or session that was not scored: the number of its input, its file names for the terminal only, and why."""

    input_no: int
    name: str
    session: int
    status: Status
    code: str
    problem: str
    place: str
    way_out: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """Hold what came of a run.

    `results` are the rows of all results that are current now, `scored` how many of them this run made. `skipped` counts files of
    other kinds that lay in a folder, `others` results in the folder whose input was not given, `replaced` those of such results that
    made room for a session with the same id. `stopped`: the run ended before it was done.
    """

    run_id: str
    results: tuple[Row, ...] = ()
    scored: int = 0
    not_scored: tuple[NotScored, ...] = ()
    interrupted: int = 0
    skipped: int = 0
    others: int = 0
    replaced: int = 0
    index_unused: int = 0
    unreadable_rows: int = 0
    stopped: bool = False

    @property
    def current(self) -> int:
        """Return how many results were there before and still hold."""
        return len(self.results) - self.scored

    @property
    def moments(self) -> int:
        """Return how many possible ruptures were found over all current results."""
        return sum(int(row.summary["moments"]) for row in self.results)

    def counts(self) -> dict[str, int]:
        """Return how many sessions, or inputs that could not be opened, came to what."""
        statuses = Counter(one.status for one in self.not_scored)
        return {
            "scored": self.scored,
            "current": self.current,
            "refused": statuses[Status.REFUSED],
            "failed": statuses[Status.FAILED],
            "interrupted": self.interrupted,
        }

    def reasons(self) -> dict[str, int]:
        """Return how often each reason code kept something from being scored."""
        return dict(sorted(Counter(one.code for one in self.not_scored).items()))


def not_scored(row: Row, *, input_no: int, name: str, problem: str = "") -> NotScored:
    """Return what a row says of something that was not scored; `problem` adds what is known beyond its code."""
    meaning, way_out = _meanings().get(row.reason_code, ("it could not be scored", ""))
    return NotScored(
        input_no=input_no,
        name=name,
        session=row.session,
        status=row.status,
        code=row.reason_code,
        problem=problem or meaning,
        place=row.place,
        way_out=way_out,
    )


@lru_cache(maxsize=1)
def _meanings() -> dict[str, tuple[str, str]]:
    codes: Sequence[IngestCode | BatchCode] = (*IngestCode, *BatchCode)
    return {code.value: (code.meaning, code.way_out) for code in codes}
