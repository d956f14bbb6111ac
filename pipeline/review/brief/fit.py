"""Make a brief fit on one page: fewer quotes, then fewer moments, and never smaller than 10 point.

The page is measured without a browser, by the widths of DejaVu Sans, which is wider than the usual sans-serif faces: a page that fits by
this measure fits in those too. Lines are broken as browsers break them, at spaces and inside words that are longer than a line.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from pipeline.review.brief.compose import Brief
from pipeline.review.brief.paper import BLOCK_GAP, COLUMN_GAP, HEADING, LINE, POINT, ROW_GAP, RULE, SHORT_LINE, TITLE, Paper, Room, room_on
from pipeline.review.brief.sheet import Block, Cell, Sheet, sheet_of

MOST_LINES = 3
_BOLD = 1.13


def fit_brief(brief: Brief, paper: Paper) -> Sheet:
    """Return the fullest page that fits: as many moments as possible, then as many quotes, then more lines to write on."""
    room = room_on(paper)
    count = len(brief.moments)
    pages = (sheet_of(brief, moments=moments, quotes=quotes) for moments in range(count, -1, -1) for quotes in range(moments, -1, -1))
    last = sheet_of(brief, moments=0, quotes=0)
    page = next((one for one in pages if height_of(one, room) <= room.height), last)
    roomier = (replace(page, lines=lines) for lines in range(MOST_LINES, 1, -1))
    return next((one for one in roomier if height_of(one, room) <= room.height), page)


def height_of(sheet: Sheet, room: Room) -> float:
    """Return the height of a page in points at this width."""
    return TITLE + sum(_block(block, room.width, lines=sheet.lines) for block in sheet.blocks)


def _block(block: Block, width: float, *, lines: int) -> float:
    heading = HEADING * _lines(block.heading, width, scale=_BOLD) if block.heading else 0.0
    return BLOCK_GAP + heading + sum(_row(row, width, lines=lines) for row in block.rows)


def _row(row: tuple[Cell, ...], width: float, *, lines: int) -> float:
    own = (width - COLUMN_GAP * (len(row) - 1)) / len(row)
    return ROW_GAP + max(_cell(cell, own, lines=lines) for cell in row)


def _cell(cell: Cell, width: float, *, lines: int) -> float:
    if cell.text is None and cell.is_short:
        return max(RULE, _lines(cell.heading, width - SHORT_LINE, scale=_BOLD) * LINE)
    if cell.text is None:
        return _lines(cell.heading, width, scale=_BOLD) * LINE + RULE * lines
    return _lines(f"{cell.heading} {cell.text}".strip(), width, bold=len(cell.heading)) * LINE


def _lines(text: str, width: float, *, scale: float = 1.0, bold: int = 0) -> int:
    """Count the lines that a text takes; its first `bold` characters are bold."""
    lines, used, place = 1, 0.0, 0
    for word in text.split(" "):
        wide = sum(_width(char) * (_BOLD if place + at < bold else scale) for at, char in enumerate(word))
        place += len(word) + 1
        gap = _width(" ") * _BOLD if used else 0.0
        if used + gap + wide <= width:
            used += gap + wide
            continue
        lines += 1 if used else 0
        while wide > width:  # broken where it reaches the margin
            lines, wide = lines + 1, wide - (width - POINT)
        used = wide
    return lines


_NARROW = frozenset("ijl.,:;'|!I()[]-ft r/")
_WIDE = frozenset("mwMW@%—…")


def _width(char: str) -> float:
    """Return an upper bound of a character's width in points at 10 point."""
    if char.isascii():
        share = 0.42 if char in _NARROW else 1.0 if char in _WIDE else 0.8 if char.isupper() else 0.64
        return share * POINT
    if unicodedata.combining(char):
        return 0.0
    wide = unicodedata.east_asian_width(char) in "WF" or unicodedata.category(char) == "So"
    return (1.4 if wide else 1.05) * POINT
