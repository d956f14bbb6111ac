from __future__ import annotations

import pytest

from pipeline.annotate.segments import Span, cut_segments, segment_id, segment_scores
from pipeline.core.settings import SegmentSettings, SegmentUnit
from tests.builders import transcript


def spans(session, **settings):
    return [(span.first_turn, span.end_turn) for span in cut_segments(session, settings=SegmentSettings(**settings)).spans]


def test_exchange_pairs_each_client_turn_with_the_therapist_turn_before_it():
    assert spans(transcript("TCTC")) == [(0, 2), (2, 4)]


def test_exchange_of_a_client_who_speaks_first_stands_alone():
    assert spans(transcript("CTC")) == [(0, 1), (1, 3)]


def test_exchange_does_not_pair_with_a_third_party():
    assert spans(transcript("TOC")) == [(2, 3)]


def test_turns_unit_leaves_out_stretches_without_a_client_turn():
    assert spans(transcript("TCTOTOTC"), unit=SegmentUnit.TURNS, turns=3) == [(0, 3), (6, 8)]


def test_minutes_unit_opens_a_segment_at_each_full_stretch():
    session = transcript("TCTCTC", seconds_each=30)
    assert spans(session, unit=SegmentUnit.MINUTES, minutes=1.0) == [(0, 2), (2, 4), (4, 6)]


def test_minutes_unit_without_times_falls_back_and_says_so():
    cut = cut_segments(transcript("TCTC"), settings=SegmentSettings(unit=SegmentUnit.MINUTES))
    assert cut.fell_back
    assert cut.policy == "exchange"


def test_segment_of_one_client_turn_has_that_turns_scores():
    session = transcript("TC")
    found = segment_scores(Span(0, 2), session.turns, w=[0.9, 0.2], c=[0.9, 0.1], cut_tokens=[0, 3])
    assert (found.p_withdrawal, found.p_confrontation, found.cut_tokens) == (pytest.approx(0.2), 0.1, 3)
    assert found.p_rupture == pytest.approx(0.28)


def test_withdrawal_of_a_long_segment_joins_its_two_highest_client_turns():
    session = transcript("TCTCTC")
    found = segment_scores(Span(0, 6), session.turns, w=[1, 0.5, 1, 0.4, 1, 0.1], c=[1, 0.2, 1, 0.6, 1, 0.1], cut_tokens=[0] * 6)
    assert found.p_withdrawal == pytest.approx(0.7)
    assert found.p_confrontation == 0.6


def test_segment_id_changes_with_text_and_with_policy():
    first, second = transcript(["C: one"]), transcript(["C: two"])
    ids = {
        segment_id(first, Span(0, 1), policy="exchange"),
        segment_id(second, Span(0, 1), policy="exchange"),
        segment_id(first, Span(0, 1), policy="turns:2"),
    }
    assert len(ids) == 3
