"""What `rupture score` says at its end."""

from __future__ import annotations

import shlex
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.console import count, say, say_error

if TYPE_CHECKING:
    from pipeline.batch.finish import DryReport
    from pipeline.batch.tally import NotScored, RunReport

_NAMES_SHOWN = 5


def as_json(report: RunReport, *, out: Path) -> dict[str, Any]:
    """Return the report for a machine; inputs are numbers, in the order of their paths, and never names."""
    return {
        "run_id": report.run_id,
        **report.counts(),
        "finished": not report.stopped,
        "not_scored": [
            {"input": one.input_no, "session": one.session, "status": one.status.value, "code": one.code, "place": one.place}
            for one in report.not_scored
        ],
        "reasons": report.reasons(),
        "skipped": report.skipped,
        "others": report.others,
        "replaced": report.replaced,
        "moments": report.moments,
        "out": str(out),
        "sessions": [row.summary for row in report.results],
    }


def tell(report: RunReport, *, out: Path) -> None:
    """Say what was done, what was not and why, and what to do next."""
    _tell_notes(report)
    if report.not_scored:
        _tell_reasons(report.not_scored)
    if report.stopped:
        say_error(f"Stopped; what was finished is kept. The same command goes on: {_command()}")
    if not report.results:
        say(f"No session was scored; {count(len(report.not_scored), 'problem')} above.")
        return
    if not report.scored:
        say(f"Nothing to do: {count(report.current, 'session')} scored before and still current.")
    elif report.current:
        say(f"{count(report.scored, 'session')} scored now, {report.current:,} scored before and still current.")
    say(f"{count(report.moments, 'possible rupture')} in {count(len(report.results), 'session')}: places to look at, not findings.")
    if not report.moments:
        say("Nothing was flagged. That does not mean nothing happened.")
    say(f"Results: {out}/ (one .rupture.json a session, summary.csv, manifest.jsonl)")


def tell_dry(report: DryReport, *, out: Path) -> None:
    """Say what a run would do."""
    sessions = f"{count(report.due, 'session')}" + (f" and those of {count(report.unopened, 'new input')}" if report.unopened else "")
    say(f"{count(report.inputs, 'input')}: would score {sessions}.")
    say(f"{count(report.current, 'result')} current, {report.not_scored:,} refused or failed. Nothing was written to {out}/.")


def _tell_notes(report: RunReport) -> None:
    if report.skipped:
        say(f"{count(report.skipped, 'file')} of other kinds left alone.")
    if report.index_unused:
        say(f"{count(report.index_unused, 'file')} of the index not among the inputs.")
    if report.others:
        say(f"{count(report.others, 'other result')} in the folder, from inputs not given now or from other settings; not in summary.csv.")
    if report.replaced:
        say(f"{count(report.replaced, 'result')} of inputs not given now replaced by a session with the same id.")
    if report.unreadable_rows:
        say(f"{count(report.unreadable_rows, 'line')} of the manifest could not be read; what they told was made again.")


def _tell_reasons(problems: tuple[NotScored, ...]) -> None:
    """Group what was not scored by its reason, with a few names each."""
    grouped: dict[tuple[str, str], list[NotScored]] = defaultdict(list)
    for one in problems:
        grouped[one.code, one.problem].append(one)
    say_error(f"{len(problems):,} not scored:")
    for (code, problem), group in sorted(grouped.items()):
        named = ", ".join(f"{one.name}{f' ({one.place})' if one.place else ''}" for one in group[:_NAMES_SHOWN])
        more = f" and {len(group) - _NAMES_SHOWN:,} more" if len(group) > _NAMES_SHOWN else ""
        say_error(f"  {code} {problem}: {named}{more}. {group[0].way_out}")
    say_error(f"To try these again: {_command('--retry-failed')}")


def _command(*more: str) -> str:
    given = sys.argv[1:]
    return shlex.join(["rupture", *given, *(one for one in more if one not in given)])
