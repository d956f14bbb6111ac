"""Raw scores to calibrated likelihoods, and likelihoods to bands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.manifest import Band, KindPolicy


def calibrate(raw: NDArray[np.float64], *, policy: KindPolicy) -> NDArray[np.float64]:
    """Map raw scores [n] to likelihoods [n] along the policy's knots; monotone, constant beyond the ends."""
    xs, ys = zip(*policy.knots, strict=True)
    return np.asarray(np.interp(raw, np.asarray(xs), np.asarray(ys)), dtype=np.float64)


def band_of(p: float, *, bands: Sequence[Band]) -> Band:
    """Return the band that holds `p`; the last one also holds 1."""
    return next((band for band in bands if band.floor <= p < band.ceiling), bands[-1])
