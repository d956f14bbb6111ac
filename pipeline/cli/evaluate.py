"""`rupture evaluate`: how a model does on rated sessions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli import options
from pipeline.cli.console import one_line_errors, say, say_json


def evaluate(
    ratings: Annotated[list[Path], typer.Option("--ratings", help="Ratings of one rater (JSON Lines); give it twice for two raters.")],
    sessions: Annotated[
        Path | None, typer.Option("--sessions", help="Rated sessions: any file that `rupture score` reads.", show_default=False)
    ] = None,
    model: options.Model = None,
    baselines: Annotated[
        Path | None,
        typer.Option("--baselines", help="Corpus folder whose training split fits the baselines of the table.", show_default=False),
    ] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Write the reliability plot here (SVG).", show_default=False)] = None,
    privacy: Annotated[
        bool, typer.Option("--privacy", help="Attack a retrained model instead: can one tell whose sessions it learnt from?")
    ] = False,
    model_id: Annotated[str, typer.Option("--model-id", help="Which model to attack, as `rupture models` lists it.")] = "",
    models: options.Models = None,
    site: options.Site = None,
    json: options.Json = False,
) -> None:
    """Evaluate a model on rated sessions that it was not trained on. Needs the extra `train`.

    With `--privacy`, `--ratings` takes what `rupture retrain` takes, and a model above the limit is marked *do not share*.

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
        if privacy:
            _tell_privacy(ratings, sessions=sessions, model_id=model_id, models=models, site=site, as_json=json)
            return
        if sessions is None:
            raise UsageError("EVA-005", "the rated sessions were not named", way_out="Name them with --sessions.")
        figures: dict[str, Any] = evaluation(sessions, ratings=ratings, model=model, baselines=baselines)
        if plot:
            plot_reliability(figures, path=plot)
    if json:
        say_json(figures)
    else:
        say(table(figures))


def _tell_privacy(
    ratings: list[Path], *, sessions: Path | None, model_id: str, models: Path | None, site: Path | None, as_json: bool
) -> None:
    from pipeline.core.paths import models_dir, site_dir
    from pipeline.core.pointer import read_pointer
    from pipeline.review.material import read_material
    from pipeline.training.site.privacy_check import check_privacy
    from pipeline.training.site.told import privacy_told

    material = read_material(ratings, sessions=sessions, now=datetime.now(UTC))
    folder = models or models_dir()
    figures = check_privacy(
        model_id or read_pointer(folder).current_id,
        ratings=material.ratings,
        transcripts=material.transcripts,
        models=folder,
        site_folder=site or site_dir(),
    )
    if as_json:
        say_json(figures.model_dump(mode="json"))
    else:
        say(privacy_told(figures))
