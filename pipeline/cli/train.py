"""`rupture train`: a model folder from a rated corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import measured_progress, one_line_errors, say


def train(
    out: Annotated[Path, typer.Option("--out", help="Model folder to write, e.g. models/2026-11.", show_default=False)],
    config: Annotated[Path, typer.Option("--config", help="Training configuration (TOML).")] = Path("configs/training.toml"),
    run_dir: Annotated[
        Path | None, typer.Option("--run", help="Folder that a killed run resumes from.", show_default="runs/<model id>")
    ] = None,
) -> None:
    """Train a model on rated sessions. Needs the extra `train`; a killed run goes on where it stood.

    Example: rupture train --config configs/training.toml --out models/mine
    """
    with one_line_errors():
        from pipeline.core.errors import UsageError

        try:
            from pipeline.training.config import load_config
            from pipeline.training.run import train as run_training
        except ModuleNotFoundError as error:
            raise UsageError(
                "TRN-005", "training needs packages that are not installed", place=error.name or "", way_out="Install the extra `train`."
            ) from None
        with measured_progress("training") as step:
            folder = run_training(load_config(config), out=out, run_dir=run_dir or Path("runs") / out.name, report=say, on_batch=step)
        say(f"Model written to {folder}/; its figures stand in {folder}/README.md")
