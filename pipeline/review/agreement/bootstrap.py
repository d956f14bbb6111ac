"""Intervals from resampling whole dyads, since turns of one dyad are not independent (cluster bootstrap, Davison & Hinkley 1997)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.review.agreement.coefficient import Coefficient, Floats

DRAWS = 2_000
MIN_CLUSTERS = 5
"""Fewer dyads than this give no interval: what would be resampled is too little."""
_MIN_DEFINED = 0.9


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hold a figure with its 95 % interval; None stands for "not enough", of the figure or of the interval."""

    value: float | None
    low: float | None = None
    high: float | None = None


def draw_clusters(clusters: int, *, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return how often each cluster stands in each resampled data set [draws, clusters]."""
    return rng.multinomial(clusters, np.full(clusters, 1.0 / clusters), size=draws)


def with_interval(coefficient: Coefficient, values: Floats, *, clusters: NDArray[np.int64], drawn: NDArray[np.int64]) -> Estimate:
    """Return a coefficient of values [units, raters] with its percentile interval.

    `clusters` [units] numbers each unit's cluster from 0; `drawn` comes from `draw_clusters`. The interval is None with too few clusters,
    or when the coefficient is undefined in more than a tenth of the resampled data sets.
    """
    if len(values) < 2:
        return Estimate(None)
    parts = coefficient.parts(values)
    by_cluster = np.zeros((drawn.shape[1], parts.shape[1]))
    np.add.at(by_cluster, clusters, parts)
    value = float(coefficient.estimate(by_cluster.sum(axis=0)))
    if not np.isfinite(value):
        return Estimate(None)
    figures = coefficient.estimate(drawn @ by_cluster) if drawn.shape[1] >= MIN_CLUSTERS else np.empty(0)
    defined = figures[np.isfinite(figures)]
    if not len(figures) or len(defined) < _MIN_DEFINED * len(figures):
        return Estimate(value)
    low, high = np.percentile(defined, [2.5, 97.5])
    return Estimate(value, float(low), float(high))
