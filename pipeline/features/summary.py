"""Sum a session up: what its exchange was like, in measures a supervisor can read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray

from pipeline.core.records import SpeakerRole
from pipeline.core.results import MarkerHit, Measure, Polarity
from pipeline.features.change import shift_at
from pipeline.features.names import FEATURE_NAMES
from pipeline.features.rules import Condition
from pipeline.features.scene import TurnView, distance
from pipeline.features.timing import Times
from pipeline.features.words import WordCounts

SHIFT_COLUMNS = ("length.own", "topic.from_other", "words.emotion", "words.negation")
PER_100 = 100.0
SHORT_ANSWER_WORDS = 4


def session_measures(
    views: Sequence[TurnView],
    counts: Sequence[WordCounts],
    *,
    times: Sequence[Times],
    hits: Sequence[tuple[MarkerHit, ...]],
    turn_measures: NDArray[np.float32],
) -> tuple[Measure, ...]:
    """Return the measures of a whole session, always the same names in the same order; None where they do not apply."""
    client = [view.index for view in views if view.role is SpeakerRole.CLIENT]
    rows = _WordMeasures([counts[at] for at in client])
    return (
        _talk_share(views),
        _words_a_turn(views, client),
        rows.bare_share(),
        _short_answers(views),
        rows.per_100("emotion_words", lambda count: count.emotion, unit="per 100 words"),
        rows.per_100("hedges", lambda count: count.hedge, unit="per 100 words"),
        rows.per_100("negations", lambda count: count.negation, unit="per 100 words"),
        rows.per_100("negations_at_therapist", lambda count: count.negation_at_you, unit="per 100 words"),
        _topic_distance(views),
        _latency(client, times),
        _marker_rate("withdrawal_markers", prefix="WD-", client=client, hits=hits),
        _marker_rate("confrontation_markers", prefix="CF-", client=client, hits=hits),
        _shift(client, turn_measures),
    )


class _WordMeasures:
    """Compute word measures over the client's turns."""

    def __init__(self, counts: Sequence[WordCounts]) -> None:
        self._counts = counts
        self._said = sum(count.said for count in counts)

    def bare_share(self) -> Measure:
        value = fmean(count.is_bare for count in self._counts) if self._counts else None
        return Measure(name="client_bare_turns", value=value, unit="share of client turns", note="four words or fewer, no content")

    def per_100(self, name: str, count: Callable[[WordCounts], int], *, unit: str) -> Measure:
        value = PER_100 * sum(count(entry) for entry in self._counts) / self._said if self._said else None
        return Measure(name=f"client_{name}", value=value, unit=unit)


def _talk_share(views: Sequence[TurnView]) -> Measure:
    spoken = {role: sum(view.reading.spoken for view in views if view.role is role) for role in SpeakerRole}
    both = spoken[SpeakerRole.CLIENT] + spoken[SpeakerRole.THERAPIST]
    value = spoken[SpeakerRole.CLIENT] / both if both else None
    return Measure(name="client_talk_share", value=value, unit="share of words")


def _words_a_turn(views: Sequence[TurnView], client: Sequence[int]) -> Measure:
    value = float(median(views[at].reading.spoken for at in client)) if client else None
    return Measure(name="client_words_a_turn", value=value, unit="words (median)")


def _short_answers(views: Sequence[TurnView]) -> Measure:
    answers = [
        later.reading.spoken <= SHORT_ANSWER_WORDS
        for earlier, later in pairwise(views)
        if later.role is SpeakerRole.CLIENT and earlier.role is SpeakerRole.THERAPIST and Condition.OPEN_QUESTION in earlier.acts
    ]
    return Measure(
        name="client_short_answers",
        value=fmean(answers) if answers else None,
        unit="share of open questions",
        note="answered in four words or fewer",
    )


def _topic_distance(views: Sequence[TurnView]) -> Measure:
    apart = [
        far for earlier, later in pairwise(views) if later.role is SpeakerRole.CLIENT and (far := distance(earlier, later)) is not None
    ]
    return Measure(name="client_topic_distance", value=fmean(apart) if apart else None, unit="0 same, 1 unrelated")


def _latency(client: Sequence[int], times: Sequence[Times]) -> Measure:
    waits = [wait for at in client if (wait := times[at].latency_s) is not None]
    note = "" if waits else "the transcript gives no times"
    return Measure(name="client_latency", value=float(median(waits)) if waits else None, unit="seconds (median)", note=note)


def _marker_rate(name: str, *, prefix: str, client: Sequence[int], hits: Sequence[tuple[MarkerHit, ...]]) -> Measure:
    marked = [any(hit.code.startswith(prefix) and hit.polarity is Polarity.ASSERTED for hit in hits[at]) for at in client]
    return Measure(name=name, value=PER_100 * fmean(marked) if marked else None, unit="per 100 client turns")


def _shift(client: Sequence[int], turn_measures: NDArray[np.float32]) -> Measure:
    columns = [FEATURE_NAMES.index(name) for name in SHIFT_COLUMNS]
    row = shift_at(turn_measures[np.ix_(client, columns)]) if client else None
    note = "" if row is not None else "no lasting shift found"
    return Measure(name="shift_at_turn", value=None if row is None else float(client[row]), unit="turn index", note=note)
