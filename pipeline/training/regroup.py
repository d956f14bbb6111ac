"""Turns split and merged as transcribers do it: a backchannel breaks a statement in two, or is dropped and joins two turns."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.records import SpeakerRole
from pipeline.training.config import NoiseSettings

BACKCHANNELS = ("Mm-hm.", "Yeah.", "Right.", "Okay.", "Mm.", "Uh-huh.")
BACKCHANNEL_WORDS = 2
LEAST_WORDS = 10
_BREAK = re.compile(r"(?<=[,.;!?–—-])\s+|\s+(?=(?:and|but|so|because)\s)")


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one turn after regrouping; `sources` are the turns it came from, none for a backchannel that was put in."""

    role: SpeakerRole
    text: str
    sources: tuple[int, ...]


def regroup(turns: Sequence[tuple[SpeakerRole, str]], *, settings: NoiseSettings, rng: random.Random) -> list[Row]:
    """Return the turns of one session as rows, some split and some merged in a share of sessions, the others as they are.

    Both halves of a split turn have it as their source, so that both keep its rating: raters mark such fragments alike.
    """
    rows = [Row(role, text, (place,)) for place, (role, text) in enumerate(turns)]
    draw = rng.random()
    if draw < settings.split:
        return [part for row in rows for part in _split(row, rng)]
    return _merged(rows, rng) if draw < settings.split + settings.merge else rows


def _split(row: Row, rng: random.Random) -> list[Row]:
    if row.role is not SpeakerRole.CLIENT or len(row.text.split()) < LEAST_WORDS or rng.random() < 0.5:
        return [row]
    breaks = [found for found in _BREAK.finditer(row.text) if found.start() > 8 and len(row.text) - found.end() > 8]
    if not breaks:
        return [row]
    found = rng.choice(breaks)
    first, second = row.text[: found.start()], row.text[found.end() :]
    return [
        Row(row.role, first, row.sources),
        Row(SpeakerRole.THERAPIST, rng.choice(BACKCHANNELS), ()),
        Row(row.role, second, row.sources),
    ]


def _merged(rows: Sequence[Row], rng: random.Random) -> list[Row]:
    kept: list[Row] = []
    place = 0
    while place < len(rows):
        row = rows[place]
        joins = (
            kept
            and place + 1 < len(rows)
            and len(row.text.split()) <= BACKCHANNEL_WORDS
            and "?" not in row.text
            and kept[-1].role is rows[place + 1].role is not row.role
        )
        if joins and rng.random() < 0.5:
            after = rows[place + 1]
            kept[-1] = Row(after.role, f"{kept[-1].text} {after.text}", kept[-1].sources + after.sources)
            place += 2
        else:
            kept.append(row)
            place += 1
    return kept
