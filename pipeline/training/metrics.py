"""Figures of merit that a rare event needs, with session-bootstrap intervals; undefined ones are None, never a perfect score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, cohen_kappa_score, roc_auc_score

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Metric = Callable[[Ints, Floats], float | None]


@dataclass(frozen=True, slots=True)
class Interval:
    """Hold a figure with its 95 % interval over resampled sessions; all None where the figure is undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None


def auroc(truth: Ints, score: Floats) -> float | None:
    """Return the area under the ROC curve, None with one class only."""
    return None if len(np.unique(truth)) < 2 else float(roc_auc_score(truth, score))


def average_precision(truth: Ints, score: Floats) -> float | None:
    """Return the average precision, None without a positive."""
    return None if not truth.any() else float(average_precision_score(truth, score))


def brier(truth: Ints, score: Floats) -> float | None:
    """Return the mean squared error of the likelihoods."""
    return float(np.mean((score - truth) ** 2)) if len(truth) else None


def calibration_error(truth: Ints, score: Floats, *, bins: int = 10) -> float | None:
    """Return the expected calibration error over bins of equal count: the mean gap between said and seen, weighted by count."""
    if not len(truth):
        return None
    order = np.argsort(score, kind="stable")
    gaps = [(len(part), abs(float(score[part].mean() - truth[part].mean()))) for part in np.array_split(order, bins) if len(part)]
    return sum(count * gap for count, gap in gaps) / len(truth)


def kappa(first: Ints, second: Ints, *, weighted: bool = False) -> float | None:
    """Return Cohen's kappa, linearly weighted when asked; None when both gave one and the same value throughout."""
    if not len(first) or len(np.unique(np.concatenate([first, second]))) < 2:
        return None
    return float(cohen_kappa_score(first, second, weights="linear" if weighted else None))


def over_sessions(
    metric: Metric, *, truth: Sequence[Ints], score: Sequence[Floats], rng: np.random.Generator, draws: int = 400
) -> Interval:
    """Return `metric` over all turns with its interval from resampling whole sessions (one array a session)."""
    value = metric(np.concatenate(truth), np.concatenate(score))
    if value is None:
        return Interval(None)
    drawn = []
    for _ in range(draws):
        picked = rng.integers(0, len(truth), len(truth))
        one = metric(np.concatenate([truth[i] for i in picked]), np.concatenate([score[i] for i in picked]))
        if one is not None:
            drawn.append(one)
    low, high = np.percentile(drawn, [2.5, 97.5]) if drawn else (np.nan, np.nan)
    return Interval(value, float(low), float(high))


def told(interval: Interval | Mapping[str, Any]) -> str:
    """Return a figure with its interval as people write it, or `not enough`."""
    figure = asdict(interval) if isinstance(interval, Interval) else interval
    if figure["value"] is None:
        return "not enough"
    return f"{figure['value']:.2f} ({figure['low']:.2f} to {figure['high']:.2f})"
