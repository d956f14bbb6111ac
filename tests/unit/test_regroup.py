from __future__ import annotations

import random
from itertools import pairwise

from pipeline.core.records import SpeakerRole
from pipeline.training.config import NoiseSettings
from pipeline.training.regroup import BACKCHANNELS, regroup

C, T = SpeakerRole.CLIENT, SpeakerRole.THERAPIST
LONG = "I went to the market on Saturday, and then my brother came over and we cooked."
TURNS = [(T, "How was it?"), (C, LONG), (T, "Yeah."), (C, "It was good."), (T, "What did you cook?"), (C, "Rice.")]
ALWAYS_SPLIT, ALWAYS_MERGE = NoiseSettings(split=1, merge=0), NoiseSettings(split=0, merge=1)


def found(settings, *, changed):
    """Return the first regrouping that did something."""
    tries = (regroup(TURNS, settings=settings, rng=random.Random(seed)) for seed in range(20))
    return next(rows for rows in tries if changed(rows))


def test_split_puts_a_backchannel_between_two_halves_of_one_client_turn():
    rows = found(ALWAYS_SPLIT, changed=lambda rows: len(rows) > len(TURNS))
    first, between, second = rows[1:4]
    assert (first.role, between.role, second.role) == (C, T, C)
    assert between.text in BACKCHANNELS
    assert between.sources == ()
    assert first.sources == second.sources == (1,)
    assert " ".join(f"{first.text} {second.text}".split()) == LONG


def test_merge_joins_the_turns_around_a_backchannel_and_keeps_both_as_sources():
    rows = found(ALWAYS_MERGE, changed=lambda rows: len(rows) < len(TURNS))
    assert rows[1].text == f"{LONG} It was good."
    assert rows[1].sources == (1, 3)


def test_roles_alternate_and_every_turn_keeps_its_place_whatever_is_drawn():
    for seed in range(50):
        rows = regroup(TURNS, settings=NoiseSettings(split=0.5, merge=0.5), rng=random.Random(seed))
        assert all(first.role is not second.role for first, second in pairwise(rows))
        assert {source for row in rows for source in row.sources} >= {0, 1, 3, 4, 5}


def test_without_noise_the_rows_are_the_turns():
    rows = regroup(TURNS, settings=NoiseSettings(split=0, merge=0), rng=random.Random(1))
    assert [(row.role, row.text) for row in rows] == TURNS
