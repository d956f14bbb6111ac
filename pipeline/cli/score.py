"""`rupture score`: transcripts in, annotated JSON out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import options
from pipeline.cli.console import Exit, count, one_line_errors, progress, say, say_error, say_json

if TYPE_CHECKING:
    from pipeline.batch.run import RunResult


def score(
    paths: options.Paths,
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.", show_default=False)],
    config: options.Config = None,
    model: options.Model = None,
    roles: options.Roles = "",
    columns: options.Columns = "",
    dyad: options.Dyad = "",
    no_text: Annotated[bool, typer.Option("--no-text", help="Leave every transcript word out of the results.")] = False,
    allow_identifiers: options.AllowIdentifiers = False,
    json: options.Json = False,
) -> None:
    """Score transcripts and write one annotated JSON a session.

    Example: rupture score data/examples --out results
    """
    with one_line_errors():
        from pipeline.annotate.scorer import Scorer
        from pipeline.batch.run import score_inputs
        from pipeline.core.settings import load_settings
        from pipeline.ingest.companions import group_inputs

        read = options.read_options(roles=roles, columns=columns, dyad=dyad, allow_identifiers=allow_identifiers)
        settings = load_settings(config, flags={"output": {"text": False}} if no_text else None)
        inputs = group_inputs(paths)
        scorer = Scorer.load(model, settings=settings)
        with progress(len(inputs), label="scoring", hidden=json) as step:
            run = score_inputs(inputs, scorer=scorer, options=read, out=out, on_input=step)
        _report(run, out=out, as_json=json)
    if run.not_scored:
        raise typer.Exit(Exit.SOME_NOT_SCORED)


def _report(run: RunResult, *, out: Path, as_json: bool) -> None:
    if as_json:
        problems = [{"input": row.input_no, "code": row.error.code, "place": row.error.place} for row in run.not_scored]
        say_json(
            {
                "scored": len(run.rows),
                "not_scored": problems,
                "skipped": len(run.skipped),
                "moments": run.moments,
                "out": str(out),
                "sessions": run.rows,
            }
        )
        return
    for row in run.not_scored:
        say_error(f"not scored: {row.name}: {row.error.one_line()}")
    if run.skipped:
        say(f"{count(len(run.skipped), 'file')} of other kinds left alone.")
    if not run.rows:
        say(f"No session was scored; {count(len(run.not_scored), 'problem')} above.")
        return
    say(f"{count(run.moments, 'possible rupture')} in {count(len(run.rows), 'session')}: places to look at, not findings.")
    if not run.moments:
        say("Nothing was flagged. That does not mean nothing happened.")
    say(f"Results: {out}/ (one .rupture.json a session, summary.csv)")
