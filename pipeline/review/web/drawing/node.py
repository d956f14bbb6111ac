"""One element of a drawing."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.core.records import Record


class Node(Record):
    """Hold an element: its tag, its attributes, and its children or its words. Colours are classes; the stylesheet has them."""

    tag: str
    attrs: Mapping[str, str] = {}
    children: tuple[Node, ...] = ()
    text: str = ""


def node(tag: str, *children: Node, text: str = "", **attrs: str | float) -> Node:
    """Return an element; `_` in a name of an attribute is `-`, numbers are rounded to hundredths."""
    told = {name.strip("_").replace("_", "-"): value if isinstance(value, str) else f"{value:.2f}" for name, value in attrs.items()}
    return Node(tag=tag, attrs=told, children=children, text=text)
