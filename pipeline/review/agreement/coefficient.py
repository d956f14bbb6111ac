"""What a coefficient is here: a sum over units, and a figure made from the sum.

Every coefficient of this package can be computed from sums over units, so a resampled data set is a weighted sum of the same parts, and
thousands of them cost one matrix product.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TINY = 1e-12


class Weighting(StrEnum):
    """Choose how much credit two categories that differ get: none, falling with their distance, or with its square."""

    IDENTITY = "identity"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """Hold a coefficient in two steps.

    `parts` maps values [units, raters], whole numbers from 0 and NaN where a rater gave none, to [units, parts], which are added up over
    units. `estimate` maps such sums [..., parts] to figures [...], NaN where they are undefined.
    """

    parts: Callable[[Floats], Floats]
    estimate: Callable[[Floats], Floats]

    def of(self, values: Floats) -> float | None:
        """Return the figure for all units, None where it is undefined."""
        figure = float(self.estimate(self.parts(values).sum(axis=0)))
        return figure if np.isfinite(figure) else None


def agreement_weights(categories: int, weighting: Weighting) -> Floats:
    """Return the credit [categories, categories] of each pair of categories, 1 on the diagonal."""
    if weighting is Weighting.IDENTITY:
        return np.eye(categories)
    distance = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))) / (categories - 1)
    return np.asarray(1.0 - distance ** (1 if weighting is Weighting.LINEAR else 2), dtype=np.float64)


def category_counts(values: Floats, categories: int) -> Floats:
    """Return how many raters gave each category to each unit [units, categories]."""
    return np.stack([(values == category).sum(axis=1) for category in range(categories)], axis=1).astype(np.float64)


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide, with NaN where the divisor is as good as 0."""
    defined = np.abs(below) > TINY
    return np.where(defined, above / np.where(defined, below, 1.0), np.nan)
