"""Why this turn: which of its words, and which turn before it, carried the score.

Occlusion through the scoring graph (after Zeiler & Fergus 2014; Li, Monroe & Jurafsky 2016 for text): words are left out and the
turn is scored again; what the score loses is what they carried. The turn is read with one or two turns before it, so that one
trial costs a fraction of a window. Measures and markers stay as they were: this tells about the words as the encoder reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.packing import Window, pack
from pipeline.classifier.runtime import TurnGraph, sigmoid
from pipeline.classifier.tokens import TurnTokens
from pipeline.core.records import Turn

EARLIER_TURNS = 2
CONTEXT_TOKENS = 64
PHRASES = 4
WORDS = 4
SPANS = 3
LEAST_SHARE = 0.1
"""A part is named when leaving it out takes at least this share of the score away."""

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Carried:
    """Hold one part that carried a score: code points `start` to `end` of turn `turn`, and the share of the score lost without it."""

    turn: int
    start: int
    end: int
    share: float


def occlude(graph: TurnGraph, turns: Sequence[Turn], *, features: Features, at: int, column: int) -> tuple[Carried, ...]:
    """Return what carried the raw score in `column` of turn `at`: up to three stretches of words, then at most one earlier turn.

    A stretch is a phrase of the turn, narrowed to its strongest words where the turn is long. The largest share comes first.
    Empty when nothing that was tried takes a tenth of the score away, as where the measures carry it.
    """
    trial = _Trial.of(graph, turns, features=features, at=at, column=column)
    words = _words(trial.tokens[-1])
    if not words or trial.whole <= 0.0:
        return ()
    found = [(group, trial.share_without(_flat(group))) for group in _grouped(words, PHRASES)]
    strongest = max(found, key=lambda pair: pair[1])
    if len(strongest[0]) > 1:
        found.remove(strongest)
        found += [(group, trial.share_without(_flat(group))) for group in _grouped(strongest[0], WORDS)]
    kept = sorted((pair for pair in found if pair[1] >= LEAST_SHARE), key=lambda pair: -pair[1])[:SPANS]
    parts = [Carried(at, *trial.place(_flat(group)), share=share) for group, share in kept]
    earlier = trial.strongest_earlier()
    return (*parts, *([earlier] if earlier else []))


@dataclass(frozen=True, slots=True)
class _Trial:
    """Score the last of a few turns again and again, each time without something."""

    graph: TurnGraph
    first: int
    column: int
    tokens: tuple[TurnTokens, ...]
    texts: tuple[str, ...]
    features: Features
    whole: float

    @classmethod
    def of(cls, graph: TurnGraph, turns: Sequence[Turn], *, features: Features, at: int, column: int) -> _Trial:
        first = max(0, at - EARLIER_TURNS)
        tokens = graph.encode(turns[first : at + 1])
        while len(tokens) > 2 and sum(len(turn.ids) for turn in tokens) > CONTEXT_TOKENS:
            tokens, first = tokens[1:], first + 1
        texts = tuple(turn.text for turn in turns[first : at + 1])
        blank = cls(graph, first, column, tokens, texts, features[first : at + 1], 0.0)
        return cls(graph, first, column, tokens, texts, blank.features, blank.score(tokens, blank.features))

    def score(self, tokens: Sequence[TurnTokens], features: Features) -> float:
        count = len(tokens)
        window = Window(0, count, 0, count)
        logits = self.graph.run_window(pack(window, tokens, cls_id=self.graph.cls_id, sep_id=self.graph.sep_id), features=features)
        return float(sigmoid(logits[-1, self.column]))

    def share_without(self, places: Sequence[int]) -> float:
        """Return the share of the score that is lost without the tokens at `places` of the turn; never below 0."""
        last = self.tokens[-1]
        left_out = set(places)
        ids = tuple(token for place, token in enumerate(last.ids) if place not in left_out)
        return self._lost(self.score((*self.tokens[:-1], TurnTokens(ids, last.cut, ())), self.features))

    def strongest_earlier(self) -> Carried | None:
        """Return the earlier turn without which the score falls most, or None where none carries a tenth of it."""
        lost = []
        for place in range(len(self.tokens) - 1):
            kept = [other for other in range(len(self.tokens)) if other != place]
            lost.append((self._lost(self.score([self.tokens[other] for other in kept], self.features[kept])), place))
        share, place = max(lost, default=(0.0, 0))
        return Carried(self.first + place, 0, len(self.texts[place]), share) if share >= LEAST_SHARE else None

    def place(self, places: Sequence[int]) -> tuple[int, int]:
        offsets = [self.tokens[-1].offsets[place] for place in places]
        return offsets[0][0], offsets[-1][1]

    def _lost(self, score: float) -> float:
        return round(max(0.0, (self.whole - score) / self.whole), 4)


def _words(turn: TurnTokens) -> list[list[int]]:
    """Return the words of a turn, each as the places of its tokens; tokens without a gap between them are one word."""
    words: list[list[int]] = []
    for place in range(1, len(turn.ids)):
        if words and turn.offsets[place][0] == turn.offsets[place - 1][1]:
            words[-1].append(place)
        else:
            words.append([place])
    return words


def _grouped(words: Sequence[list[int]], most: int) -> list[list[list[int]]]:
    """Cut `words` into at most `most` runs of nearly equal length."""
    bounds = np.linspace(0, len(words), min(most, len(words)) + 1).round().astype(int)
    return [list(words[first:end]) for first, end in pairwise(bounds)]


def _flat(words: Sequence[Sequence[int]]) -> list[int]:
    return [place for word in words for place in word]
