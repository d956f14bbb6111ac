"""The measures of the page, in points, shared by what measures it and what writes it; no type is smaller than 10 point."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

POINT = 10.0
LINE = 12.0
RULE = 16.0
SHORT_LINE = 40.0
ROW_GAP = 2.0
TITLE = 18.0
HEADING = 16.0
BLOCK_GAP = 6.0
COLUMN_GAP = 12.0
MARGIN_MM = (10.0, 13.0)
_PT_PER_MM = 72 / 25.4
_RESERVE = 0.97


class Paper(StrEnum):
    """Name the paper that a brief is printed on."""

    A4 = "a4"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Room:
    """Hold the room inside the margins of a sheet of paper, in points."""

    width: float
    height: float


_SIZES_MM = {Paper.A4: (210.0, 297.0), Paper.LETTER: (215.9, 279.4)}


def room_on(paper: Paper) -> Room:
    """Return the room that a page has, less a reserve for what browsers round."""
    width, height = _SIZES_MM[paper]
    return Room((width - 2 * MARGIN_MM[1]) * _PT_PER_MM * _RESERVE, (height - 2 * MARGIN_MM[0]) * _PT_PER_MM * _RESERVE)
