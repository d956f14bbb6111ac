"""The kinds of sentence that the wording table holds: plain ones, ones with places to fill, and counted nouns."""

from __future__ import annotations

from collections.abc import Callable
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator

from pipeline.core.records import Record


def slots(*names: str) -> Callable[[str], str]:
    """Return a validator for a sentence that is not empty and has exactly the places `names` to fill, each at least once."""

    def check(sentence: str) -> str:
        found = {(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(sentence) if name is not None}
        if not sentence.strip() or found != {(name, "", None) for name in names}:
            raise ValueError("the sentence is empty or its places to fill are not the expected ones")
        return sentence

    return check


Plain = Annotated[str, AfterValidator(slots())]
OfN = Annotated[str, AfterValidator(slots("n"))]


class Counted(Record):
    """Count things of one sort: `one` for exactly one, `many` for any other number."""

    one: Plain
    many: OfN

    def of(self, n: int) -> str:
        """Return the number with its noun."""
        return self.one if n == 1 else self.many.format(n=f"{n:,}")
