"""Run the whole feature stage on a session: marker hits, turn measures and session measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.core.records import Transcript
from pipeline.core.results import MarkerHit, Measure, Polarity
from pipeline.features.engine import Line, MarkerEngine
from pipeline.features.exchange import ExchangeMeter
from pipeline.features.names import CONDITION_NAMES, FEATURE_NAMES, MARKER_CODES
from pipeline.features.rules import Condition, load_acts, load_rules
from pipeline.features.scene import Scene, TurnView
from pipeline.features.summary import session_measures
from pipeline.features.timing import Times, session_times
from pipeline.features.vectors import StaticVectors
from pipeline.features.words import WordCounts, count_words

__all__ = ["FEATURE_NAMES", "FeatureStage", "SessionFeatures"]


@dataclass(frozen=True, slots=True)
class SessionFeatures:
    """Hold what the feature stage found in one session.

    `hits` has markers of every polarity, ordered by turn, place and rule; only asserted ones are evidence. `turn_measures` is
    float32 of shape [turns, len(names)], free of NaN, every value within -3 … 3. `session_measures` has always the same names.
    """

    hits: tuple[MarkerHit, ...]
    turn_measures: NDArray[np.float32]
    names: tuple[str, ...]
    session_measures: tuple[Measure, ...]


class FeatureStage:
    """Hold the compiled rules and the vectors; `load` once, `run` on any number of sessions."""

    def __init__(self, engine: MarkerEngine) -> None:
        self._engine = engine
        self._weights = {rule.id: rule.weight for rule in engine.rules}

    @classmethod
    def load(cls) -> FeatureStage:
        """Load the shipped rules, word lists and vectors; raises `PipelineError` where one is missing or wrong."""
        from spacy.vocab import Vocab

        vectors = StaticVectors.load()
        return cls(MarkerEngine(Vocab(), rules=load_rules(), acts=load_acts(), embed=vectors.embed))

    def run(self, transcript: Transcript) -> SessionFeatures:
        """Return markers and measures of one session; the same transcript gives the same result, bit for bit."""
        turns = transcript.turns
        views = self._engine.views([Line(role=turn.role, text=turn.text) for turn in turns])
        hits = self._engine.run(views, total=len(views))
        counts = [count_words(view.reading) for view in views]
        times = session_times(turns)
        measures = self._turn_measures(views, hits=hits, counts=counts, times=times)
        return SessionFeatures(
            hits=tuple(hit for found in hits for hit in found),
            turn_measures=measures,
            names=FEATURE_NAMES,
            session_measures=session_measures(views, counts, times=times, hits=hits, turn_measures=measures),
        )

    def _turn_measures(
        self,
        views: Sequence[TurnView],
        *,
        hits: Sequence[tuple[MarkerHit, ...]],
        counts: Sequence[WordCounts],
        times: Sequence[Times],
    ) -> NDArray[np.float32]:
        meter = ExchangeMeter(total=len(views))
        rows = np.zeros((len(views), len(FEATURE_NAMES)), dtype=np.float32)
        for at in range(len(views)):
            scene = Scene(views=views, at=at, hits=hits, total=len(views))
            rows[at] = [
                *self._strongest(hits[at]),
                *(float(condition in scene.conditions) for condition in _CONDITIONS),
                *meter.measure(scene, counts=counts[at], times=times[at]),
            ]
        return rows

    def _strongest(self, hits: Sequence[MarkerHit]) -> list[float]:
        best = dict.fromkeys(MARKER_CODES, 0.0)
        for hit in hits:
            if hit.polarity is Polarity.ASSERTED:
                best[hit.code] = max(best[hit.code], self._weights[hit.rule_id])
        return [best[code] for code in MARKER_CODES]


_CONDITIONS = tuple(Condition(name.removeprefix("before.")) for name in CONDITION_NAMES)
