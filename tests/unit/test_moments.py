from __future__ import annotations

from pipeline.annotate.moments import find_moments
from pipeline.core.results import Addressed, Polarity, Verdict
from pipeline.core.settings import MomentSettings
from tests.builders import hit, segment, transcript

PRESENT, UNSURE, ABSENT = Verdict.PRESENT, Verdict.UNSURE, Verdict.ABSENT


def found(verdicts, *, hits=(), p=None, seconds_each=None, **settings):
    session = transcript("TC" * len(verdicts), seconds_each=seconds_each)
    peaks = p or [0.7 if verdict is PRESENT else 0.4 for verdict in verdicts]
    segments = [segment(2 * place, verdict, w=peaks[place]) for place, verdict in enumerate(verdicts)]
    p_turns = [value for peak in peaks for value in (None, peak)]
    return find_moments(session, segments=segments, hits=hits, p_turns=p_turns, settings=MomentSettings(**settings))


def test_flags_with_three_calm_turns_between_are_one_moment():
    moments = found([PRESENT, ABSENT, ABSENT, ABSENT, UNSURE]).moments
    assert [(moment.first_turn, moment.end_turn) for moment in moments] == [(0, 10)]


def test_flags_with_four_calm_turns_between_are_two_moments():
    assert len(found([PRESENT, ABSENT, ABSENT, ABSENT, ABSENT, PRESENT]).moments) == 2


def test_unsure_alone_makes_no_moment():
    assert found([UNSURE, UNSURE]).moments == ()


def test_budget_keeps_the_highest_peaks_and_counts_the_rest():
    gap = [ABSENT] * 4
    kept = found([PRESENT, *gap, PRESENT, *gap, PRESENT], p=[0.6, *[0] * 4, 0.9, *[0] * 4, 0.8], per_session=2)
    assert [(moment.first_turn, moment.priority) for moment in kept.moments] == [(10, 1), (20, 2)]
    assert kept.left_out == 1


def test_budget_an_hour_bounds_a_short_session_with_times():
    gap = [ABSENT] * 4
    kept = found([PRESENT, *gap, PRESENT, *gap, PRESENT], seconds_each=20, per_hour=6)
    assert len(kept.moments) == 1


def test_peak_turn_is_the_client_turn_with_the_highest_score():
    assert found([PRESENT, UNSURE], p=[0.6, 0.9]).moments[0].peak_turn == 3


def test_repair_moves_after_the_moment_are_told_and_negated_markers_are_not():
    hits = [hit(1), hit(1, "CF-THE", polarity=Polarity.NEGATED), hit(4, "RS-ACK")]
    (moment,) = found([PRESENT, ABSENT, ABSENT], hits=hits).moments
    assert [marker.code for marker in moment.markers] == ["WD-MIN"]
    assert [marker.code for marker in moment.repair_moves] == ["RS-ACK"]
    assert moment.addressed is Addressed.MOVES_SEEN


def test_moment_without_markers_says_that_no_rule_fired():
    (moment,) = found([PRESENT]).moments
    assert moment.addressed is Addressed.NO_MOVES_SEEN
    assert "no marker rule fired" in moment.reasons[0]


def test_apology_before_the_first_client_turn_is_no_repair_of_it():
    (moment,) = found([PRESENT], hits=[hit(0, "RS-ACK")]).moments
    assert moment.addressed is Addressed.NO_MOVES_SEEN


def test_calm_turns_are_client_turns_whatever_the_unit():
    session = transcript("TC" * 6)
    segments = [segment(0, PRESENT, w=0.7), segment(2, ABSENT).model_copy(update={"end_turn": 10}), segment(10, PRESENT, w=0.7)]
    moments = find_moments(session, segments=segments, hits=(), p_turns=[0.5] * 12, settings=MomentSettings()).moments
    assert len(moments) == 2
