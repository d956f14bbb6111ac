"""Gwet's AC1 and AC2: agreement beyond chance that stays readable when a category is rare (Gwet 2008; Handbook, 4th edition, 2014)."""

from __future__ import annotations

import numpy as np

from pipeline.review.agreement.coefficient import TINY, Coefficient, Floats, Weighting, agreement_weights, category_counts, ratio

_PLAIN_PARTS = 3


def gwet(categories: int, *, weighting: Weighting = Weighting.IDENTITY) -> Coefficient:
    """Return AC1, or AC2 under weights, for any number of raters with missing ratings.

    Chance agreement uses every rated unit, observed agreement those with two ratings or more. Where one category was given throughout the
    formula says 1; we call it undefined, since such ratings say nothing about reliability.
    """
    weights = agreement_weights(categories, weighting)
    return Coefficient(lambda values: _sums(values, weights), lambda sums: _coefficient(sums, weights))


def percent_agreement(categories: int) -> Coefficient:
    """Return the share of pairs of ratings of a unit that are the same, averaged over units with two ratings or more."""
    identity = np.eye(categories)
    return Coefficient(lambda values: _sums(values, identity), lambda sums: ratio(sums[..., 0], sums[..., 1]))


def _sums(values: Floats, weights: Floats) -> Floats:
    """Return for each unit: its weighted agreement, whether two rated it, whether anybody did, and its share of each category."""
    counts = category_counts(values, len(weights))
    given = counts.sum(axis=1)
    paired = given > 1
    credit = (counts * (counts @ weights - 1.0)).sum(axis=1) / np.where(paired, given * (given - 1), 1.0)
    shares = counts / np.where(given > 0, given, 1.0)[:, None]
    return np.column_stack([np.where(paired, credit, 0.0), paired, given > 0, shares]).astype(np.float64)


def _coefficient(sums: Floats, weights: Floats) -> Floats:
    categories = len(weights)
    shares = sums[..., _PLAIN_PARTS:] / np.where(sums[..., 2] > 0, sums[..., 2], 1.0)[..., None]
    chance = weights.sum() * (shares * (1.0 - shares)).sum(axis=-1) / (categories * (categories - 1))
    seen = ratio(sums[..., 0], sums[..., 1])
    return np.where(shares.max(axis=-1) > 1.0 - TINY, np.nan, ratio(seen - chance, 1.0 - chance))
