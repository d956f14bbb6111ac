"""Sounds that mean yes or no: spelled in one way, never turned into their opposite (Mergenthaler & Stinson 1992).

`uh-huh` and `mm-hm` affirm; `uh-uh`, `huh-uh` and `hm-mm` negate. Only forms that every reader takes one way are typed: a
spaced `uh uh` is two hesitations, `uhuh` could be either, and both stay as they are.
"""

from __future__ import annotations

from pipeline.core.records import MarkKind

SOUNDS: tuple[tuple[str, str | None, MarkKind], ...] = (
    (r"n[au]h+[ -]?uh+", "nuh-uh", MarkKind.NEGATE),
    (r"u[hn]+-uh+", "uh-uh", MarkKind.NEGATE),
    (r"h+uh+-uh+", "huh-uh", MarkKind.NEGATE),
    (r"h+m+-mm+", "hm-mm", MarkKind.NEGATE),
    (r"mm+-mm+", "mm-mm", MarkKind.NEGATE),
    (r"na+h+", "nah", MarkKind.NEGATE),
    (r"u+h+[ -]huh+|uh+huh+", "uh-huh", MarkKind.AFFIRM),
    (r"m+[ -]h+m+|m+h+m+", "mm-hm", MarkKind.AFFIRM),
    (r"yeah+|yea+h", "yeah", MarkKind.AFFIRM),
    (r"yep+", "yep", MarkKind.AFFIRM),
    (r"yup+", "yup", MarkKind.AFFIRM),
)
"""Pattern, canonical spelling, kind; the first that matches wins, so negations stand before what they contain."""

FILLERS: tuple[tuple[str, str], ...] = (
    (r"u+m+|u+h+m+|e+h+m+", "um"),
    (r"u+h+", "uh"),
    (r"e+r+m+", "erm"),
    (r"e+r+", "er"),
    (r"h+m+", "hm"),
    (r"m{2,}", "mm"),
)
"""Pattern and canonical spelling of hesitations and non-committal sounds."""
