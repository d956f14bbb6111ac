"""Calibration, thresholds and bands, from sessions that the model was not trained on, at their natural prevalence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from pipeline.annotate.decide import carried
from pipeline.classifier.calibration import calibrate
from pipeline.classifier.manifest import Band, KindPolicy
from pipeline.classifier.targets import clear_column
from pipeline.core.results import RuptureKind, Scores
from pipeline.training.rated import RatedSession

BANDS = (("calm", 0.0, 0.1), ("faint", 0.1, 0.3), ("possible", 0.3, 0.6), ("marked", 0.6, 1.0))
SHARES = (0.0, 0.15, 0.3)
PRESENT_BETA, UNSURE_BETA = 1.5, 3.0
"""How much more recall counts than precision where a threshold is chosen."""
MIN_CLEAR = 5
"""Fewer clear turns than this calibrate nothing: scores stay as they are, with thresholds in the middle."""
_UNFITTED = {"present": 0.5, "unsure": 0.3, "accumulate": 0.0}
_KNOTS = np.concatenate([[0.0], np.linspace(0.002, 0.1, 15), np.linspace(0.12, 0.998, 34), [1.0]])
Floats = NDArray[np.float64]


def fit_policy(
    kind: RuptureKind, *, sessions: Sequence[RatedSession], outputs: Sequence[Floats], prevalence: float | None = None
) -> KindPolicy:
    """Fit the policy of one kind on held-out sessions and their raw outputs [turns, outputs].

    Calibration is logistic on the logit of the raw score (Platt 1999): two parameters, monotone, no overfitting to the few
    positives there are. `present` maximises F1.5 of the decisions and `unsure` F3, over the sessions given: a
    strain that is missed costs an hour of supervision more than a calm place that is looked at. `accumulate` is chosen with them for
    withdrawal and is 0 for confrontation. Where `prevalence` is given, clear and other turns are weighted so that
    clear ones have that share: sessions written to hold ruptures hold more of them than ordinary ones.
    """
    raw = [output[session.client, clear_column(kind)] for session, output in zip(sessions, outputs, strict=True)]
    truth = [session.mean_rating(kind)[session.client] >= 1.5 for session in sessions]
    if sum(part.sum() for part in truth) < MIN_CLEAR:
        return KindPolicy(knots=((0.0, 0.0), (1.0, 1.0)), bands=_bands(np.concatenate(raw), np.concatenate(truth)), **_UNFITTED)
    weights = [_weights(part, np.concatenate(truth).mean(), prevalence) for part in truth]
    knots = _platt(np.concatenate(raw), np.concatenate(truth), np.concatenate(weights))
    blank = KindPolicy(knots=knots, present=1.0, unsure=1.0, accumulate=0.0, bands=())
    p = [calibrate(one, policy=blank) for one in raw]
    shares = SHARES if kind is RuptureKind.WITHDRAWAL else (0.0,)
    tried = [(*_best_threshold(_weighed(p, share, kind), truth, weights, beta=PRESENT_BETA), share) for share in shares]
    _, present, share = max(tried, key=lambda found: found[0])
    _, unsure = _best_threshold(_weighed(p, share, kind), truth, weights, beta=UNSURE_BETA)
    return KindPolicy(
        knots=knots, present=present, unsure=min(present, unsure), accumulate=share, bands=_bands(np.concatenate(p), np.concatenate(truth))
    )


def _weights(truth: NDArray[np.bool_], share: float, prevalence: float | None) -> Floats:
    """Return a weight for each turn under which clear turns, now `share` of all, are `prevalence` of them."""
    if prevalence is None:
        return np.ones(len(truth))
    return np.where(truth, prevalence / share, (1 - prevalence) / (1 - share))


def _platt(raw: Floats, truth: NDArray[np.bool_], weights: Floats) -> tuple[tuple[float, float], ...]:
    model = LogisticRegression(C=1e4)
    model.fit(_logit(raw)[:, None], truth, sample_weight=weights)
    slope = max(float(model.coef_[0, 0]), 1e-3)
    likelihood = 1.0 / (1.0 + np.exp(np.clip(-(slope * _logit(_KNOTS) + float(model.intercept_[0])), -30, 30)))
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in zip(_KNOTS, likelihood, strict=True))


def _logit(p: Floats) -> Floats:
    clipped = np.clip(p, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float64)


def _weighed(p: Sequence[Floats], share: float, kind: RuptureKind) -> list[Floats]:
    """Return what the decision policy weighs against its threshold, session by session."""
    weighed = []
    for session in p:
        scores = [Scores(p_withdrawal=value, p_confrontation=value, p_rupture=value, calibrated=True) for value in session]
        weighed.append(np.array([carried(scores[: place + 1], kind=kind, share=share) for place in range(len(scores))]))
    return weighed


def _best_threshold(
    weighed: Sequence[Floats], truth: Sequence[NDArray[np.bool_]], weights: Sequence[Floats], *, beta: float
) -> tuple[float, float]:
    """Return the best F-score and the threshold, halfway to the next lower score, that reaches it."""
    scores, positive, weight = np.concatenate(weighed), np.concatenate(truth), np.concatenate(weights)
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum((positive * weight)[order])
    flagged = np.cumsum(weight[order])
    f = (1 + beta**2) * hits / (flagged + beta**2 * max(1e-9, hits[-1]))
    place = int(np.argmax(f))
    ranked = scores[order]
    below = ranked[place + 1] if place + 1 < len(ranked) else 0.0
    return float(f[place]), round(float((ranked[place] + below) / 2), 4)


def _bands(p: Floats, truth: NDArray[np.bool_]) -> tuple[Band, ...]:
    bands = []
    for name, floor, ceiling in BANDS:
        inside = (p >= floor) & ((p < ceiling) | (ceiling == 1.0))
        bands.append(Band(name=name, floor=floor, ceiling=ceiling, turns=int(inside.sum()), clear=int(truth[inside].sum())))
    return tuple(bands)
