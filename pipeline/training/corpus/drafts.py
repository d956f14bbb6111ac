"""Annotated drafts: plain text with the rating on the line below the turn it rates.

```
#id v001
#overall 2
#outcomes partly
T: How was the week?
C: Fine.
= w2 WD-MIN
T: Did I ask that too fast?
= RS-INV
```
Turns alternate between `T:` and `C:`. `= w2 c1 CODE ...` or `= near:KIND` rates a client turn, `= RS-... TC-...:2` a therapist turn;
a turn with nothing to say has no such line. Outcomes stand in the order of the episodes, which follow from the ratings.
"""

from __future__ import annotations

import re
from typing import Any

from pipeline.core.errors import InputError
from pipeline.core.manual_form import EpisodeRating, Outcome, SessionRating, TurnRating, episodes_of

_VALUE = re.compile(r"([wc])([0-3])")
_CONTRIBUTION = re.compile(r"(TC-[A-Z]+)(?::([12]))?")
_ROLES = {"T:": "therapist", "C:": "client"}


def read_draft(text: str) -> tuple[dict[str, Any], SessionRating]:
    """Return the session (as a line of `sessions.jsonl`) and its rating; raises `InputError` with the line that is wrong."""
    headers: dict[str, str] = {}
    turns: list[dict[str, str]] = []
    ratings: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            name, _, value = line[1:].partition(" ")
            headers[name] = value.strip()
        elif line[:2] in _ROLES:
            _append_turn(turns, ratings, role=_ROLES[line[:2]], text=line[2:].strip(), number=number)
        elif line.startswith("="):
            if not turns:
                raise InputError("DRF-002", "a rating stands before the first turn", place=f"line {number}")
            _rate(ratings[-1], line[1:].split(), number=number)
        elif line.strip():
            raise InputError("DRF-001", "a line is neither a turn, a rating nor a header", place=f"line {number}")
    session = {"session": headers.get("id", ""), "turns": turns}
    return session, _session_rating(headers, turns, ratings)


def _append_turn(turns: list[dict[str, str]], ratings: list[dict[str, Any]], *, role: str, text: str, number: int) -> None:
    if not text or (turns and turns[-1]["speaker"] == role):
        raise InputError("DRF-003", "a turn is empty, or two turns in a row are of one role", place=f"line {number}")
    turns.append({"speaker": role, "text": text})
    ratings.append({"turn": len(turns) - 1})


def _rate(rating: dict[str, Any], marks: list[str], *, number: int) -> None:
    for mark in marks:
        if value := _VALUE.fullmatch(mark):
            rating[value[1]] = int(value[2])
        elif mark.startswith("near:"):
            rating["near"] = mark.removeprefix("near:")
        elif mark[:3] in ("WD-", "CF-"):
            rating.setdefault("m", []).append(mark)
        elif mark.startswith("RS-"):
            rating.setdefault("res", []).append(mark)
        elif contribution := _CONTRIBUTION.fullmatch(mark):
            rating.setdefault("tc", {})[contribution[1]] = int(contribution[2] or 1)
        else:
            raise InputError("DRF-004", "a rating cannot be read", place=f"line {number}")


def _session_rating(headers: dict[str, str], turns: list[dict[str, str]], ratings: list[dict[str, Any]]) -> SessionRating:
    entries = tuple(TurnRating.model_validate(rating) for rating in ratings if len(rating) > 1)
    clients = [place for place, turn in enumerate(turns) if turn["speaker"] == "client"]
    spans = episodes_of(clients, strengths={entry.turn: max(entry.w, entry.c) for entry in entries})
    outcomes = headers.get("outcomes", "").split()
    if len(outcomes) != len(spans):
        raise InputError("DRF-005", f"{len(spans)} episodes follow from the ratings, {len(outcomes)} outcomes are given")
    episodes = tuple(
        EpisodeRating(first=first, last=last, outcome=Outcome(outcome)) for (first, last), outcome in zip(spans, outcomes, strict=True)
    )
    return SessionRating(session=headers.get("id", ""), overall=int(headers.get("overall", "0")) or None, turns=entries, episodes=episodes)
