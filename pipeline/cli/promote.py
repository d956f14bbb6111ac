"""`rupture promote` and `rupture rollback`: which model is current."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.console import one_line_errors, say

By = Annotated[str, typer.Option("--by", help="Who decides, as a role: supervisor, service_lead …; never a name.", show_default=False)]


def promote(
    model_id: Annotated[str, typer.Argument(help="Id of the model, as `rupture models` lists it.", show_default=False)],
    by: By,
    force: Annotated[
        str, typer.Option("--force", metavar="REASON", help="Promote although the gate refuses, for this reason, which is recorded.")
    ] = "",
    models: options.Models = None,
) -> None:
    """Make a retrained model the current one, if it is not worse than the one it takes the place of.

    Example: rupture promote site-1a2b3c4d5e --by supervisor
    """
    with one_line_errors():
        from time import perf_counter

        from pipeline.core.paths import models_dir
        from pipeline.training.site.registry import promote as run
        from pipeline.training.site.speed import time_ratio

        criteria = run(
            models or models_dir(),
            model_id,
            by=by,
            now=datetime.now(UTC),
            reason=force.strip() or None,
            time_ratio=lambda champion, challenger: time_ratio(champion, challenger, clock=perf_counter),
        )
        for one in criteria:
            if not one.met:
                say(f"overruled: {one.name}: {one.why}")
        say(f"{model_id} is the current model. `rupture rollback --by {by}` goes back to the one before.")


def rollback(by: By, models: options.Models = None) -> None:
    """Go back to the model that was current before the last promotion, the same bytes.

    Example: rupture rollback --by supervisor
    """
    with one_line_errors():
        from pipeline.core.paths import models_dir
        from pipeline.training.site.registry import roll_back

        say(f"{roll_back(models or models_dir(), by=by, now=datetime.now(UTC))} is the current model again.")
