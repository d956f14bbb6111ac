"""Shares that stand beside the coefficients: how often a value was given at all."""

from __future__ import annotations

import numpy as np

from pipeline.review.agreement.coefficient import Coefficient, Floats, ratio


def prevalence(*, at_least: int) -> Coefficient:
    """Return the share of all ratings that are `at_least` this value."""
    return Coefficient(lambda values: _given(values, at_least), lambda sums: ratio(sums[..., 0], sums[..., 1]))


def _given(values: Floats, at_least: int) -> Floats:
    return np.column_stack([(values >= at_least).sum(axis=1), (~np.isnan(values)).sum(axis=1)]).astype(np.float64)
