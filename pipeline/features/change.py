"""Locate a lasting shift inside a session with a change-point method (`ruptures`)."""

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
    from ruptures.detection import Binseg

    search = Binseg(model="l2", min_size=MIN_PART, jump=1).fit(scaled)
    split: int = search.predict(n_bkps=1)[0]
    gain = search.cost.sum_of_costs([len(scaled)]) - search.cost.sum_of_costs([split, len(scaled)])
    return split if split < len(scaled) and gain > penalty else None
