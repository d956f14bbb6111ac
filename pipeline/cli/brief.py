"""`rupture brief`: one page to bring to supervision."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.console import one_line_errors, say
from pipeline.review.brief.paper import Paper


def brief(
    session: Annotated[Path, typer.Argument(metavar="SESSION", help="One result: a .rupture.json.", show_default=False)],
    store: Annotated[
        Path | None, typer.Option("--store", help="Results folder with the review: chosen moments and shared notes; never private ones.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write, .md or .html.", show_default="Markdown on the screen")] = None,
    paper: Annotated[Paper, typer.Option("--paper", help="Paper that the page is to fit on.")] = Paper.A4,
    client_code: Annotated[str, typer.Option("--client-code", help="Code of the client: a number, never initials or a name.")] = "",
    month: Annotated[datetime | None, typer.Option("--month", formats=["%Y-%m"], help="Month of the session, e.g. 2026-11.")] = None,
    delete_by: Annotated[datetime | None, typer.Option("--delete-by", formats=["%Y-%m-%d"], help="Day to delete the brief by.")] = None,
    model: options.Model = None,
    allow_identifiers: options.AllowIdentifiers = False,
) -> None:
    """Write a supervision brief: at most three moments, on one page, with lines to write on. For reflection, not assessment.

    Example: rupture brief results/chat-a.rupture.json --out brief.html
    """
    with one_line_errors():
        from pipeline.review.brief.compose import Header
        from pipeline.review.brief.write import Writing, make_brief, write_brief, writing_for
        from pipeline.review.results import read_result

        header = Header(
            client_code=client_code or None,
            month=month.strftime("%Y-%m") if month else None,
            delete_by=delete_by.date() if delete_by else None,
        )
        text = make_brief(
            read_result(session),
            writing=writing_for(out, client_code=header.client_code) if out else Writing.MARKDOWN,
            store=store,
            header=header,
            paper=paper,
            model=model,
            allow_identifiers=allow_identifiers,
        )
        if out is not None:
            write_brief(out, text)
        say(text.rstrip("\n") if out is None else f"Brief written to {out}")
