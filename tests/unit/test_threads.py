from __future__ import annotations

import numpy as np

from pipeline.annotate.scorer import Scorer
from tests.builders import turns


def test_scores_are_the_same_bytes_with_one_core_and_with_two(tiny_model):
    built = turns(["T: how was the week", "C: fine i do not know it", "T: you sound flat", "C: okay can we talk the plan"] * 30)
    one, two = (Scorer.load(tiny_model, threads=count).classifier for count in (1, 2))
    features = np.random.default_rng(1).normal(size=(len(built), len(one.manifest.features))).astype(np.float32)
    assert np.array_equal(one.score(built, features=features).raw, two.score(built, features=features).raw)
