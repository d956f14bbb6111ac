"""Ratings in the file form of the coding manual, and the rule by which rated turns form episodes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.errors import InputError
from pipeline.core.records import Index, Record

RatingValue = Annotated[int, Field(ge=0, le=3)]
EPISODE_CALM_TURNS = 3


class Outcome(StrEnum):
    """Say how an episode ended, as the manual names it."""

    REPAIRED = "repaired"
    MOVED_ON = "moved_on"
    PARTLY = "partly"
    UNRESOLVED = "unresolved"
    UNCLEAR = "unclear"

    @classmethod
    def _missing_(cls, value: object) -> Outcome | None:
        """Read `resolved`, the word of the manual's version 1, as `repaired`."""
        return cls.REPAIRED if value == "resolved" else None


class TurnRating(Record):
    """Hold what a rater gave one turn; a turn without an entry is rated 0 and carries no code.

    `near` names what a turn rated 0 looks like without being it.
    """

    turn: Index
    w: RatingValue = 0
    c: RatingValue = 0
    m: tuple[str, ...] = ()
    res: tuple[str, ...] = ()
    tc: Mapping[str, Annotated[int, Field(ge=1, le=2)]] = {}
    near: str | None = None


class EpisodeRating(Record):
    """Hold one episode: its first and last rated client turn and how it ended."""

    first: Index
    last: Index
    outcome: Outcome


class SessionRating(Record):
    """Hold one rater's ratings of one session.

    `text_sha256` says on which text they were given; the manual's own form does not have it, what the tool writes does.
    """

    session: str
    text_sha256: str | None = None
    overall: Annotated[int, Field(ge=1, le=5)] | None = None
    turns: tuple[TurnRating, ...] = ()
    episodes: tuple[EpisodeRating, ...] = ()

    def by_turn(self) -> dict[int, TurnRating]:
        """Return the entries keyed by turn index."""
        return {rating.turn: rating for rating in self.turns}


def read_ratings(path: Path) -> dict[str, SessionRating]:
    """Read a JSON Lines file of session ratings, keyed by session; raises `InputError` with the line that is wrong."""
    return {rating.session: rating for rating in _rating_lines(path)}


def _rating_lines(path: Path) -> Iterator[SessionRating]:
    if not path.is_file():
        raise InputError("RAT-001", "the ratings file was not found", way_out="Check the path.")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise InputError("RAT-005", "the ratings file is not UTF-8", way_out="Save it again as UTF-8.") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _one_rating(line, number)


def _one_rating(line: str, number: int) -> SessionRating:
    try:
        rating = SessionRating.model_validate(json.loads(line))
    except (ValidationError, json.JSONDecodeError):
        raise InputError("RAT-002", "a line of the ratings file is not in the manual's form", place=f"line {number}") from None
    known = codebook()
    clients = set(known.of(CodeFamily.WITHDRAWAL) + known.of(CodeFamily.CONFRONTATION))
    wrong = any(
        set(t.m) - clients or set(t.res) - set(known.of(CodeFamily.RESOLUTION)) or set(t.tc) - set(known.of(CodeFamily.CONTRIBUTION))
        for t in rating.turns
    )
    if wrong:
        raise InputError("RAT-003", "a rating carries a code that the codebook does not have", place=f"line {number}")
    return rating


def episodes_of(client_turns: Sequence[int], *, strengths: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """Return first and last turn of each episode by the manual's rule.

    `strengths` maps a client turn to the higher of its two ratings. An episode is a run of turns rated 1 or more, with at most
    three calm client turns between, that has at least one turn rated 2 or more.
    """
    runs: list[list[int]] = []
    calm = 0
    for turn in client_turns:
        if not strengths.get(turn, 0):
            calm += 1
            continue
        if runs and calm <= EPISODE_CALM_TURNS:
            runs[-1].append(turn)
        else:
            runs.append([turn])
        calm = 0
    return tuple((run[0], run[-1]) for run in runs if any(strengths[turn] >= 2 for turn in run))


def sparse(rating: SessionRating) -> dict[str, Any]:
    """Return a rating as the manual writes it: entries and fields with nothing to say are left out."""
    turns = [{name: value for name, value in turn.model_dump(mode="json").items() if name == "turn" or value} for turn in rating.turns]
    for entry in turns:
        if "m" in entry:
            entry.setdefault("w", 0)
            entry.setdefault("c", 0)
    unbound = {"text_sha256"} if rating.text_sha256 is None else set()
    return {**rating.model_dump(mode="json", exclude={"turns", *unbound}), "turns": turns}
