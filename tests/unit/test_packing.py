from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.classifier.packing import Window, WindowPolicy, pack, plan_windows
from pipeline.classifier.tokens import TurnTokens

LENGTHS = st.lists(st.integers(1, 112), min_size=1, max_size=120)


@given(LENGTHS)
def test_windows_score_every_turn_exactly_once_in_order(lengths):
    windows = plan_windows(lengths, policy=WindowPolicy())
    scored = [turn for window in windows for turn in range(window.score_first, window.score_end)]
    assert scored == list(range(len(lengths)))


@given(LENGTHS)
def test_windows_never_exceed_the_room_and_read_what_they_score(lengths):
    policy = WindowPolicy()
    for window in plan_windows(lengths, policy=policy):
        assert sum(lengths[window.first : window.end]) <= policy.max_tokens - 2
        assert window.first <= window.score_first < window.score_end <= window.end


def test_later_windows_open_with_turns_that_were_scored_before():
    second = plan_windows([50] * 8, policy=WindowPolicy())[1]
    assert second.first < second.score_first


def test_no_turns_give_no_windows():
    assert plan_windows([], policy=WindowPolicy()) == ()


def test_pack_names_the_owner_of_every_token_and_the_place_of_every_role_token():
    tokens = [TurnTokens((2, 10, 11), 0, ()), TurnTokens((3, 12), 0, ())]
    packed = pack(Window(0, 2, 0, 2), tokens, cls_id=101, sep_id=102)
    assert packed.ids == (101, 2, 10, 11, 3, 12, 102)
    assert packed.owner == (-1, 0, 0, 0, 1, 1, -1)
    assert packed.role_at == (1, 4)


def test_cost_is_linear_in_the_number_of_turns():
    read = [sum(window.end - window.first for window in plan_windows([20] * count, policy=WindowPolicy())) for count in (500, 5000)]
    assert read[1] < 10.5 * read[0]
