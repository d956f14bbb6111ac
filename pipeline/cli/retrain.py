"""`rupture retrain`: a model that goes on learning from a service's own ratings."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.console import measured_progress, one_line_errors, say, say_error, say_json


def retrain(
    ratings: Annotated[
        list[Path], typer.Option("--ratings", help="Results folder with a review store, or a ratings file in any form; may be repeated.")
    ],
    sessions: Annotated[
        Path | None, typer.Option("--sessions", help="The rated sessions, for ratings files: a folder or a file that can be scored.")
    ] = None,
    blind: Annotated[bool, typer.Option("--blind", help="State that ratings in the manual's form were given blind.")] = False,
    models: options.Models = None,
    site: options.Site = None,
    config: Annotated[Path | None, typer.Option("--config", help="Training configuration (TOML).", show_default="training.toml")] = None,
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Corpus folder that is learnt again beside.", show_default=False)] = None,
    json: options.Json = False,
) -> None:
    """Make a model that fits your own sessions, and compare it with the current one, which stays as it is. Needs the extra `train`.

    Example: rupture retrain --ratings results
    """
    with one_line_errors():
        from pipeline.core.errors import UsageError
        from pipeline.core.paths import configs_dir, models_dir, site_dir
        from pipeline.review.material import read_material

        try:
            from pipeline.training.config import load_config
            from pipeline.training.site.page import comparison_lines
            from pipeline.training.site.retrain import retrain as run
            from pipeline.training.site.told import finding_told
        except ModuleNotFoundError as error:
            raise UsageError(
                "TRN-005", "retraining needs packages that are not installed", place=error.name or "", way_out="Install the extra `train`."
            ) from None
        material = read_material(ratings, sessions=sessions, now=datetime.now(UTC), blind=blind)
        for reason, number in sorted(material.left_out.items()):
            if number:
                say_error(f"left out: {number} {reason}")
        loaded = load_config(config or configs_dir() / "training.toml")
        with measured_progress("learning") as step:
            done = run(
                material.ratings,
                transcripts=material.transcripts,
                models=models or models_dir(),
                site_folder=site or site_dir(),
                config=loaded.model_copy(update={"corpus": corpus}) if corpus else loaded,
                new_key=secrets.token_hex(32),
                report=say_error if json else say,
                on_finding=lambda finding: say_error(finding_told(finding)),
                on_batch=step,
            )
        if json:
            say_json(done.comparison.model_dump(mode="json"))
            return
        say(comparison_lines(done.comparison))
        say(f"Model written to {done.folder}/; the comparison is {done.page}")
