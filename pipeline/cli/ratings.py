"""`rupture ratings`: human ratings out of a review store, into it, and whether its history is whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import Exit, one_line_errors, say, say_error
from pipeline.review.rating_files import Form

ratings = typer.Typer(help="Export, import and check human ratings.", no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="Results folder with a review store.", show_default=False)]


@ratings.command("export")
def export(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="File to write.", show_default=False)],
    form: Annotated[
        Form, typer.Option("--form", help="full: JSON Lines with everything; manual: the coding manual's form; csv: for R or SPSS.")
    ] = Form.FULL,
    rater: Annotated[str, typer.Option("--rater", help="Whose ratings, for the manual's form: rater_a, trainee, pair …")] = "",
) -> None:
    """Write the ratings of a review store to a file.

    Example: rupture ratings export results --form csv --out ratings.csv
    """
    with one_line_errors():
        from pipeline.core.wording import wording
        from pipeline.review.exchange import export_file

        words = wording().ratings
        done = export_file(out, folder=folder, form=form, rater=rater or None)
        if done.left_out:
            say(words.incomplete.format(sessions=words.sessions.of(done.left_out)))
        counted = {"ratings": words.ratings.of(done.ratings), "sessions": words.sessions.of(done.sessions), "path": out}
        say(words.exported.format(**counted))


@ratings.command("import")
def import_ratings(
    file: Annotated[Path, typer.Argument(help="Ratings: JSON Lines (full or the manual's form) or the exported CSV.", show_default=False)],
    store: Annotated[Path, typer.Option("--store", help="Results folder of the rated sessions.", show_default=False)],
    rater: Annotated[str, typer.Option("--rater", help="Whose ratings, for the manual's form: rater_a, rater_2 …")] = "",
    by_session_id: Annotated[
        bool, typer.Option("--by-session-id", help="Take the session's name for it where the ratings carry no hash of their text.")
    ] = False,
    blind: Annotated[
        bool, typer.Option("--blind", help="State that the rater saw neither the tool's output nor another's ratings (manual's form).")
    ] = False,
) -> None:
    """Store ratings that were made elsewhere, each on the very text that was rated; others are refused. Doing it again changes nothing.

    Example: rupture ratings import ratings_a.jsonl --store results --rater rater_a --by-session-id
    """
    with one_line_errors():
        from pipeline.core.wording import wording
        from pipeline.review.exchange import import_file

        words = wording().ratings
        done = import_file(file, folder=store, rater=rater or None, now=datetime.now(UTC), by_session_id=by_session_id, blind=blind)
        for problem, sessions in done.reasons().items():
            say_error(words.refused.format(sessions=words.sessions.of(sessions), problem=problem))
        if done.known:
            say(words.known.format(n=f"{done.known:,}"))
        if done.near_left_out:
            say(words.near.format(n=f"{done.near_left_out:,}"))
        say(words.imported.format(ratings=words.ratings.of(done.stored), folder=store))
    if done.refused:
        raise typer.Exit(Exit.SOME_NOT_SCORED)


@ratings.command("verify")
def verify(folder: Folder) -> None:
    """Check that no entry of the review's history was edited, removed, added or moved.

    Example: rupture ratings verify results
    """
    with one_line_errors():
        from pipeline.core.wording import wording
        from pipeline.review.store import ReviewStore, require_store

        words = wording().ratings
        require_store(folder)
        with ReviewStore(folder) as store:
            found = store.verify()
        for problem in found.problems:
            say_error(words.not_whole.format(problem=problem))
        if not found.problems:
            say(words.whole.format(events=words.events.of(found.events), erased=f"{found.erased:,}"))
    if found.problems:
        raise typer.Exit(Exit.UNEXPECTED)
