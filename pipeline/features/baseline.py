"""A speaker's own running baseline: what is usual for this person so far, pulled toward a prior while little is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

LIMIT = 3.0
PRIOR_WEIGHT = 5.0


@dataclass(frozen=True, slots=True)
class Prior:
    """Say what is usual among speakers before this one has said anything."""

    mean: float
    spread: float


@dataclass(slots=True)
class _Sums:
    count: int = 0
    total: float = 0.0
    squares: float = 0.0


@dataclass(slots=True)
class Baseline:
    """Hold running sums of one speaker's values, by name; only what was added before counts.

    The prior weighs as much as five turns (`PRIOR_WEIGHT`), in the mean and in the variance, so that the first turns of a session
    are compared with speakers at large and later ones more and more with the speaker's own.
    """

    _sums: dict[str, _Sums] = field(default_factory=lambda: defaultdict(_Sums))

    def deviation(self, name: str, value: float, *, prior: Prior) -> float:
        """Return how many spreads `value` lies from what is usual for this speaker, cut at 3 either way."""
        sums = self._sums[name]
        weight = PRIOR_WEIGHT + sums.count
        mean = (PRIOR_WEIGHT * prior.mean + sums.total) / weight
        scatter = sums.squares - 2 * mean * sums.total + sums.count * mean * mean
        variance = (PRIOR_WEIGHT * (prior.spread**2 + (prior.mean - mean) ** 2) + scatter) / weight
        spread = max(variance**0.5, prior.spread / 4)
        return bounded((value - mean) / spread)

    def add(self, name: str, value: float) -> None:
        """Take `value` into the baseline."""
        sums = self._sums[name]
        sums.count += 1
        sums.total += value
        sums.squares += value * value


def bounded(value: float) -> float:
    """Return `value` cut to -3 … 3."""
    return max(-LIMIT, min(LIMIT, value))
