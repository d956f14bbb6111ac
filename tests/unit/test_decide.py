from __future__ import annotations

import pytest

from pipeline.annotate.decide import carried, decide
from pipeline.core.results import RuptureKind, Verdict
from pipeline.core.settings import PolicySettings
from tests.builders import kind_policy, manifest, scores


def verdicts(history, *, model):
    settings = PolicySettings()
    return [tuple(decision.verdict for decision in pair) for pair in decide(history, manifest=model, settings=settings)]


def test_scores_between_the_thresholds_are_unsure():
    found = verdicts([scores(0.6), scores(0.4), scores(0.1)], model=manifest())
    assert [w for w, _ in found] == [Verdict.PRESENT, Verdict.UNSURE, Verdict.ABSENT]


def test_middling_withdrawal_in_a_row_adds_up_to_present():
    model = manifest(withdrawal=kind_policy(accumulate=0.5))
    found = verdicts([scores(0.42), scores(0.42)], model=model)
    assert [w for w, _ in found] == [Verdict.UNSURE, Verdict.PRESENT]


def test_confrontation_stands_on_one_turn_and_does_not_add_up():
    found = verdicts([scores(c=0.42), scores(c=0.42), scores(c=0.8)], model=manifest())
    assert [c for _, c in found] == [Verdict.UNSURE, Verdict.UNSURE, Verdict.PRESENT]


def test_shift_moves_the_threshold_and_is_recorded():
    ((withdrawal, _),) = decide([scores(0.55)], manifest=manifest(), settings=PolicySettings(present_shift=0.2))
    assert withdrawal.verdict is Verdict.UNSURE
    assert withdrawal.threshold == pytest.approx(0.7)


def test_carried_equals_the_last_score_without_a_share():
    assert carried([scores(0.9), scores(0.3)], kind=RuptureKind.WITHDRAWAL, share=0.0) == pytest.approx(0.3)


def test_carried_reaches_back_two_segments_only():
    far = [scores(0.9), scores(0.0), scores(0.0), scores(0.1)]
    assert carried(far, kind=RuptureKind.WITHDRAWAL, share=0.5) == pytest.approx(0.1)
