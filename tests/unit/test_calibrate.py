from __future__ import annotations

import numpy as np
import pytest

from pipeline.classifier.calibration import calibrate
from pipeline.classifier.targets import clear_column, output_names
from pipeline.core.results import RuptureKind
from pipeline.training.calibrate import fit_policy
from pipeline.training.rated import RatedSession
from tests.builders import transcript

KIND = RuptureKind.CONFRONTATION


def rated(rng, *, turns=200, share=0.2):
    """Build a session of client turns, a share of them clear, with raw scores that rank them imperfectly."""
    clear = rng.random(turns) < share
    raw = 1 / (1 + np.exp(-(rng.normal(size=turns) + 2.5 * clear - 1)))
    ratings = np.zeros((1, turns, 2), dtype=np.int64)
    ratings[0, :, list(RuptureKind).index(KIND)] = 2 * clear
    outputs = np.zeros((turns, len(output_names())))
    outputs[:, clear_column(KIND)] = raw
    blank = np.zeros((turns, 1), dtype=np.float32)
    session = RatedSession("s", "d", transcript("C" * turns), ratings, blank, blank, blank)
    return session, outputs


@pytest.fixture(scope="module")
def held_out():
    rng = np.random.default_rng(3)
    return [list(part) for part in zip(*(rated(rng) for _ in range(10)), strict=True)]


def said(policy, outputs):
    return np.concatenate([calibrate(output[:, clear_column(KIND)], policy=policy) for output in outputs])


def test_mean_likelihood_is_the_share_of_clear_turns_in_the_sessions_given(held_out):
    sessions, outputs = held_out
    assert said(fit_policy(KIND, sessions=sessions, outputs=outputs), outputs).mean() == pytest.approx(0.2, abs=0.02)


def test_given_prevalence_lowers_every_likelihood_and_keeps_the_order(held_out):
    sessions, outputs = held_out
    plain, ordinary = (said(fit_policy(KIND, sessions=sessions, outputs=outputs, prevalence=p), outputs) for p in (None, 0.04))
    inside = (plain > 0.01) & (plain < 0.99)
    assert np.all(ordinary[inside] < plain[inside])
    assert np.array_equal(np.argsort(plain[inside], kind="stable"), np.argsort(ordinary[inside], kind="stable"))
    clear = np.concatenate([session.ratings[0, :, 1] >= 2 for session in sessions])
    weights = np.where(clear, 0.04 / clear.mean(), 0.96 / (1 - clear.mean()))
    assert np.average(ordinary, weights=weights) == pytest.approx(0.04, abs=0.01)
