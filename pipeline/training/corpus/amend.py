"""Amendments: first ratings that a second look found plainly wrong, with both versions kept.

`amendments.jsonl` holds one change a line: `{"session", "turn", "before", "after", "why"}`, `before` and `after` being the turn's
entry in the manual's form (null where there is none). Applying it twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.core.manual_form import EpisodeRating, Outcome, SessionRating, TurnRating, episodes_of
from pipeline.core.records import Index, Record

AMENDMENTS = "amendments.jsonl"


class Amendment(Record):
    """Hold one change of one turn's rating."""

    session: str
    turn: Index
    before: TurnRating | None
    after: TurnRating | None
    why: str


def read_amendments(folder: Path) -> tuple[Amendment, ...]:
    """Read the amendments of a corpus folder, none where there is no file."""
    path = folder / AMENDMENTS
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return tuple(Amendment.model_validate(json.loads(line)) for line in lines if line.strip())


def amended(rating: SessionRating, changes: Sequence[Amendment], *, turns: Sequence[Mapping[str, str]]) -> SessionRating:
    """Return `rating` with `changes` applied and its episodes drawn again by the manual's rule.

    An episode keeps the outcome of the earlier one that it overlaps; a new one is `unclear`. Raises `InputError` when a turn is
    rated neither as before nor as after the change, since then the amendment was made for another version.
    """
    entries = rating.by_turn()
    for change in changes:
        if entries.get(change.turn) not in (change.before, change.after):
            raise InputError("AMD-001", "an amendment does not fit the rating", place=f"{change.session} turn {change.turn}")
        entries.pop(change.turn, None)
        if change.after is not None:
            entries[change.turn] = change.after
    clients = [place for place, turn in enumerate(turns) if turn["speaker"] == "client"]
    spans = episodes_of(clients, strengths={turn: max(entry.w, entry.c) for turn, entry in entries.items()})
    episodes = tuple(EpisodeRating(first=first, last=last, outcome=_outcome(rating, first, last)) for first, last in spans)
    return rating.model_copy(update={"turns": tuple(entries[turn] for turn in sorted(entries)), "episodes": episodes})


def _outcome(rating: SessionRating, first: int, last: int) -> Outcome:
    overlapping = (episode.outcome for episode in rating.episodes if episode.first <= last and episode.last >= first)
    return next(overlapping, Outcome.UNCLEAR)
