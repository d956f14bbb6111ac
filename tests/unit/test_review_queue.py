"""The queue for blind rating: its shares, its caps, and that it gives nothing away."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pipeline.core.ratings import SegmentRef
from pipeline.review.events import Action
from pipeline.review.queue import Batch, Known, known_to, next_batch
from pipeline.review.store import ReviewStore
from tests.review_builders import NOW, draft, scored


def sessions(count=30, turns=20, seed=0):
    """Build sessions in which one client turn in four lies near the threshold of .5, and one in each is long."""
    rng = np.random.default_rng(seed)
    built = []
    for number in range(count):
        lines = [f"{'TC'[place % 2]}: session {number} turn {place} {'and more ' * (60 if place == 7 else 0)}" for place in range(turns)]
        w = {place: (0.5 + float(rng.uniform(-0.1, 0.1)) if rng.random() < 0.25 else 0.02) for place in range(1, turns, 2)}
        built.append(scored(lines, transcript_id=f"s{number}", w=w))
    return built


def batch(found, *, size=20, seed=1, known=None):
    return next_batch(found, known=known or Known(), size=size, rng=np.random.default_rng(seed))


def margin(found, ref):
    session = next(one for one in found if one.transcript.text_sha256 == ref.text_sha256)
    segment = next(one for one in session.segments if one.first_turn == ref.first_turn)
    return min(abs(segment.scores.p_withdrawal - 0.5), abs(segment.scores.p_confrontation - 0.5))


def test_three_fifths_are_uncertain_and_the_rest_are_not_chosen_for_it():
    found = sessions()
    near = [margin(found, ref) <= 0.2 for ref in batch(found).refs]
    assert 12 <= sum(near) < 18
    assert len(near) == 20


def test_uncertain_ones_are_the_closest_to_a_threshold():
    found = sessions()
    margins = sorted(margin(found, ref) for ref in batch(found).refs)[:12]
    everywhere = sorted(margin(found, ref) for one in found for ref in refs(one))
    assert margins[5] <= everywhere[11]


def refs(session):
    return [draft(session, segment.first_turn, segment.end_turn).ref for segment in session.segments]


def test_at_most_two_come_from_one_session():
    found = sessions(count=8)
    chosen = batch(found, size=40).refs
    assert max(Counter(ref.text_sha256 for ref in chosen).values()) == 2
    assert len(chosen) == 16


def test_same_seed_gives_the_same_batch_and_another_seed_another():
    found = sessions()
    assert batch(found) == batch(list(reversed(found)))
    assert batch(found) != batch(found, seed=2)


def test_batch_holds_places_only_in_an_order_that_says_nothing_of_the_scores():
    found = sessions()
    chosen = batch(found)
    assert set(Batch.__dataclass_fields__) == {"refs", "fell_back"}
    assert all(set(ref.model_dump()) == set(SegmentRef.model_fields) for ref in chosen.refs)
    firsts = [margin(found, batch(found, seed=seed).refs[0]) <= 0.2 for seed in range(60)]
    assert 0.4 < np.mean(firsts) < 0.95


def test_few_uncertain_ones_are_made_up_at_random_and_the_batch_says_so():
    calm = [
        scored([f"{'TC'[place % 2]}: calm {number} {place}" for place in range(20)], transcript_id=f"c{number}") for number in range(30)
    ]
    chosen = batch(calm)
    assert len(chosen.refs) == 20
    assert chosen.fell_back == 12
    assert batch(sessions()).fell_back == 0


def test_diverse_ones_reach_the_odd_segments():
    found = sessions()
    long_turns = [ref for ref in batch(found).refs if ref.first_turn == 6]
    assert long_turns


def test_rated_places_and_sessions_with_the_model_seen_are_left_out(tmp_path):
    found = sessions(count=12)
    with ReviewStore(tmp_path) as store:
        for ref in batch(found, size=10).refs:
            session = next(one for one in found if one.transcript.text_sha256 == ref.text_sha256)
            one = draft(session, ref.first_turn, ref.end_turn, blind=True)
            store.append(one, based_on=store.version_for(one), now=NOW)
        seen = draft(found[0], 0, 2, action=Action.REVEAL, model_sha256_seen="9" * 64)
        store.append(seen, based_on=store.version_for(seen), now=NOW)
        other = draft(found[1], 0, 2, reviewer="rater_b")
        store.append(other, based_on=store.version_for(other), now=NOW)
        known = known_to("rater_a", store)
    again = batch(found, known=known, size=30).refs
    assert not {(ref.text_sha256, ref.first_turn, ref.end_turn) for ref in again} & known.rated
    assert found[0].transcript.text_sha256 not in {ref.text_sha256 for ref in again}
    assert known.seen == {found[0].transcript.text_sha256}


def test_what_another_rater_did_changes_nothing(tmp_path):
    found = sessions(count=12)
    with ReviewStore(tmp_path) as store:
        before = batch(found, known=known_to("rater_a", store))
        for ref in before.refs:
            session = next(one for one in found if one.transcript.text_sha256 == ref.text_sha256)
            one = draft(session, ref.first_turn, ref.end_turn, reviewer="rater_b", w=3)
            store.append(one, based_on=store.version_for(one), now=NOW)
        assert batch(found, known=known_to("rater_a", store)) == before


@pytest.mark.parametrize("found", [[], [scored("T")]])
def test_nothing_to_rate_gives_an_empty_batch(found):
    assert batch(found) == Batch((), 0)
