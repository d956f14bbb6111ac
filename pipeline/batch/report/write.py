"""Write the page and the tables where the user wants them, and nowhere where they would take the place of a result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.batch.report.collect import Folder
from pipeline.batch.report.page import render
from pipeline.batch.report.table import moments_csv, sessions_csv
from pipeline.core.canonical import write_atomic
from pipeline.core.errors import UsageError
from pipeline.core.wording import wording
from pipeline.ingest.companions import SUMMARY_NAME


@dataclass(frozen=True, slots=True)
class Target:
    """Hold where a report goes: the page, and the table of sessions where one is wanted."""

    page: Path
    sessions: Path | None = None

    @property
    def moments(self) -> Path | None:
        """Return where the table of moments goes: beside that of sessions, with `_moments` after its name."""
        return self.sessions and self.sessions.with_name(f"{self.sessions.stem}_moments.csv")

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return all files of the report."""
        return tuple(path for path in (self.page, self.sessions, self.moments) if path)


def target(page: Path, *, sessions: Path | None) -> Target:
    """Return where a report goes; raises `UsageError` for a name that is not a page's or a table's own."""
    if page.suffix.casefold() not in (".html", ".htm"):
        raise UsageError("REP-002", "the page needs a name that ends in .html", place="--out")
    if sessions and (sessions.suffix.casefold() != ".csv" or sessions.name == SUMMARY_NAME):
        raise UsageError("REP-002", f"the table needs a name that ends in .csv and is not {SUMMARY_NAME}", place="--csv")
    return Target(page, sessions)


def write_report(folder: Folder, *, to: Target) -> None:
    """Write page and tables, each whole or not at all; raises `OutputError` when one cannot be written."""
    write_atomic(to.page, render(folder, wording=wording()))
    if to.sessions and to.moments:
        write_atomic(to.sessions, sessions_csv(folder.sessions))
        write_atomic(to.moments, moments_csv(folder.sessions))
