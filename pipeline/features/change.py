"""Locate a lasting shift inside a session: one change point in the mean, by least squares.

This is `ruptures.Binseg(model="l2")` with one break and a penalty (Truong, Oudre & Vayatis 2020). One break has a closed form,
so scoring needs neither `ruptures` nor SciPy, which together take longer to import than a session to score; the test suite
holds the closed form against `ruptures`.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

MIN_PART = 6
PENALTY = 3.0


def shift_at(signal: NDArray[np.float32]) -> int | None:
    """Return the row where `signal` (rows of standardised measures, oldest first) changes its mean for good, or None.

    A change counts only when it explains more than a BIC-like penalty (three times the number of columns times the log of the
    rows) and both parts have six rows or more. Short and constant sessions have none.
    """
    rows, columns = signal.shape
    spread = signal.std(axis=0)
    if rows < 2 * MIN_PART or not spread.any():
        return None
    scaled = (signal - signal.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    split, gain = best_split(scaled)
    return split if gain > PENALTY * columns * log(rows) else None


def best_split(scaled: NDArray[np.float32]) -> tuple[int, float]:
    """Return the split that lowers the summed squared error most, and by how much; `scaled` has mean 0 in every column."""
    rows = len(scaled)
    before = np.cumsum(scaled.astype(np.float64), axis=0)[MIN_PART - 1 : rows - MIN_PART]
    counts = np.arange(MIN_PART, rows - MIN_PART + 1)[:, None]
    gains = (before**2 / counts + before**2 / (rows - counts)).sum(axis=1)
    best = int(np.argmax(gains))
    return best + MIN_PART, float(gains[best])
