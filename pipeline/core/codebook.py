"""The codes of the coding manual, read from `configs/codebook.toml`."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from pipeline.core.paths import configs_dir
from pipeline.core.records import Record


class CodeFamily(StrEnum):
    """Group the codes: two kinds of client marker, the therapist's resolution strategies and contributions."""

    WITHDRAWAL = "withdrawal"
    CONFRONTATION = "confrontation"
    RESOLUTION = "resolution"
    CONTRIBUTION = "contribution"


class Code(Record):
    """Describe one code of the manual."""

    code: str
    name: str
    family: CodeFamily
    meaning: str


class Codebook(Record):
    """Hold the version and all codes of the manual, in its order."""

    version: str
    codes: Annotated[tuple[Code, ...], Field(min_length=1)]

    def of(self, family: CodeFamily) -> tuple[str, ...]:
        """Return the code strings of one family, in the manual's order."""
        return tuple(code.code for code in self.codes if code.family is family)

    def __contains__(self, code: str) -> bool:
        return any(known.code == code for known in self.codes)

    def name(self, code: str) -> str:
        """Return the plain name of a code; raises `KeyError` for one that the manual does not have."""
        return next((known.name for known in self.codes if known.code == code), None) or _missing(code)


def _missing(code: str) -> str:
    raise KeyError(code)


@lru_cache(maxsize=1)
def codebook() -> Codebook:
    """Read the shipped codebook once."""
    with (configs_dir() / "codebook.toml").open("rb") as handle:
        return Codebook.model_validate(tomllib.load(handle))
