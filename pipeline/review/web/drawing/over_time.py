"""A dyad's sessions in their order: how many moments people confirmed, how many were acknowledged, and, greyed, what the tool flagged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.review.web.drawing.node import Node, node

STEP = 76.0
DOT = 9.0
FOOT = 46.0
FEWEST_HIGH = 3
MOST_DOTS = 8
LINE_FROM = 4


@dataclass(frozen=True, slots=True)
class Point:
    """Hold one session: its number, counts by people, the tool's own count, and all of it in words."""

    session_no: int
    confirmed: int
    acknowledged: int
    flagged: int
    label: str


def draw_over_time(points: Sequence[Point], *, label: str) -> Node:
    """Draw one column a session. No line joins fewer than four; none ever says where things go."""
    width = max(1, len(points)) * STEP + 20
    high = min(MOST_DOTS, max([FEWEST_HIGH, *(max(point.confirmed, point.flagged) for point in points)]))
    base = high * 2 * DOT + 10
    joined = (_line(points, base=base),) if len(points) >= LINE_FROM else ()
    return node(
        "svg",
        node("path", d=f"M10 {base + 14:.0f} h{width - 20:.0f}", class_="axis"),
        *joined,
        *(part for at, point in enumerate(points) for part in _column(point, x=_x(at), base=base)),
        viewBox=f"0 0 {width:.0f} {base + FOOT:.0f}",
        width=width * 1.2,
        class_="over-time",
        role="img",
        aria_label=label,
    )


def _x(at: int) -> float:
    return 10 + STEP * (at + 0.5)


def _y(count: float, *, base: float) -> float:
    """Return the height of the topmost of so many dots; none stands on the base."""
    return base - (min(max(count, 0.5), MOST_DOTS) - 0.5) * 2 * DOT


def _line(points: Sequence[Point], *, base: float) -> Node:
    steps = " L".join(f"{_x(at):.1f} {_y(point.confirmed, base=base):.1f}" for at, point in enumerate(points))
    return node("path", d=f"M{steps}", class_="joined")


def _column(point: Point, *, x: float, base: float) -> Iterator[Node]:
    yield node("title", text=point.label)
    for at in range(min(point.flagged, MOST_DOTS)):
        yield node("circle", cx=x + 2.4 * DOT, cy=_y(at + 1, base=base), r=DOT * 0.5, class_="flagged")
    for at in range(min(point.confirmed, MOST_DOTS)):
        kind = "acknowledged" if at < point.acknowledged else "confirmed"
        yield node("circle", cx=x, cy=_y(at + 1, base=base), r=DOT - 2, class_=kind)
    if not point.confirmed:
        yield node("path", d=f"M{x - 5:.1f} {base:.1f} h10", class_="none")
    yield node("text", x=x, y=base + FOOT - 10, text_anchor="middle", class_="number", text=str(point.session_no))
