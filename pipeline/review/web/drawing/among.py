"""Where one measure lies among the client's own earlier sessions: a dot on a line from below all of them to above all of them."""

from __future__ import annotations

from pipeline.review.web.drawing.node import Node, node

WIDTH, HEIGHT, EDGE = 180.0, 22.0, 10.0


def draw_among(share: float, *, label: str) -> Node:
    """Draw a share of earlier sessions that lay below (0 to 1). There are no norms and no good end."""
    x = EDGE + share * (WIDTH - 2 * EDGE)
    return node(
        "svg",
        node("path", d=f"M{EDGE} {HEIGHT / 2} h{WIDTH - 2 * EDGE}", class_="axis"),
        node("path", d=f"M{EDGE} 5 v12 M{WIDTH - EDGE} 5 v12", class_="axis"),
        node("circle", cx=x, cy=HEIGHT / 2, r=6, class_="here"),
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        class_="among",
        role="img",
        aria_label=label,
    )
