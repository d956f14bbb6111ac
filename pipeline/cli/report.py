"""`rupture report`: a folder of results as one page, and as tables for statistics programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import options
from pipeline.cli.console import Exit, count, one_line_errors, progress, say, say_error, say_json

if TYPE_CHECKING:
    from pipeline.batch.report.collect import Folder
    from pipeline.batch.report.write import Target

PAGE_NAME = "report.html"


def report(
    folder: Annotated[Path, typer.Argument(help="Folder with .rupture.json results.", show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", help="Page to write (HTML).", show_default="FOLDER/report.html")] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", help="Table of sessions to write (CSV); the table of moments goes beside it.", show_default=False),
    ] = None,
    json: options.Json = False,
) -> None:
    """Show a folder of results on one page without transcript text, and write tables for R or SPSS.

    Example: rupture report results --csv sessions.csv
    """
    with one_line_errors():
        from pipeline.batch.report.collect import collect, result_files
        from pipeline.batch.report.write import target, write_report

        to = target(out or folder / PAGE_NAME, sessions=csv)
        with progress(len(result_files(folder)), label="reading", hidden=json) as step:
            found = collect(folder, on_file=step)
        write_report(found, to=to)
    _tell(found, to=to, as_json=json)
    if found.not_read:
        raise typer.Exit(Exit.SOME_NOT_SCORED)


def _tell(found: Folder, *, to: Target, as_json: bool) -> None:
    from pipeline.core.wording import wording

    if as_json:
        not_read = [{"file": file.name, "problem": file.problem.value} for file in found.not_read]
        say_json({"sessions": len(found.sessions), "not_read": not_read, "written": [str(path) for path in to.paths]})
        return
    for file in found.not_read:
        say_error(f"not read: {file.name}: {file.reason(wording().report.problems)}")
    say(f"{count(len(found.sessions), 'session')}: places to look at, not findings.")
    say(f"Written: {', '.join(map(str, to.paths))}")
