"""What keeps a worse model out: the criteria of a promotion, each with what it saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.training.site.comparison import SITE, Check, Comparison

MOST_BYTES, MOST_TIME = 1.10, 1.25
"""How much larger and how much slower a challenger may be than the champion."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """Hold one criterion: what it is about, whether it is met, and why not."""

    name: str
    met: bool
    why: str = ""


def judge_gate(comparison: Comparison, *, slower: float | None = None) -> tuple[Criterion, ...]:
    """Return every criterion. `slower` is the challenger's time on one session over the champion's, None where it was not measured.

    A figure fails when the challenger is worse by more than chance: the whole 95 % interval of the difference lies on the worse side.
    """
    return tuple(_criteria(comparison, slower))


def _criteria(comparison: Comparison, slower: float | None) -> Iterator[Criterion]:
    for name, one in comparison.sets.items():
        for kind, figures in one.kinds.items():
            yield Criterion(f"{name}, {kind}: ranking", not figures.average_precision.is_lower, "it finds fewer of the clear turns")
            yield Criterion(f"{name}, {kind}: calibration", not figures.calibration_error.is_higher, "its likelihoods fit worse")
        for source, change in one.sources.items():
            yield Criterion(f"{name}, source {source}", not change.is_lower, "it finds fewer of the clear turns")
    site = comparison.sets.get(SITE)
    yield Criterion("blind-rated test sessions of your own", bool(site and site.sessions), "there is none, so nothing shows that it fits")
    yield Criterion("whole test set", not comparison.test_sessions_missing, "some of its sessions were not given")
    size = comparison.challenger_bytes <= MOST_BYTES * comparison.champion_bytes
    yield Criterion("size", size, "it is more than a tenth larger")
    yield Criterion("speed", slower is None or slower <= MOST_TIME, "it is more than a quarter slower")
    stopping = {finding.check for finding in comparison.findings if finding.stops}
    for check in Check:
        if check is not Check.NO_BLIND_TEST:
            yield Criterion(f"ratings: {check.value}", check not in stopping, "the ratings do not look sound")
