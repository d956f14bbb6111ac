"""Cohen's kappa of two raters (Cohen 1960), and weighted by the distance of categories (Cohen 1968)."""

from __future__ import annotations

import numpy as np

from pipeline.review.agreement.coefficient import Coefficient, Floats, Weighting, agreement_weights, ratio


def cohen(categories: int, *, weighting: Weighting = Weighting.IDENTITY) -> Coefficient:
    """Return kappa for the first two raters, over units that both rated; undefined when both gave one and the same category throughout."""
    weights = agreement_weights(categories, weighting)
    return Coefficient(lambda values: _crossed(values, categories), lambda sums: weighted_kappa(_square(sums, categories), weights))


def weighted_kappa(table: Floats, weights: Floats) -> Floats:
    """Return kappa of contingency tables [..., k, k] of counts or shares, under agreement weights [k, k]."""
    total = table.sum(axis=(-2, -1))
    shares = table / np.where(total > 0, total, 1.0)[..., None, None]
    chance = shares.sum(axis=-1)[..., :, None] * shares.sum(axis=-2)[..., None, :]
    seen, expected = (shares * weights).sum(axis=(-2, -1)), (chance * weights).sum(axis=(-2, -1))
    return np.where(total > 0, ratio(seen - expected, 1.0 - expected), np.nan)


def _crossed(values: Floats, categories: int) -> Floats:
    """Return one cell of the contingency table a unit, [units, categories * categories]; units with one rating count nowhere."""
    first, second = (np.equal.outer(values[:, rater], np.arange(categories)) for rater in (0, 1))
    return (first[:, :, None] & second[:, None, :]).reshape(len(values), categories**2).astype(np.float64)


def _square(sums: Floats, categories: int) -> Floats:
    return sums.reshape(*sums.shape[:-1], categories, categories)
