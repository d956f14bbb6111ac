"""`rupture review`: the page for a trainee and a supervisor, on this machine only."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.console import one_line_errors, say, say_error


def review(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of results that `rupture score` wrote.", show_default=False)],
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Port on 127.0.0.1.", show_default="any that is free")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the link and open nothing.")] = False,
    no_first_look: Annotated[
        bool, typer.Option("--no-first-look", help="Switch the trainee's first look off, where you agreed so; the page says it.")
    ] = False,
    model: options.Model = None,
) -> None:
    """Open the review page: look at flagged moments together, rate blind, resolve, print a brief. Stop it with Ctrl+C.

    Example: rupture review results
    """
    with one_line_errors():
        from pipeline.review.web.server import serve
        from pipeline.review.web.site import Site, SiteSettings

        settings = SiteSettings(folder=folder, first_look=not no_first_look, model=model)
        with Site(settings, now=lambda: datetime.now(UTC)) as site:
            serve(
                site,
                port=port,
                clock=time.monotonic,
                on_link=lambda link: say(f"Open this link; it works once: {link}"),
                on_fault=say_error,
                open_browser=not no_browser,
            )
    say("The page is closed; what was decided and written is kept.")
