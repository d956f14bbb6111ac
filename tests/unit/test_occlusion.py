from __future__ import annotations

import numpy as np
import pytest

from pipeline.classifier.occlusion import LEAST_SHARE, SPANS, occlude
from pipeline.classifier.runtime import TurnGraph
from pipeline.classifier.targets import clear_column
from pipeline.core.results import RuptureKind
from pipeline.features.stage import FEATURE_NAMES
from tests.builders import turns

COLUMN = clear_column(RuptureKind.WITHDRAWAL)


class OneWordGraph:
    """Stand in for the encoder alone: the score is high only while one token is there; tokens and packing are the real ones."""

    def __init__(self, graph: TurnGraph, *, word: str) -> None:
        self.encode, self.cls_id, self.sep_id = graph.encode, graph.cls_id, graph.sep_id
        self.token = graph.encode(turns([f"C: {word}"]))[0].ids[1]

    def run_window(self, packed, *, features):
        logits = np.full((len(packed.role_at), COLUMN + 1), -4.0)
        if self.token in packed.ids:
            logits[-1, COLUMN] = 2.0
        return logits


@pytest.fixture(scope="module")
def graph(tiny_model):
    from pipeline.classifier.packing import WindowPolicy

    return TurnGraph.open(tiny_model, window=WindowPolicy())


def carried(graph, lines, *, word):
    built = turns(lines)
    blank = np.zeros((len(built), len(FEATURE_NAMES)), dtype=np.float32)
    return occlude(OneWordGraph(graph, word=word), built, features=blank, at=len(built) - 1, column=COLUMN)


def test_word_that_carries_the_score_is_named_with_its_place(graph):
    text = "how was the week can we talk you sound flat i do not know it okay"
    first = carried(graph, ["T: the plan", f"C: {text}"], word="flat")[0]
    assert text[first.start : first.end] == "flat"
    assert first.share > 0.8


def test_earlier_turn_that_carries_the_score_is_named(graph):
    (part,) = carried(graph, ["T: you sound flat", "C: okay"], word="flat")
    assert (part.turn, part.start) == (0, 0)


def test_nothing_is_named_where_no_words_carry_the_score(graph):
    assert carried(graph, ["T: the week", "C: okay i do not know"], word="flat") == ()


def test_real_graph_names_few_parts_inside_the_turn_and_the_same_again(graph):
    built = turns(["T: how was the week", "C: fine i do not know", "T: you sound flat", "C: it was fine okay can we talk the plan"])
    blank = np.zeros((4, len(FEATURE_NAMES)), dtype=np.float32)
    first, again = (occlude(graph, built, features=blank, at=3, column=COLUMN) for _ in range(2))
    assert first == again
    assert len(first) <= SPANS + 1
    assert all(part.share >= LEAST_SHARE and part.end <= len(built[part.turn].text) for part in first)


def test_turn_without_words_is_left_alone(graph):
    assert carried(graph, ["T: the week", "C: [ANON]"], word="flat") == ()
