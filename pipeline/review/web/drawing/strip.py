"""The strip of a session: one cell a segment, withdrawal upward with diagonal lines, confrontation downward with dots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.review.web.drawing.node import Node, node

WIDTH = 1200.0
MOST_IN_ROW = 120
WIDEST = 40.0
LEVEL = 9.0
MIDDLE = 38.0
ROW = 70.0


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one segment: the height of each kind (0 to 3), its words, whether a shown moment holds it, and what people did there."""

    first_turn: int
    end_turn: int
    withdrawal: int
    confrontation: int
    label: str
    in_moment: bool = False
    chosen: bool = False
    decided: bool = False
    pinned: bool = False


def draw_strip(cells: Sequence[Cell], *, label: str) -> Node:
    """Draw a session in as many rows as it needs; cells can be reached by the arrow keys and carry their words."""
    in_row = min(len(cells), MOST_IN_ROW) or 1
    rows = -(-len(cells) // in_row)
    wide = min(WIDEST, WIDTH / in_row)
    drawn = [_cell(cell, x=(at % in_row) * wide, y=(at // in_row) * ROW, wide=wide) for at, cell in enumerate(cells)]
    lines = [_middle(min(in_row, len(cells) - row * in_row) * wide, y=row * ROW + MIDDLE) for row in range(rows)]
    return node(
        "svg",
        _patterns(),
        *lines,
        *drawn,
        viewBox=f"0 0 {WIDTH:.0f} {rows * ROW:.0f}",
        class_="strip",
        role="group",
        aria_label=label,
    )


def _patterns() -> Node:
    lines = node("path", d="M-1 1 l2 -2 M0 6 l6 -6 M5 7 l2 -2", class_="withdrawal-line")
    dots = node("circle", cx=2.5, cy=2.5, r=1.3, class_="confrontation-dot")
    return node(
        "defs",
        node(
            "pattern",
            node("rect", width=6, height=6, class_="withdrawal-ground"),
            lines,
            id="lines",
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
        ),
        node(
            "pattern",
            node("rect", width=5, height=5, class_="confrontation-ground"),
            dots,
            id="dots",
            width=5,
            height=5,
            patternUnits="userSpaceOnUse",
        ),
    )


def _middle(width: float, *, y: float) -> Node:
    return node("path", d=f"M0 {y:.1f} h{width:.1f}", class_="middle")


def _cell(cell: Cell, *, x: float, y: float, wide: float) -> Node:
    gap = min(2.0, wide * 0.15)
    inner = wide - gap
    return node(
        "g",
        node("title", text=cell.label),
        node("rect", x=x, y=y + 2, width=wide, height=ROW - 4, class_="hit"),
        *_bars(cell, x=x, y=y + MIDDLE, wide=inner),
        *_marks(cell, x=x + inner / 2, y=y, wide=inner),
        *((node("rect", x=x, y=y + ROW - 8, width=wide, height=4, class_="bracket"),) if cell.in_moment else ()),
        class_="cell",
        role="button",
        tabindex="-1",
        aria_label=cell.label,
        data_first=str(cell.first_turn),
        data_end=str(cell.end_turn),
    )


def _bars(cell: Cell, *, x: float, y: float, wide: float) -> Iterator[Node]:
    if cell.withdrawal:
        high = cell.withdrawal * LEVEL
        yield node("rect", x=x, y=y - high, width=wide, height=high, fill="url(#lines)", class_="withdrawal")
    if cell.confrontation:
        yield node("rect", x=x, y=y, width=wide, height=cell.confrontation * LEVEL * 0.85, fill="url(#dots)", class_="confrontation")
    if not cell.withdrawal and not cell.confrontation:
        yield node("rect", x=x, y=y - 1.5, width=wide, height=3, class_="calm")


def _marks(cell: Cell, *, x: float, y: float, wide: float) -> Iterator[Node]:
    """Draw what people did: a diamond for chosen, a ring for pinned, a dot for decided."""
    size = min(4.0, max(2.0, wide / 3))
    top = y + 6
    if cell.chosen:
        diamond = f"M{x:.1f} {top - size:.1f} l{size:.1f} {size:.1f} l-{size:.1f} {size:.1f} l-{size:.1f} -{size:.1f} z"
        yield node("path", d=diamond, class_="chosen")
    elif cell.pinned:
        yield node("circle", cx=x, cy=top, r=size * 0.8, class_="pinned")
    elif cell.decided:
        yield node("circle", cx=x, cy=top, r=size * 0.6, class_="decided")
