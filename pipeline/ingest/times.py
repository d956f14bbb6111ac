"""Times as files write them, in seconds."""

from __future__ import annotations

import math
import re

CLOCK = r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,6})?"
"""A regular expression for `1:02`, `00:01:02` and `00:01:02.500`."""

_CLOCK = re.compile(rf"^{CLOCK}$")
_NUMBER = re.compile(r"^[+-]?\d{1,12}(?:[.,]\d{1,20})?(?:e[+-]?\d{1,3})?\s*(?P<unit>s|sec|seconds|ms)?$", re.IGNORECASE)


def seconds_of(value: object) -> float | None:
    """Return a time in seconds, or None when `value` is not one; it may still be negative.

    Accepts numbers (seconds) and strings: clock times, and numbers with or without `s` or `ms`.

    >>> seconds_of("00:01:02.5"), seconds_of(3), seconds_of("1500 ms"), seconds_of("soon")
    (62.5, 3.0, 1.5, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        return _from_text(value.strip().strip("[]()"))
    return float(value) if abs(value) < 1e12 and math.isfinite(value) else None


def stated_seconds(value: object) -> float | None:
    """Return a time as `seconds_of` does, None where nothing is stated, and NaN where what is stated is not a time.

    The NaN lets the later check of times count what a file states and cannot be read.
    """
    if value is None or value == "":
        return None
    seconds = seconds_of(value)
    return math.nan if seconds is None else seconds


def _from_text(text: str) -> float | None:
    if _CLOCK.match(text):
        total = 0.0
        for part in text.replace(",", ".").split(":"):
            total = total * 60 + float(part)
        return round(total, 6)
    match = _NUMBER.match(text)
    if match is None:
        return None
    number = float(re.sub(r"[^\d.eE+-]", "", text.replace(",", ".").removesuffix(match["unit"] or "")))
    if not math.isfinite(number):
        return None
    return number / 1000 if (match["unit"] or "").casefold() == "ms" else number
