"""Which segments to rate next: mostly where the model is undecided, some unlike the rest, some at random.

60 % of a batch are *uncertain*: the likelihood of either kind lies within .2 of its decision threshold, the closest first (Lewis & Gale
1994). 20 % are *diverse*: each is as far as possible from those already in the batch, by marker codes, place in the session and lengths of
its turns (farthest-first, Gonzalez 1985); similar segments crowd a batch otherwise. 20 % are *random*, so that ratings also say how often
something is missed. At most two come from one session. What cannot be filled is drawn at random, and the batch says so.

A rater learns nothing from a batch: it holds places only, in random order, and not which of the three brought them in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.annotate.decide import likelihood
from pipeline.core.codebook import codebook
from pipeline.core.ratings import SegmentRef
from pipeline.core.records import SpeakerRole
from pipeline.core.results import AnnotatedSession, Polarity, ScoredSegment
from pipeline.review.fold import Scope
from pipeline.review.results import ref_of_segment
from pipeline.review.store import ReviewStore

UNCERTAIN, DIVERSE = 0.6, 0.2
NEAR_THRESHOLD = 0.2
A_SESSION = 2
Where = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Hold segments to rate, in random order. `fell_back` counts places that were drawn at random for want of better candidates."""

    refs: tuple[SegmentRef, ...]
    fell_back: int


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what one rater knows already: places rated (text, first turn, end turn), and sessions whose model output was shown."""

    rated: frozenset[Where] = frozenset()
    seen: frozenset[str] = frozenset()


def known_to(rater: str, store: ReviewStore) -> Known:
    """Return what a rater knows, from that rater's own events alone."""
    rated: set[Where] = set()
    seen: set[str] = set()
    for text_sha256 in store.sessions():
        events = store.events(text_sha256, reviewer=rater)
        if any(event.assisted or event.model_sha256_seen for event in events):
            seen.add(text_sha256)
        places = store.state(text_sha256, reviewer=rater).ratings.get(rater, {})
        rated |= {(text_sha256, place.first_turn, place.end_turn) for place in places if place.scope is Scope.SEGMENT}
    return Known(frozenset(rated), frozenset(seen))


def next_batch(sessions: Sequence[AnnotatedSession], *, known: Known, size: int, rng: np.random.Generator) -> Batch:
    """Choose up to `size` segments that this rater has not rated, from sessions where the rater can still be blind.

    The same sessions, ratings and seed give the same batch. It is shorter than `size` when no more may be taken.
    """
    pool = _Pool(tuple(_candidates(sessions, known)))
    pool.take(_uncertain(pool.candidates), round(UNCERTAIN * size))
    pool.take_diverse(round(DIVERSE * size))
    wanted = len(pool.chosen)
    pool.take([int(place) for place in rng.permutation(len(pool.candidates))], size - wanted)
    planned = round(UNCERTAIN * size) + round(DIVERSE * size)
    fell_back = min(planned - wanted, len(pool.chosen) - wanted)
    order = rng.permutation(len(pool.chosen))
    return Batch(tuple(pool.candidates[pool.chosen[int(place)]].ref() for place in order), fell_back)


@dataclass(frozen=True, slots=True)
class _Candidate:
    session: AnnotatedSession
    segment: ScoredSegment

    def ref(self) -> SegmentRef:
        return ref_of_segment(self.session, self.segment)


class _Pool:
    """Hold all candidates and those chosen so far, at most two a session."""

    def __init__(self, candidates: tuple[_Candidate, ...]) -> None:
        self.candidates = candidates
        self.chosen: list[int] = []
        self._taken: Counter[str] = Counter()

    def take(self, places: Sequence[int], count: int) -> None:
        """Choose the first `count` of these places that may still be chosen."""
        for place in places:
            if count <= 0:
                return
            if self._is_free(place):
                self._choose(place)
                count -= 1

    def take_diverse(self, count: int) -> None:
        """Choose `count` candidates, each the farthest from all chosen so far, or from the middle of all where none is."""
        if not self.candidates or count <= 0:
            return
        vectors = _vectors(self.candidates)
        chosen = vectors[self.chosen] if self.chosen else vectors.mean(axis=0, keepdims=True)
        nearest = np.array([np.linalg.norm(chosen - vector, axis=1).min() for vector in vectors])
        for _ in range(count):
            free = np.array([self._is_free(place) for place in range(len(vectors))])
            if not free.any():
                return
            place = int(np.argmax(np.where(free, nearest, -1.0)))
            self._choose(place)
            nearest = np.minimum(nearest, np.linalg.norm(vectors - vectors[place], axis=1))

    def _is_free(self, place: int) -> bool:
        return place not in self.chosen and self._taken[self._session(place)] < A_SESSION

    def _choose(self, place: int) -> None:
        self.chosen.append(place)
        self._taken[self._session(place)] += 1

    def _session(self, place: int) -> str:
        return self.candidates[place].session.transcript.text_sha256


def _candidates(sessions: Sequence[AnnotatedSession], known: Known) -> Iterator[_Candidate]:
    for session in sorted(sessions, key=lambda one: one.transcript.text_sha256):
        text_sha256 = session.transcript.text_sha256
        for segment in session.segments if text_sha256 not in known.seen else ():
            if (text_sha256, segment.first_turn, segment.end_turn) not in known.rated:
                yield _Candidate(session, segment)


def _uncertain(candidates: Collection[_Candidate]) -> list[int]:
    """Return the places of candidates near a threshold, the closest first."""
    distances = [_to_threshold(candidate.segment) for candidate in candidates]
    near = [place for place, distance in enumerate(distances) if distance <= NEAR_THRESHOLD]
    return sorted(near, key=lambda place: (distances[place], place))


def _to_threshold(segment: ScoredSegment) -> float:
    """Return how far the likelihood of either kind lies from its threshold, whichever is closer."""
    return min((abs(likelihood(segment.scores, one.kind) - one.threshold) for one in segment.decisions), default=1.0)


def _vectors(candidates: Sequence[_Candidate]) -> NDArray[np.float64]:
    """Return each candidate's description [candidates, columns], columns scaled to unit spread."""
    codes = {code.code: column for column, code in enumerate(codebook().codes)}
    rows = np.zeros((len(candidates), len(codes) + 3))
    for row, candidate in zip(rows, candidates, strict=True):
        session, segment = candidate.session, candidate.segment
        row[-3] = segment.first_turn / len(session.turns)
        for turn in session.turns[segment.first_turn : segment.end_turn]:
            for hit in turn.markers:
                if hit.polarity is Polarity.ASSERTED:
                    row[codes[hit.code]] = 1.0
            row[-2 if turn.role is SpeakerRole.CLIENT else -1] += len((turn.text or "").split())
    rows[:, -2:] = np.log1p(rows[:, -2:])
    spread = rows.std(axis=0)
    return rows / np.where(spread > 0, spread, 1.0)
