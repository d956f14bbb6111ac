"""Score every session of every input that is not scored yet, and never stop for one that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pipeline.annotate.keys import Recipe
from pipeline.batch.earlier import compared
from pipeline.batch.finish import DryReport, dry_report, finish, other_results, results_now
from pipeline.batch.folder import held
from pipeline.batch.ledger import Ledger
from pipeline.batch.names import give_names
from pipeline.batch.plan import Plan, contents_of
from pipeline.batch.pool import Done, Pool
from pipeline.batch.record import Recorder
from pipeline.batch.request import BatchRequest
from pipeline.batch.standing import Standing, stand
from pipeline.batch.tally import RunReport
from pipeline.batch.tasks import OutcomeKind, Task
from pipeline.core.faults import FaultPoint, reach


class Phase(StrEnum):
    """Name what a run is at."""

    OPENING = "reading"
    SCORING = "scoring"
    COMPARING = "comparing"


@dataclass(frozen=True, slots=True)
class Step:
    """Say how far a run is: `done` of `total` inputs or sessions of the phase, `refused` of them not scored."""

    phase: Phase
    done: int
    total: int
    refused: int = 0


OnStep = Callable[[Step], None]
Stopped = Callable[[], bool]


class Workers(Protocol):
    """Do tasks elsewhere: `Pool` in processes of this machine, `Cluster` on other ones."""

    def run(self, tasks: Iterable[Task], *, stopped: Stopped) -> Iterator[Done]:
        """Do all tasks and yield what came of each; ends early once `stopped()`."""

    @property
    def at_work(self) -> tuple[Task, ...]:
        """Return the tasks that were given out and not answered."""


def score_batch(request: BatchRequest, *, on_step: OnStep = lambda _: None, stopped: Stopped = lambda: False) -> RunReport:
    """Bring the output folder up to date with the inputs and return what was done.

    Every result and its row of the manifest are on the disk before the next session is given out. Sessions that name their dyad
    and number are then set beside the dyad's earlier ones. Once `stopped()`, workers are ended, what they were at is written down,
    and the same request goes on from there.

    Raises `LockedError` when another run is at work in the folder, `OutputError` when a result cannot be written, `ModelError` when the
    model is missing or differs, `UsageError` when the request contradicts itself, `RunError` when no worker can start.
    """
    recipe = request.recipe()
    with held(request.out):
        ledger = Ledger.load(request.out)
        plan = request.plan(recipe, stopped=stopped)
        reach(FaultPoint.PLANNED)
        standings = stand(plan, ledger, retry_failed=request.retry_failed, stopped=stopped)
        recorder = Recorder(ledger, plan=plan, run_id=request.run_id)
        run = _Run(plan, standings, ledger, recorder, on_step, stopped)
        if stopped():
            return RunReport(run_id=request.run_id, stopped=True)
        for planned in plan.inputs:
            if planned.error is not None and planned.due_here:
                recorder.refuse(planned, planned.error)
        if any(one.planned.due_here and not one.is_done for one in standings.values()):
            with _workers(request, recipe, plan) as workers:
                _do(run, workers)
        if not stopped():
            _compare(run)
        return finish(request, recipe, plan=plan, standings=standings, ledger=ledger, recorder=recorder, stopped=stopped())


def plan_batch(request: BatchRequest) -> DryReport:
    """Say what `score_batch` would do, and write nothing; raises what it raises before it scores."""
    plan = request.plan(request.recipe(), stopped=lambda: False)
    standings = stand(plan, Ledger.load(request.out), retry_failed=request.retry_failed)
    return dry_report(plan, standings)


@dataclass(frozen=True, slots=True)
class _Run:
    """Hold what the phases of one run share."""

    plan: Plan
    standings: dict[int, Standing]
    ledger: Ledger
    recorder: Recorder
    on_step: OnStep
    stopped: Stopped


def _workers(request: BatchRequest, recipe: Recipe, plan: Plan) -> AbstractContextManager[Workers]:
    if request.cluster:
        from pipeline.batch.cluster import Cluster

        return Cluster(request.cluster, setup=request.setup(recipe), contents=lambda number: contents_of(plan[number]))
    return Pool(request.setup(recipe), contents=lambda number: contents_of(plan[number]), jobs=request.jobs)


def _do(run: _Run, workers: Workers) -> None:
    """Open what is not done, name its sessions, score those that are left."""
    own_ids = _open(run, workers)
    if not run.stopped():
        names = give_names(run.plan, own_ids=own_ids, standings=run.standings, ledger=run.ledger)
        reach(FaultPoint.NAMED)
        tasks = [
            Task(input=run.plan[number].ref, position=position, transcript_id=names[number, position], key=run.plan[number].key(position))
            for number, ids in own_ids.items()
            for position in range(1, len(ids) + 1)
            if run.plan[number].due_here and position not in run.standings[number].rows
        ]
        _score(run, workers, tasks, sessions={number: len(ids) for number, ids in own_ids.items()})
    if run.stopped():
        run.recorder.interrupt(workers.at_work, sessions={number: len(ids) for number, ids in own_ids.items()})


def _open(run: _Run, workers: Workers) -> dict[int, tuple[str, ...]]:
    """Return the ids that the inputs which are not done give their sessions; an input of another shard is opened for its ids alone."""
    tasks = [Task(input=one.planned.ref) for one in run.standings.values() if not one.is_done]
    own_ids: dict[int, tuple[str, ...]] = {}
    refused = 0
    for done, (task, outcome) in enumerate(workers.run(tasks, stopped=run.stopped), start=1):
        if outcome.kind is OutcomeKind.OPENED:
            own_ids[task.input.number] = outcome.transcript_ids
        elif run.plan[task.input.number].due_here:
            refused += 1
            run.recorder.keep(task, outcome, sessions=0)
        run.on_step(Step(Phase.OPENING, done, len(tasks), refused))
    return dict(sorted(own_ids.items()))


def _score(run: _Run, workers: Workers, tasks: list[Task], *, sessions: dict[int, int]) -> None:
    refused = 0
    run.on_step(Step(Phase.SCORING, 0, len(tasks)))
    for done, (task, outcome) in enumerate(workers.run(tasks, stopped=run.stopped), start=1):
        run.recorder.keep(task, outcome, sessions=sessions[task.input.number])
        refused += outcome.kind is not OutcomeKind.SCORED
        run.on_step(Step(Phase.SCORING, done, len(tasks), refused))


def _compare(run: _Run) -> None:
    given = results_now(run.standings, run.recorder, ledger=run.ledger)
    others = other_results(given, ledger=run.ledger)
    for done, (row, content) in enumerate(compared(given, others, folder=run.ledger.folder, stopped=run.stopped), start=1):
        run.recorder.keep_comparison(row, content)
        run.on_step(Step(Phase.COMPARING, done, len(given)))
