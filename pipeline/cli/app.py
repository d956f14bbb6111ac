"""The command `rupture`: its verbs and their order in the help."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli.agree import agree
from pipeline.cli.brief import brief
from pipeline.cli.check import check
from pipeline.cli.console import EXIT_CODES
from pipeline.cli.doctor import doctor
from pipeline.cli.evaluate import evaluate
from pipeline.cli.forget import forget
from pipeline.cli.inspect import inspect
from pipeline.cli.models import export, models
from pipeline.cli.promote import promote, rollback
from pipeline.cli.ratings import ratings
from pipeline.cli.report import report
from pipeline.cli.retrain import retrain
from pipeline.cli.review import review
from pipeline.cli.score import score
from pipeline.cli.train import train
from pipeline.core.offline import go_offline

app = typer.Typer(
    name="rupture",
    help="Flag possible ruptures in session transcripts, for reflection and supervision. Everything stays on this machine, "
    "unless `score --cluster` names another.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
COMMANDS = (
    score,
    inspect,
    check,
    report,
    review,
    brief,
    agree,
    train,
    retrain,
    models,
    promote,
    rollback,
    export,
    evaluate,
    forget,
    doctor,
)
for command in COMMANDS:
    app.command(epilog=EXIT_CODES if command is score else None)(command)
app.add_typer(ratings, name="ratings")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rupture-review {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")] = False,
) -> None:
    """Hold the options that every verb shares."""


def main() -> None:
    """Run the command line, cut off from other machines before anything else is imported."""
    go_offline()
    app()
