from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.results import RuptureKind
from pipeline.features.stage import FeatureStage
from pipeline.training.config import RetrainSettings
from pipeline.training.site.comparison import Check
from pipeline.training.site.keep import Place, Site, extend_site, forget_in_site
from pipeline.training.site.sanity import check_ratings
from pipeline.training.site.sessions import site_sessions
from tests.site_builders import KEY, gathered, rate, rated_session


@pytest.fixture(scope="module")
def stage():
    return FeatureStage.load()


def built(ratings, sources, stage):
    return site_sessions(ratings, transcripts={one.text_sha256: one for one in sources}, stage=stage)


def mean(one, turn):
    return one.session.mean_rating(RuptureKind.WITHDRAWAL)[turn]


def test_raters_who_differ_give_a_soft_target(stage):
    source, _ = rated_session(1)
    (one,) = built([*rate(source, [1]), *rate(source, [], rater="rater_b")], [source], stage)
    assert mean(one, 1) == 1.0
    assert one.session.targets[1, 1] == pytest.approx(0.44)
    assert set(one.by_rater) == {"rater_a", "rater_b"}


def test_consensus_takes_the_place_of_what_raters_said(stage):
    source, _ = rated_session(1)
    both = [*rate(source, [1]), *rate(source, [], rater="rater_b")]
    agreed = rate(source, [1], rater="pair", blind=False)[0].model_copy(update={"adjudicated": True})
    (one,) = built([*both, agreed], [source], stage)
    assert mean(one, 1) == 2.0
    assert one.is_blind_and_whole
    assert one.blind_means[1, 0] == 2.0


def test_assisted_ratings_are_learnt_and_marked_but_never_tested_on(stage):
    source, _ = rated_session(1)
    (one,) = built(rate(source, [1], saw_model=True), [source], stage)
    assert one.assisted == 12
    assert not one.is_blind_and_whole
    assert mean(one, 1) == 2.0


def test_turns_that_nobody_rated_teach_nothing(stage):
    source, ratings = rated_session(1)
    (one,) = built(ratings[:3], [source], stage)
    assert one.session.client.sum() == 3
    assert one.session.mask[6:].sum() == 0
    assert not one.is_blind_and_whole


def deal(numbers, stage, *, site=None, **more):
    transcripts, ratings = gathered(numbers, **more)
    sessions = site_sessions(ratings, transcripts=transcripts, stage=stage)
    return extend_site(site or Site(key=KEY), sessions, settings=RetrainSettings()), sessions


def test_frozen_test_set_only_grows(stage):
    first, _ = deal(range(12), stage)
    second, _ = deal(range(24), stage, site=first)
    assert second.frozen[: len(first.frozen)] == first.frozen
    assert dict(first.places).items() <= dict(second.places).items()


def test_frozen_ratings_stay_whatever_is_rated_later(stage):
    first, _ = deal(range(12), stage)
    transcripts, _ = gathered(range(12))
    again = [one for source in transcripts.values() for one in rate(source, [1, 3, 5])]
    second = extend_site(first, site_sessions(again, transcripts=transcripts, stage=stage), settings=RetrainSettings())
    assert second.frozen == first.frozen


def test_ratings_that_were_not_blind_freeze_nothing(stage):
    site, _ = deal(range(12), stage, blind=False)
    assert site.frozen == ()
    assert Place.TEST not in site.places.values()


def test_place_of_a_dyad_does_not_hang_on_the_others(stage):
    whole, _ = deal(range(16), stage)
    part, _ = deal(range(8), stage)
    assert dict(part.places).items() <= dict(whole.places).items()


def test_forgetting_leaves_only_the_hash_of_a_dyad(stage):
    site, _ = deal(range(12), stage)
    gone = forget_in_site(site, "d3")
    assert site.dyad("d3") not in gone.places
    assert gone.forgotten == (site.dyad("d3"),)
    assert '"d3"' not in gone.model_dump_json()


def likely(sessions, *, good):
    found = []
    for one in sessions:
        clear = one.session.mean_rating(RuptureKind.WITHDRAWAL)[one.session.client] >= 1.5
        rank = np.linspace(0, 0.1, len(clear))
        found.append(np.where(clear, 0.9, rank) if good else np.where(clear, rank, 0.9))
    return found


def checks(sessions, *, good=True):
    return {one.check for one in check_ratings(sessions, likelihoods=likely(sessions, good=good))}


def test_sound_ratings_raise_one_class_only_for_the_kind_that_is_not_there(stage):
    _, sessions = deal(range(6), stage)
    assert checks(sessions) == {Check.ONE_CLASS}


def test_ratings_turned_round_are_found(stage):
    _, sessions = deal(range(6), stage)
    assert Check.FLIPPED in checks(sessions, good=False)


def test_session_under_two_dyads_is_found(stage):
    first, ratings = rated_session(1)
    second = first.model_copy(update={"dyad_id": "other", "text_sha256": "f" * 64})
    own = rate(second, [1])
    assert Check.LEAKING in checks(built([*ratings, *own], [first, second], stage))


def test_raters_at_odds_are_found(stage):
    sources = [rated_session(number)[0] for number in range(4)]
    ratings = [one for source in sources for one in (*rate(source, [1, 5, 9]), *rate(source, [3, 7, 11], rater="rater_b"))]
    assert Check.AT_ODDS in checks(built(ratings, sources, stage))
