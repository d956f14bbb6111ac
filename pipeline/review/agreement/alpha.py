"""Krippendorff's alpha: any number of raters, missing ratings, and a metric that fits the scale (Krippendorff 2011, 2019)."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from pipeline.review.agreement.coefficient import Coefficient, Floats, category_counts, ratio


class Metric(StrEnum):
    """Choose how far two categories lie apart: all alike, by how many ratings lie between them, or by their numbers."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def krippendorff(categories: int, *, metric: Metric) -> Coefficient:
    """Return alpha, over units with at least two ratings; undefined when only one category was ever given."""
    return Coefficient(lambda values: _coincidences(values, categories), lambda sums: _alpha(sums, categories, metric))


def _coincidences(values: Floats, categories: int) -> Floats:
    """Return each unit's pairs of ratings [units, categories * categories], every rating counting once."""
    counts = category_counts(values, categories)
    given = counts.sum(axis=1)
    pairs = counts[:, :, None] * (counts[:, None, :] - np.eye(categories))
    pairs = pairs / np.where(given > 1, given - 1, 1)[:, None, None]
    return np.asarray(np.where((given > 1)[:, None, None], pairs, 0.0).reshape(len(values), categories**2), dtype=np.float64)


def _alpha(sums: Floats, categories: int, metric: Metric) -> Floats:
    table = sums.reshape(*sums.shape[:-1], categories, categories)
    given = table.sum(axis=-1)
    apart = _distances(given, metric)
    seen = (table * apart).sum(axis=(-2, -1))
    expected = (given[..., :, None] * given[..., None, :] * apart).sum(axis=(-2, -1))
    return np.asarray(1.0 - (given.sum(axis=-1) - 1.0) * ratio(seen, expected), dtype=np.float64)


def _distances(given: Floats, metric: Metric) -> Floats:
    """Return squared distances [..., k, k]; ordinal ones depend on how often the categories between were given."""
    categories = given.shape[-1]
    numbers = np.arange(categories)
    if metric is Metric.NOMINAL:
        return 1.0 - np.eye(categories)
    if metric is Metric.INTERVAL:
        return np.asarray(np.subtract.outer(numbers, numbers) ** 2, dtype=np.float64)
    up_to = np.cumsum(given, axis=-1)
    middle = up_to - given / 2  # the mean rank of a category's ratings
    return np.asarray((middle[..., :, None] - middle[..., None, :]) ** 2, dtype=np.float64)
