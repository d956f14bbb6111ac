"""Every sentence that people read on a page or a brief, from `configs/wording.toml`, with its places to fill checked.

One table for all of them, so that one test can hold all of it against the words that we do not use. A new section is a record
here and a table there.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationError

from pipeline.core.errors import UsageError
from pipeline.core.paths import configs_dir
from pipeline.core.records import Record
from pipeline.core.results import RuptureKind
from pipeline.core.sentences import Counted, OfN, Plain, slots
from pipeline.core.wording_page import PageWording
from pipeline.core.wording_review import AgreeWording, BriefWording, RatingsWording


class KindWording(Record):
    """Name what a moment may be."""

    either: Plain
    withdrawal: Plain
    confrontation: Plain
    both: Plain

    def of(self, kinds: tuple[RuptureKind, ...]) -> str:
        """Return the words for the kinds of one moment, in whatever order they come; `either` where none is named."""
        if not kinds:
            return self.either
        return self.both if len(set(kinds)) > 1 else str(getattr(self, kinds[0].value))


class BandWording(Record):
    """Name the bands of likelihood, from low to high: the order of the fields is the order of the bands."""

    calm: Plain
    faint: Plain
    possible: Plain
    marked: Plain

    def level(self, band: str) -> int | None:
        """Return the place of a band from the bottom, 0 for calm; None for one that another version made."""
        return _BAND_LEVELS.get(band)

    def of(self, band: str) -> str:
        """Return the word for a band; an unknown one stands for itself."""
        return band if self.level(band) is None else str(getattr(self, band))


_BAND_LEVELS = {name: level for level, name in enumerate(BandWording.model_fields)}


class CountedWording(Record):
    """Count the things that every page counts."""

    sessions: Counted
    dyads: Counted
    segments: Counted
    client_turns: Counted
    words: Counted
    files: Counted


class CommonWording(Record):
    """Say what the tool is and is not, and name what all pages name."""

    purpose: Plain
    rupture: Plain
    flag: Plain
    no_flag: Plain
    nothing_flagged: Plain
    misses: Plain
    words_only: Plain
    limits_of_use: Plain
    confidential: Plain
    kinds: KindWording
    bands: BandWording
    counted: CountedWording


class SeverityWording(Record):
    """Name the severities of warnings."""

    error: Plain
    warning: Plain
    info: Plain


class ProblemWording(Record):
    """Say why a file of the folder is not on the page."""

    cut_short: Plain
    not_a_result: Plain
    too_large: Plain
    unreadable: Plain


class ReportWording(Record):
    """Hold the sentences of the page that `rupture report` writes."""

    title: Plain
    contents: Plain
    about: Plain
    source: Plain
    printing: Plain
    folder: Plain
    read: Annotated[str, AfterValidator(slots("sessions", "dyads", "alone"))]
    flagless: Annotated[str, AfterValidator(slots("n", "sessions"))]
    none_read: Plain
    not_read: Annotated[str, AfterValidator(slots("files", "reasons"))]
    doubled: OfN
    models: Plain
    model: Plain
    fingerprint: Plain
    version: Plain
    model_sessions: Plain
    mixed_models: Plain
    mixed_settings: OfN
    unknown_bands: OfN
    legend: Plain
    legend_cells: Plain
    legend_withdrawal: Plain
    legend_confrontation: Plain
    legend_moment: Plain
    legend_bands: Annotated[str, AfterValidator(slots("bands"))]
    over_time: Plain
    dyad: Plain
    dyad_why: Plain
    alone: Plain
    alone_why: Plain
    session_no: OfN
    no_session_no: Plain
    strip: Annotated[str, AfterValidator(slots("segments", "withdrawal", "confrontation", "moments"))]
    strip_band: Annotated[str, AfterValidator(slots("band", "turns"))]
    strip_faint: Annotated[str, AfterValidator(slots("band", "segments"))]
    strip_calm: Plain
    strip_moments: Counted
    no_segments: Plain
    turns: Annotated[str, AfterValidator(slots("first", "last"))]
    one_turn: Annotated[str, AfterValidator(slots("first"))]
    times: Annotated[str, AfterValidator(slots("start", "end"))]
    moment: Annotated[str, AfterValidator(slots("turns", "kinds", "band"))]
    moment_timed: Annotated[str, AfterValidator(slots("turns", "times", "kinds", "band"))]
    what_words_show: Annotated[str, AfterValidator(slots("codes"))]
    no_marker: Plain
    answered: Plain
    not_answered: Plain
    unusable: Plain
    session_warnings: Annotated[str, AfterValidator(slots("codes"))]
    compared: Plain
    compared_how: Plain
    compared_dots: Annotated[str, AfterValidator(slots("measure", "sessions"))]
    compared_one: Annotated[str, AfterValidator(slots("n", "where"))]
    too_few: Annotated[str, AfterValidator(slots("sessions"))]
    not_compared: Plain
    edge_high: Annotated[str, AfterValidator(slots("measures"))]
    edge_low: Annotated[str, AfterValidator(slots("measures"))]
    warnings: Plain
    no_warnings: Plain
    warning_code: Plain
    warning_meaning: Plain
    warning_sessions: Plain
    warning_count: Plain
    severity: SeverityWording
    problems: ProblemWording
    measures: dict[str, Plain]


class Wording(Record):
    """Hold the whole table: `common` for all pages, then a section a page."""

    common: CommonWording
    report: ReportWording
    brief: BriefWording
    ratings: RatingsWording
    agree: AgreeWording
    page: PageWording


def load_wording(path: Path) -> Wording:
    """Read a wording table; raises `UsageError` with the keys that are missing, unknown or wrongly filled."""
    try:
        with path.open("rb") as handle:
            return Wording.model_validate(tomllib.load(handle))
    except ValidationError as error:
        places = ", ".join(sorted({".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)}))
        raise UsageError("WRD-001", "the wording table has a missing, unknown or wrongly filled key", place=places) from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise UsageError("WRD-002", "the wording table cannot be read", way_out="Restore configs/wording.toml.") from None


@lru_cache(maxsize=1)
def wording() -> Wording:
    """Read the shipped table once."""
    return load_wording(configs_dir() / "wording.toml")
