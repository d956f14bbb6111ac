"""The intraclass correlation ICC(A,1): absolute agreement of single raters, two-way (Shrout & Fleiss 1979, case 2; McGraw & Wong 1996)."""

from __future__ import annotations

import numpy as np

from pipeline.review.agreement.coefficient import Coefficient, Floats, ratio


def icc_a1(raters: int) -> Coefficient:
    """Return ICC(A,1) over the units that all `raters` rated; undefined with fewer than two units or raters, or without any variation."""
    return Coefficient(lambda values: _sums(values, raters), lambda sums: _icc(sums, raters))


def _sums(values: Floats, raters: int) -> Floats:
    """Return for each complete unit: 1, its values by rater, the sum of their squares, and the square of their sum over `raters`."""
    complete = np.asarray(~np.isnan(values).any(axis=1))
    known = np.where(complete[:, None], values, 0.0)
    return np.column_stack([complete, known, (known**2).sum(axis=1), known.sum(axis=1) ** 2 / raters]).astype(np.float64)


def _icc(sums: Floats, raters: int) -> Floats:
    units, by_rater, squares, by_unit = sums[..., 0], sums[..., 1 : 1 + raters], sums[..., -2], sums[..., -1]
    if raters < 2:
        return np.full(units.shape, np.nan)
    n = np.where(units > 1, units, np.nan)
    mean = by_rater.sum(axis=-1) ** 2 / (n * raters)
    between_units, between_raters = by_unit - mean, (by_rater**2).sum(axis=-1) / n - mean
    rest = squares - mean - between_units - between_raters
    rows, columns, error = between_units / (n - 1), between_raters / (raters - 1), rest / ((n - 1) * (raters - 1))
    below = rows + (raters - 1) * error + raters * (columns - error) / n
    return np.where(np.isnan(n), np.nan, ratio(rows - error, np.where(np.isnan(below), 0.0, below)))
