"""The end of a run: `summary.csv` and `run.json` from what the manifest has, and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.annotate.keys import Recipe
from pipeline.annotate.write import write_summary
from pipeline.batch.ledger import Ledger, Row
from pipeline.batch.names import Place
from pipeline.batch.plan import Plan
from pipeline.batch.record import Recorder
from pipeline.batch.request import BatchRequest
from pipeline.batch.standing import Standing
from pipeline.batch.tally import NotScored, RunReport, not_scored
from pipeline.core.canonical import canonical_json, write_atomic
from pipeline.core.faults import FaultPoint, reach
from pipeline.ingest.companions import RUN_NAME


@dataclass(frozen=True, slots=True)
class DryReport:
    """Say what a run would do: `unopened` inputs hold a number of sessions that is not known yet."""

    inputs: int
    current: int
    not_scored: int
    due: int
    unopened: int


def dry_report(plan: Plan, standings: Mapping[int, Standing]) -> DryReport:
    """Return what a run over these inputs would do."""
    here = [one for one in standings.values() if one.planned.due_here]
    rows = [row for one in here for row in one.rows.values()]
    unreadable = sum(planned.error is not None and planned.due_here for planned in plan.inputs)
    return DryReport(
        inputs=sum(planned.due_here for planned in plan.inputs),
        current=sum(row.has_result for row in rows),
        not_scored=sum(not row.has_result for row in rows) + unreadable,
        due=sum(len(one.due) for one in here),
        unopened=sum(one.sessions is None for one in here),
    )


def results_now(standings: Mapping[int, Standing], recorder: Recorder, *, ledger: Ledger) -> list[Row]:
    """Return the last rows of all results that are current, in the order of the plan."""
    rows = _rows_now(standings, recorder)
    last = [ledger.with_key(row.key) or row for _, row in sorted(rows.items()) if row.has_result]
    return [row for row in last if row.has_result]


def other_results(given: Sequence[Row], *, ledger: Ledger) -> list[Row]:
    """Return the rows of the results in the folder that are not current for any input of the run."""
    names = {row.output for row in given}
    return [row for row in ledger.results() if row.output not in names and (ledger.folder / row.output).exists()]


def finish(
    request: BatchRequest,
    recipe: Recipe,
    *,
    plan: Plan,
    standings: Mapping[int, Standing],
    ledger: Ledger,
    recorder: Recorder,
    stopped: bool,
) -> RunReport:
    """Write the summary and the account of the run, each only if something changed, and return the report."""
    results = results_now(standings, recorder, ledger=ledger)
    report = RunReport(
        run_id=request.run_id,
        results=tuple(results),
        scored=sum(row.has_result for row in recorder.rows.values()),
        not_scored=tuple(_not_scored(plan, standings, recorder)),
        interrupted=recorder.interrupted,
        skipped=len(plan.skipped),
        others=len(other_results(results, ledger=ledger)),
        replaced=recorder.replaced,
        index_unused=request.index.unused(request.groups) if request.index else 0,
        unreadable_rows=ledger.unreadable,
        stopped=stopped,
    )
    changed = write_summary((row.summary for row in results), folder=request.out)
    reach(FaultPoint.SUMMARY_WRITTEN)
    if changed or ledger.added:
        write_atomic(request.out / RUN_NAME, canonical_json(_account(request, recipe, report)))
    return report


def _rows_now(standings: Mapping[int, Standing], recorder: Recorder) -> dict[Place, Row]:
    known = {(number, row.session): row for number, one in standings.items() for row in one.rows.values()}
    return {**known, **recorder.rows}


def _not_scored(plan: Plan, standings: Mapping[int, Standing], recorder: Recorder) -> list[NotScored]:
    return [
        not_scored(row, input_no=place[0], name=plan[place[0]].group.name, problem=recorder.problems.get(place, ""))
        for place, row in sorted(_rows_now(standings, recorder).items())
        if not row.has_result and plan[place[0]].due_here
    ]


def _account(request: BatchRequest, recipe: Recipe, report: RunReport) -> dict[str, object]:
    return {
        "run_id": report.run_id,
        "finished": not report.stopped,
        **report.counts(),
        "reasons": report.reasons(),
        "moments": report.moments,
        "others": report.others,
        "replaced": report.replaced,
        "shard": f"{request.shard.part}/{request.shard.parts}",
        "scored_on": "a cluster" if request.cluster else "this machine",
        "recipe": recipe.model_dump(mode="json"),
    }
