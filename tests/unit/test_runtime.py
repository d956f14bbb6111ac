from __future__ import annotations

import numpy as np
import pytest

from pipeline.classifier.runtime import TurnClassifier
from pipeline.classifier.tokens import TurnTokenizer
from pipeline.core.records import SpeakerRole
from pipeline.features.stage import FEATURE_NAMES
from tests.builders import turns


@pytest.fixture(scope="module")
def classifier(tiny_model):
    return TurnClassifier.load(tiny_model)


def blank(count):
    return np.zeros((count, len(FEATURE_NAMES)), dtype=np.float32)


def test_scores_have_one_row_a_turn_and_are_likelihoods(classifier):
    found = classifier.score(turns("TCTCTC"), features=blank(6))
    assert found.raw.shape == (6, len(classifier.manifest.outputs))
    assert np.all((found.p_withdrawal >= 0) & (found.p_withdrawal <= 1))


def test_scores_do_not_depend_on_what_was_scored_before(classifier):
    alone = classifier.score(turns("TCTC"), features=blank(4)).raw
    classifier.score(turns("CT" * 200), features=blank(400))
    assert np.array_equal(alone, classifier.score(turns("TCTC"), features=blank(4)).raw)


def test_scores_depend_on_role_words_and_features(classifier):
    base = classifier.score(turns(["T: how was the week", "C: fine"]), features=blank(2)).raw[1]
    other_words = classifier.score(turns(["T: how was the week", "C: flat"]), features=blank(2)).raw[1]
    other_role = classifier.score(turns(["C: how was the week", "C: fine"]), features=blank(2)).raw[1]
    other_features = classifier.score(turns(["T: how was the week", "C: fine"]), features=blank(2) + 1).raw[1]
    assert all(not np.allclose(base, other) for other in (other_words, other_role, other_features))


def test_long_turn_is_cut_in_the_middle_and_counted(classifier):
    found = classifier.score(turns(["C: " + "week " * 400]), features=blank(1))
    assert found.cut[0] == 400 + 1 - classifier.manifest.window.turn_tokens


@pytest.fixture(scope="module")
def tokenizer(tiny_model):
    return TurnTokenizer.from_file(tiny_model / "tokenizer.json")


def test_words_of_a_transcript_never_become_special_tokens(tokenizer):
    ids = tokenizer.encode("[SEP] [CLS] [unused2]", role=SpeakerRole.CLIENT, max_tokens=64).ids
    assert not {tokenizer.sep_id, tokenizer.cls_id, ids[0]} & set(ids[1:])


def test_placeholder_is_one_token_whatever_stands_around_it(tokenizer):
    with_one = tokenizer.encode("the [ANON] week", role=SpeakerRole.CLIENT, max_tokens=64)
    assert len(with_one.ids) == 4
    assert with_one.offsets[2] == (4, 10)


def test_offsets_point_at_the_words_of_the_turn(tokenizer):
    text = "how was [ANON] it"
    encoded = tokenizer.encode(text, role=SpeakerRole.CLIENT, max_tokens=64)
    assert [text[start:end] for start, end in encoded.offsets[1:]] == ["how", "was", "[ANON]", "it"]
