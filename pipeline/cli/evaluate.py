"""`rupture evaluate`: how a model does on rated sessions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli import options
from pipeline.cli.console import one_line_errors, say, say_json


def evaluate(
    sessions: Annotated[Path, typer.Option("--sessions", help="Rated sessions: any file that `rupture score` reads.", show_default=False)],
    ratings: Annotated[list[Path], typer.Option("--ratings", help="Ratings of one rater (JSON Lines); give it twice for two raters.")],
    model: options.Model = None,
    baselines: Annotated[
        Path | None,
        typer.Option("--baselines", help="Corpus folder whose training split fits the baselines of the table.", show_default=False),
    ] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Write the reliability plot here (SVG).", show_default=False)] = None,
    json: options.Json = False,
) -> None:
    """Evaluate a model on rated sessions that it was not trained on. Needs the extra `train`.

    Example: rupture evaluate --sessions rated.jsonl --ratings first.jsonl --ratings second.jsonl
    """
    with one_line_errors():
        from pipeline.core.errors import UsageError

        try:
            from pipeline.training.report import evaluation, plot_reliability, table
        except ModuleNotFoundError as error:
            raise UsageError(
                "TRN-005", "evaluation needs packages that are not installed", place=error.name or "", way_out="Install the extra `train`."
            ) from None
        figures: dict[str, Any] = evaluation(sessions, ratings=ratings, model=model, baselines=baselines)
        if plot:
            plot_reliability(figures, path=plot)
    if json:
        say_json(figures)
    else:
        say(table(figures))
