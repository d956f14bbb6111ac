"""The list of sessions: names, numbers and whether the two looked at them already; nothing of the tool's output."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pipeline.core.records import Record
from pipeline.core.wording import wording
from pipeline.review.web.library import Entry


class SessionRow(Record):
    """Hold one session of the list."""

    session_id: str
    name: str
    place: str
    turns: str
    looked_at: bool


class DyadRows(Record):
    """Hold a dyad's sessions; `over_time` says whether there is more than one with a number."""

    dyad: str
    over_time: bool
    session_id: str
    sessions: tuple[SessionRow, ...]


class LibraryView(Record):
    """Hold the list, dyad by dyad; sessions without a dyad code come last."""

    dyads: tuple[DyadRows, ...]
    first_look: bool
    count: str


def library_view(entries: Sequence[Entry], *, looked_at: frozenset[str], first_look: bool) -> LibraryView:
    """Build the list; `looked_at` holds the sessions in which trainee or pair did something."""
    rows = [
        DyadRows(
            dyad=dyad or wording().report.alone,
            over_time=dyad is not None and len(own) > 1,
            session_id=own[0].session_id,
            sessions=tuple(_row(entry, own, looked_at=looked_at) for entry in own),
        )
        for dyad, own in ((dyad, list(found)) for dyad, found in groupby(entries, key=lambda one: one.transcript.dyad_id))
    ]
    return LibraryView(dyads=tuple(rows), first_look=first_look, count=wording().common.counted.sessions.of(len(entries)))


def place_among(entry: Entry, entries: Sequence[Entry]) -> str:
    """Say where a session stands among its dyad's: `session 3 of 5`, five being the highest number in the folder."""
    words, number = wording().page, entry.transcript.session_no
    if number is None:
        return ""
    own = [one.transcript.session_no or 0 for one in entries if one.transcript.dyad_id == entry.transcript.dyad_id]
    if entry.transcript.dyad_id is None or len(own) < 2:
        return wording().report.session_no.format(n=number)
    return words.session_of.format(n=number, count=max(own))


def _row(entry: Entry, own: Sequence[Entry], *, looked_at: frozenset[str]) -> SessionRow:
    return SessionRow(
        session_id=entry.session_id,
        name=entry.transcript.transcript_id,
        place=place_among(entry, own) if entry.transcript.session_no is not None else "",
        turns=wording().page.turns.of(entry.turns),
        looked_at=entry.session_id in looked_at,
    )
