"""Build HTML in which every string is escaped unless it was built here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

_CONTROLS = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_NO_ATTRIBUTES: Mapping[str, str] = {}


class Html(str):
    """Mark a string as markup that this module built; any other string is text."""

    __slots__ = ()


def text(value: str) -> Html:
    """Return text as markup; characters that control terminals or turn the reading direction become U+FFFD.

    >>> text('<b> & "')
    '&lt;b&gt; &amp; &quot;'
    """
    return Html(escape(_CONTROLS.sub("\ufffd", value), quote=True))


def joined(parts: Iterable[str], *, by: str = "") -> Html:
    """Return the parts as one piece of markup, text escaped, with `by` between them."""
    return Html(text(by).join(part if isinstance(part, Html) else text(part) for part in parts))


def element(name: str, content: str | Iterable[str] = (), *, attributes: Mapping[str, str] = _NO_ATTRIBUTES) -> Html:
    """Return an element; its content is text, markup or a row of both, its attribute values are text.

    >>> element("p", ["a < b", element("b", "c")], attributes={"class": "x"})
    '<p class="x">a &lt; b<b>c</b></p>'
    """
    inner = joined([content] if isinstance(content, str) else content)
    return Html(f"{_open(name, attributes)}{inner}</{name}>")


def void(name: str, attributes: Mapping[str, str]) -> Html:
    """Return an element that has no content and no end tag, such as `meta`."""
    return Html(_open(name, attributes))


def _open(name: str, attributes: Mapping[str, str]) -> str:
    pairs = "".join(f' {key}="{text(value)}"' for key, value in attributes.items())
    return f"<{name}{pairs}>"
