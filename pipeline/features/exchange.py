"""Measure the exchange turn by turn: each value against the speaker's own baseline so far in this session."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import log1p

import numpy as np

from pipeline.core.records import SpeakerRole
from pipeline.features.baseline import Baseline, Prior, bounded
from pipeline.features.names import MEASURE_NAMES
from pipeline.features.rules import Condition
from pipeline.features.scene import Scene, TurnView, Vector, distance
from pipeline.features.timing import Times
from pipeline.features.words import WordCounts, style

WINDOW = 3
FLOOR_WINDOW = 10
CENTROID_TURNS = 8
CUT_OFF_ENDS = ("-", "–", "—", "--")
LENGTH = Prior(mean=2.3, spread=1.0)
DISTANCE = Prior(mean=0.35, spread=0.14)
RATE = Prior(mean=0.5, spread=0.7)
PRIORS: dict[str, Prior] = {
    "length.own": LENGTH,
    "length.invitation": Prior(mean=0.0, spread=1.0),
    "floor.share": Prior(mean=0.5, spread=0.2),
    "floor.steers": Prior(mean=0.0, spread=0.2),
    "topic.from_other": DISTANCE,
    "topic.from_self": DISTANCE,
    "topic.from_session": Prior(mean=0.25, spread=0.12),
    "align.words": Prior(mean=0.1, spread=0.12),
    "align.style": Prior(mean=0.25, spread=0.15),
    "words.you": RATE,
    "words.i": Prior(mean=0.8, spread=0.8),
    "words.we": Prior(mean=0.1, spread=0.3),
    "words.negation": RATE,
    "words.negation_at_you": Prior(mean=0.1, spread=0.3),
    "words.emotion": Prior(mean=0.3, spread=0.5),
    "words.hedge": Prior(mean=0.3, spread=0.5),
    "words.profanity": Prior(mean=0.05, spread=0.25),
    "words.asks": Prior(mean=0.15, spread=0.4),
    "words.shouted": Prior(mean=0.05, spread=0.5),
    "words.exclaims": Prior(mean=0.1, spread=0.4),
    "words.laughs": Prior(mean=0.1, spread=0.35),
    "time.latency": Prior(mean=0.6, spread=0.5),
    "time.pause": Prior(mean=0.3, spread=0.5),
}
"""What is usual before a speaker's own baseline is known: rough values of ordinary counselling talk, on the scale of each measure."""


@dataclass(slots=True)
class _Speaker:
    """Hold what is known of one party so far: baseline, windows of recent deviations, and the run of bare assents."""

    baseline: Baseline = field(default_factory=Baseline)
    windows: dict[str, deque[float]] = field(default_factory=dict)
    bare_run: int = 0

    def judged(self, name: str, value: float) -> float:
        """Return the deviation of a value from the baseline, and take the value into it."""
        deviation = self.baseline.deviation(name, value, prior=PRIORS[name])
        self.baseline.add(name, value)
        return deviation

    def windowed(self, name: str, value: float) -> float:
        """Return the mean of the last values of this name, this one included."""
        window = self.windows.setdefault(name, deque(maxlen=WINDOW))
        window.append(value)
        return sum(window) / len(window)


class ExchangeMeter:
    """Measure the turns of one session in order; make one a session."""

    def __init__(self, *, total: int) -> None:
        self._total = total
        self._speakers: dict[SpeakerRole, _Speaker] = {role: _Speaker() for role in SpeakerRole}
        self._recent: deque[tuple[SpeakerRole, int]] = deque(maxlen=FLOOR_WINDOW)
        self._vectors: deque[Vector] = deque(maxlen=CENTROID_TURNS)

    def measure(self, scene: Scene, *, counts: WordCounts, times: Times) -> list[float]:
        """Return the values of `MEASURE_NAMES` for the turn that `scene` is at."""
        speaker = self._speakers[scene.turn.role]
        values = {
            **self._length(scene, speaker),
            **self._floor(scene, speaker, counts=counts, times=times),
            **self._meaning(scene, speaker),
            **_words(counts, speaker),
            **_time(times, speaker),
            "role.client": float(scene.turn.role is SpeakerRole.CLIENT),
            "role.therapist": float(scene.turn.role is SpeakerRole.THERAPIST),
            "place.in_session": 2.0 * scene.at / max(1, self._total - 1) - 1.0 if self._total > 1 else 0.0,
        }
        return [values[name] for name in MEASURE_NAMES]

    def _length(self, scene: Scene, speaker: _Speaker) -> dict[str, float]:
        length = log1p(scene.turn.reading.spoken)
        own = speaker.judged("length.own", length)
        invited = speaker.judged("length.invitation", length - _expected_length(scene))
        asked_openly = Condition.OPEN_QUESTION in scene.conditions
        return {
            "length.words": bounded((length - LENGTH.mean) / LENGTH.spread),
            "length.own": own,
            "length.invitation": invited,
            "length.window": speaker.windowed("length", own),
            "answer.under": max(0.0, -invited) if asked_openly else 0.0,
            "answer.over": max(0.0, invited) if Condition.CLOSED_QUESTION in scene.conditions and not asked_openly else 0.0,
        }

    def _floor(self, scene: Scene, speaker: _Speaker, *, counts: WordCounts, times: Times) -> dict[str, float]:
        turn = scene.turn
        self._recent.append((turn.role, turn.reading.spoken))
        mine = sum(spoken for role, spoken in self._recent if role is turn.role)
        share = mine / max(1, sum(spoken for _, spoken in self._recent))
        speaker.bare_run = speaker.bare_run + 1 if counts.is_bare else 0
        own = scene.own(1)
        from_other, from_own = distance(turn, scene.before), distance(turn, own[0] if own else None)
        steered = 0.0 if from_other is None or from_own is None else speaker.judged("floor.steers", from_other - from_own)
        return {
            "floor.share": speaker.judged("floor.share", share),
            "floor.interrupts": float(_cuts_in(scene, times)),
            "floor.steers": steered,
            "floor.assent_run": bounded(speaker.bare_run / 2),
        }

    def _meaning(self, scene: Scene, speaker: _Speaker) -> dict[str, float]:
        turn, before = scene.turn, scene.before
        own = scene.own(1)
        far = {
            "topic.from_other": distance(turn, before),
            "topic.from_self": distance(turn, own[0] if own else None),
            "topic.from_session": self._from_session(turn),
        }
        values = {name: 0.0 if apart is None else speaker.judged(name, apart) for name, apart in far.items()}
        if turn.vector is not None:
            self._vectors.append(turn.vector)
        return {
            **values,
            "topic.window": speaker.windowed("topic", values["topic.from_other"]),
            "topic.missing": float(far["topic.from_other"] is None),
            "align.words": speaker.judged("align.words", _shared(turn.content(), before.content())) if before else 0.0,
            "align.style": speaker.judged("align.style", _shared(style(turn.reading), style(before.reading))) if before else 0.0,
        }

    def _from_session(self, turn: TurnView) -> float | None:
        if turn.vector is None or not self._vectors:
            return None
        centre = np.mean(np.stack(self._vectors), axis=0)
        return float(1.0 - (turn.vector @ centre) / max(1e-6, float(np.linalg.norm(centre))))


def _words(counts: WordCounts, speaker: _Speaker) -> dict[str, float]:
    rates = {
        "words.you": counts.rate(counts.you),
        "words.i": counts.rate(counts.i),
        "words.we": counts.rate(counts.we),
        "words.negation": counts.rate(counts.negation),
        "words.negation_at_you": counts.rate(counts.negation_at_you),
        "words.emotion": counts.rate(counts.emotion),
        "words.hedge": counts.rate(counts.hedge),
        "words.profanity": counts.rate(counts.profanity),
        "words.asks": float(min(3, counts.questions)),
        "words.shouted": float(min(3, counts.shouted)),
        "words.exclaims": float(min(3, counts.exclamations)),
        "words.laughs": float(min(3, counts.laughs)),
    }
    values = {name: speaker.judged(name, rate) for name, rate in rates.items()}
    return {
        **values,
        "words.negation_window": speaker.windowed("negation", values["words.negation"]),
        "words.hedge_window": speaker.windowed("hedge", values["words.hedge"]),
        "words.emotion_drop": max(0.0, -speaker.windowed("emotion", values["words.emotion"])),
    }


def _time(times: Times, speaker: _Speaker) -> dict[str, float]:
    return {
        "time.latency": 0.0 if times.latency_s is None else speaker.judged("time.latency", log1p(times.latency_s)),
        "time.latency_missing": float(times.latency_s is None),
        "time.overlap": bounded(times.overlap_s or 0.0),
        "time.pause": 0.0 if times.pause_s is None else speaker.judged("time.pause", log1p(times.pause_s)),
        "time.pause_missing": float(times.pause_s is None),
        "time.pause_filled_by_other": bounded(log1p(times.pause_filled_by_other_s or 0.0)),
    }


def _expected_length(scene: Scene) -> float:
    """Return the log length that the other's turn invites: open questions invite more, closed ones less."""
    before = scene.before
    if before is None:
        return LENGTH.mean
    asked = 0.4 if Condition.OPEN_QUESTION in before.acts else -0.4 if Condition.CLOSED_QUESTION in before.acts else 0.0
    return 1.9 + 0.15 * log1p(before.reading.spoken) + asked


def _cuts_in(scene: Scene, times: Times) -> bool:
    before = scene.before
    cut_off = before is not None and before.text.rstrip().endswith(CUT_OFF_ENDS)
    return cut_off or bool(times.overlap_s) or scene.turn.reading.has_cue("overlap")


def _shared(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the share of common words among all words of two sets (Jaccard), 0 when both are empty."""
    union = first | second
    return len(first & second) / len(union) if union else 0.0
