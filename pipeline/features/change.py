"""Locate a lasting shift inside a session: the exact search for one change of mean, as `ruptures` has it.

The package itself brings SciPy and with it 150 MB that scoring would not otherwise need, past the limit of the base install; the
suite holds this search against `ruptures.Binseg` instead.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

MIN_PART = 6
PENALTY = 3.0


def shift_at(signal: NDArray[np.float32]) -> int | None:
    """Return the row where `signal` (rows of standardised measures, oldest first) changes its mean for good, or None.

    One change point by least squares; it counts only when it explains more than a BIC-like penalty (three times the number of
    columns times the log of the rows) and both parts have six rows or more. Short sessions have none.
    """
    rows, columns = signal.shape
    if rows < 2 * MIN_PART:
        return None
    spread = signal.std(axis=0)
    scaled = (signal - signal.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    if not spread.any():
        return None
    return _penalised(scaled, penalty=PENALTY * columns * log(rows))


def _penalised(scaled: NDArray[np.float32], *, penalty: float) -> int | None:
    """Return the split with the largest gain in squared error over no split, where it beats `penalty`.

    The gain of a split is `n1 n2 / n` times the squared distance of the two means: exact over all splits in one pass.
    """
    rows = len(scaled)
    sums = np.cumsum(scaled.astype(np.float64), axis=0)
    splits = np.arange(MIN_PART, rows - MIN_PART + 1)
    before = sums[splits - 1] / splits[:, None]
    after = (sums[-1] - sums[splits - 1]) / (rows - splits)[:, None]
    gains = splits * (rows - splits) / rows * ((before - after) ** 2).sum(axis=1)
    best = int(np.argmax(gains))
    return int(splits[best]) if gains[best] > penalty else None
