from __future__ import annotations

import numpy as np

from pipeline.classifier.targets import clear_column, output_names
from pipeline.core.results import RuptureKind
from pipeline.training.failures import failures, told
from pipeline.training.rated import RatedSession
from tests.builders import kind_policy, transcript


def rated(*, clear, near, scores):
    """Build a session of client turns: `clear` turns carry WD-MIN at 2, `scores` are raw withdrawal scores."""
    turns = len(scores)
    ratings, targets = np.zeros((1, turns, 2), np.int64), np.zeros((turns, len(output_names())), np.float32)
    ratings[0, clear, 0] = 2
    targets[clear, output_names().index("WD-MIN")] = 1
    outputs = np.zeros((turns, len(output_names())))
    outputs[:, clear_column(RuptureKind.WITHDRAWAL)] = scores
    blank = np.zeros((turns, 1), np.float32)
    return RatedSession("s", "d", transcript("C" * turns), ratings, targets, blank, blank, near), outputs


def test_misses_are_counted_by_code_and_alarms_by_near_miss():
    session, outputs = rated(clear=[0, 1], near={2: "politeness", 3: "politeness", 4: "humour"}, scores=[0.9, 0.1, 0.9, 0.1, 0.1])
    found = failures([session], [outputs], policies={kind.value: kind_policy() for kind in RuptureKind})
    assert found["by_code"] == {"WD-MIN": {"clear": 2, "flagged": 1}}
    assert found["by_near_miss"] == {"humour": {"calm": 1, "flagged": 0}, "politeness": {"calm": 2, "flagged": 1}}
    assert told(found)["near"].splitlines()[0] == "| politeness | 1 of 2 |"
