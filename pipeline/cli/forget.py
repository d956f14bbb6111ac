"""`rupture forget`: erase a dyad from everything, and mark the models that learnt from it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.console import count, one_line_errors, say, say_error


def forget(
    dyad: Annotated[str, typer.Argument(help="Code of the client-therapist pair.", show_default=False)],
    folders: Annotated[
        list[Path], typer.Argument(help="Folders to erase it from: results and reviews, transcripts, ratings.", show_default=False)
    ],
    models: options.Models = None,
    site: options.Site = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Erase a dyad's transcripts, results, ratings, notes, briefs and backups from these folders, for good.

    Models that learnt from it are marked and cannot be exported; `rupture retrain` makes one that never saw it.

    Example: rupture forget D07 transcripts results
    """
    if not yes:
        typer.confirm("This cannot be undone. Erase everything of this dyad?", abort=True)
    with one_line_errors():
        from pipeline.core.paths import models_dir, site_dir
        from pipeline.review.forget_everywhere import forget_everywhere
        from pipeline.training.site.forget import forget_in_models

        marked = forget_in_models(dyad, models=models or models_dir(), site_folder=site or site_dir())
        done = forget_everywhere(folders, dyad, now=datetime.now(UTC))
        for model_id in marked:
            say(f"{model_id} learnt from this dyad: retrain needed, and it cannot be exported.")
        if done.mixed:
            say_error(
                f"{count(done.mixed, 'file')} of transcripts hold sessions of others too and were left: take this dyad's out yourself."
            )
        say(
            f"Erased: {count(done.sessions, 'session')}, {count(done.files, 'file')}, {count(done.events, 'review entry')}, "
            f"{count(done.notes, 'note')}, {count(done.rating_lines, 'line')} of ratings files. Copies elsewhere are yours to erase."
        )
