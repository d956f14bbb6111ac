"""Observations lined up: one row a unit, one column a rater."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.core.records import SpeakerRole
from pipeline.review.agreement.coefficient import Floats
from pipeline.review.agreement.sources import Condition, KnownSession, Observation

Unit = tuple[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Hold what several raters said of the units that at least two of them rated, in a fixed order.

    `clusters` [units] numbers the dyad of each unit, or its session where no dyad is known; `dyads` says how many clusters are dyads.
    """

    raters: tuple[str, ...]
    rows: tuple[Mapping[str, Observation], ...]
    clusters: NDArray[np.int64]
    cluster_count: int
    dyads: int
    sessions: int

    def values(self, name: str) -> Floats:
        """Return the values [units, raters] of a scale, or of a code as 0 and 1; NaN where a rater did not rate the unit."""
        rows = [[float(row[rater].values.get(name, 0)) if rater in row else np.nan for rater in self.raters] for row in self.rows]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.raters))


def raters_of(observations: Sequence[Observation], condition: Condition) -> tuple[str, ...]:
    """Return who rated under a condition, sorted."""
    return tuple(sorted({one.rater for one in observations if one.condition is condition}))


def line_up(
    observations: Sequence[Observation],
    *,
    condition: Condition,
    side: SpeakerRole,
    raters: Sequence[str],
    known: Mapping[str, KnownSession],
) -> UnitTable:
    """Line up what these raters said of one side under one condition; of two ratings by one rater of one unit the later one counts."""
    units: dict[Unit, dict[str, Observation]] = {}
    for one in observations:
        if one.condition is condition and one.side is side and one.rater in raters:
            units.setdefault((one.text_sha256, one.unit), {})[one.rater] = one
    shared = sorted(unit for unit, row in units.items() if len(row) > 1)
    names = [_cluster(text_sha256, known) for text_sha256, _ in shared]
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    return UnitTable(
        raters=tuple(raters),
        rows=tuple(units[unit] for unit in shared),
        clusters=np.array([numbers[name] for name in names], dtype=np.int64),
        cluster_count=len(numbers),
        dyads=sum(is_dyad for is_dyad, _ in numbers),
        sessions=len({text_sha256 for text_sha256, _ in shared}),
    )


def _cluster(text_sha256: str, known: Mapping[str, KnownSession]) -> tuple[bool, str]:
    session = known.get(text_sha256)
    return (True, session.dyad_id) if session and session.dyad_id else (False, text_sha256)
