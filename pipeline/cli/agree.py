"""`rupture agree`: how far raters agree, as a table for a reliability section."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.console import one_line_errors, say, say_json


def agree(
    ratings: Annotated[list[Path], typer.Argument(help="Ratings files, or results folders with a review store.", show_default=False)],
    sessions: Annotated[
        Path | None,
        typer.Option("--sessions", help="The rated sessions, for ratings in the manual's form: any file that can be scored, or a folder."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the resampling.")] = 0,
    resamples: Annotated[int, typer.Option("--resamples", min=100, max=100_000, help="Resampled data sets an interval.")] = 2_000,
    json: options.Json = False,
) -> None:
    """Compare raters: kappa, Krippendorff's alpha, Gwet's AC1 and AC2 and ICC, each with an interval from resampling dyads.

    Example: rupture agree data/corpus/ratings_a.jsonl data/corpus/ratings_b.jsonl --sessions data/corpus/sessions.jsonl
    """
    with one_line_errors():
        import numpy as np

        from pipeline.review.agreement.report import agreement
        from pipeline.review.agreement.sources import read_sources
        from pipeline.review.agreement.text import agreement_table

        read = read_sources(ratings, sessions=sessions)
        found = agreement(read, rng=np.random.default_rng(seed), draws=resamples)
        if json:
            say_json(found.as_json())
        else:
            say(agreement_table(found))
