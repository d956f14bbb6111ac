"""Write down what a run does, the moment it is done: a result file first, then its row of the manifest."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.annotate.write import result_name
from pipeline.batch.codes import BatchCode
from pipeline.batch.ledger import Ledger, Row, Status
from pipeline.batch.names import Place
from pipeline.batch.plan import Plan, PlannedInput
from pipeline.batch.tasks import Outcome, OutcomeKind, Task
from pipeline.core.canonical import sha256_bytes, write_atomic
from pipeline.core.errors import InputError
from pipeline.core.faults import FaultPoint, reach

_STATUS = {OutcomeKind.SCORED: Status.SCORED, OutcomeKind.REFUSED: Status.REFUSED, OutcomeKind.FAILED: Status.FAILED}


class Recorder:
    """Hold the manifest that a run adds to, and what the run has added so far.

    A crash between a result and its row leaves a result that no row vouches for; the next run makes it again.
    """

    def __init__(self, ledger: Ledger, *, plan: Plan, run_id: str) -> None:
        self.rows: dict[Place, Row] = {}
        self.problems: dict[Place, str] = {}
        self.replaced = 0
        self.interrupted = 0
        self._ledger = ledger
        self._plan = plan
        self._run_id = run_id

    def refuse(self, planned: PlannedInput, error: InputError) -> None:
        """Write down that an input as a whole cannot be read."""
        self._add(planned, self._row(planned, Status.REFUSED, reason_code=error.code, place=error.place), problem=error.problem)

    def keep(self, task: Task, outcome: Outcome, *, sessions: int) -> None:
        """Write the result of a session and its row, or the row that says why there is none."""
        planned, error = self._plan[task.input.number], outcome.error
        row = self._row(
            planned,
            _STATUS[outcome.kind],
            session=task.position,
            sessions=sessions,
            display_id=task.transcript_id,
            key="" if error is not None and error.code == BatchCode.CHANGED else planned.key(task.position),
            seconds=round(outcome.seconds, 3),
            reason_code=error.code if error else "",
            place=error.place if error else "",
        )
        if outcome.kind is OutcomeKind.SCORED:
            name = result_name(task.transcript_id)
            self.replaced += self._holds_another(name, row)
            row = row.model_copy(update={"summary": outcome.summary, **self._write(name, outcome.content)})
        self._add(planned, row, problem=error.problem if error else "")

    def keep_comparison(self, row: Row, content: bytes) -> None:
        """Write a result that was set beside earlier sessions, and a row with its new hash."""
        update = {"run_id": self._run_id, "status": Status.CURRENT, "reason_code": BatchCode.COMPARED.value, "seconds": 0.0}
        written = self._write(row.output, content)
        reach(FaultPoint.COMPARISON_WRITTEN)
        self._ledger.add(row.model_copy(update={**update, **written}))

    def interrupt(self, tasks: Iterable[Task], *, sessions: dict[int, int]) -> None:
        """Write down what the run was at when it was stopped."""
        rows = [
            self._row(
                self._plan[task.input.number],
                Status.INTERRUPTED,
                session=task.position,
                sessions=sessions.get(task.input.number, 0),
                display_id=task.transcript_id,
                key=self._plan[task.input.number].key(task.position),
                reason_code=BatchCode.STOPPED.value,
            )
            for task in tasks
            if self._plan[task.input.number].due_here
        ]
        self._ledger.add(*rows)
        self.interrupted += len(rows)

    def _holds_another(self, name: str, row: Row) -> bool:
        before = self._ledger.with_output(name)
        return before is not None and before.identity != row.identity and (self._ledger.folder / name).exists()

    def _write(self, name: str, content: bytes) -> dict[str, str]:
        write_atomic(self._ledger.folder / name, content)
        reach(FaultPoint.RESULT_WRITTEN)
        return {"output": name, "output_sha256": sha256_bytes(content)}

    def _row(self, planned: PlannedInput, status: Status, *, display_id: str = "", **fields: str | int | float) -> Row:
        ref = planned.ref
        return Row.model_validate(
            {
                "run_id": self._run_id,
                "status": status,
                "display_id": display_id or f"input-{ref.number}",
                "input_sha256": ref.source_sha256,
                "copy_no": planned.copy_no,
                **fields,
            }
        )

    def _add(self, planned: PlannedInput, row: Row, *, problem: str) -> None:
        self._ledger.add(row)
        self.rows[planned.ref.number, row.session] = row
        if problem:
            self.problems[planned.ref.number, row.session] = problem
