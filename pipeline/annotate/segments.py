"""A session cut into scored segments, and a segment's likelihood from its turns.

The rule, the same for every unit: confrontation can stand on one turn, so a segment takes its highest client turn. Withdrawal
accumulates, so a segment takes the likelihood that at least one of its two highest client turns is clear,
`1 - (1 - p1)(1 - p2)`, the two read as independent. A segment with one client turn has that turn's scores.
`p_rupture` is the likelihood of either kind, `1 - (1 - w)(1 - c)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.core.canonical import sha256_bytes
from pipeline.core.records import SpeakerRole, Transcript, Turn
from pipeline.core.results import Scores
from pipeline.core.settings import SegmentSettings, SegmentUnit


@dataclass(frozen=True, slots=True)
class Span:
    """Mark the turns of one segment, half-open."""

    first_turn: int
    end_turn: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Hold the segments of a session and the policy by which they were cut; `fell_back` when times were missing."""

    spans: tuple[Span, ...]
    policy: str
    fell_back: bool = False


def cut_segments(transcript: Transcript, *, settings: SegmentSettings) -> Cut:
    """Cut a transcript into segments that each hold at least one client turn."""
    turns = transcript.turns
    if settings.unit is SegmentUnit.TURNS:
        return Cut(_with_client(_by_count(len(turns), settings.turns), turns), f"turns:{settings.turns}")
    if settings.unit is SegmentUnit.MINUTES and all(turn.start_s is not None for turn in turns):
        return Cut(_with_client(_by_time(turns, settings.minutes * 60), turns), f"minutes:{settings.minutes:g}")
    return Cut(_exchanges(turns), "exchange", fell_back=settings.unit is SegmentUnit.MINUTES)


def segment_scores(span: Span, turns: Sequence[Turn], *, w: Sequence[float], c: Sequence[float], cut_tokens: Sequence[int]) -> Scores:
    """Join the likelihoods of a segment's client turns by the rule at the top of this module."""
    clients = [place for place in range(span.first_turn, span.end_turn) if turns[place].role is SpeakerRole.CLIENT]
    p_withdrawal = _either(*sorted((w[place] for place in clients), reverse=True)[:2])
    p_confrontation = max(c[place] for place in clients)
    return Scores(
        p_withdrawal=p_withdrawal,
        p_confrontation=p_confrontation,
        p_rupture=_either(p_withdrawal, p_confrontation),
        calibrated=True,
        cut_tokens=sum(cut_tokens[span.first_turn : span.end_turn]),
    )


def segment_id(transcript: Transcript, span: Span, *, policy: str) -> str:
    """Name a segment so that it can be computed again from the text hash and the policy."""
    return "s-" + sha256_bytes(f"{transcript.text_sha256}|{policy}|{span.first_turn}|{span.end_turn}".encode())[:16]


def _either(*likelihoods: float) -> float:
    none = 1.0
    for p in likelihoods:
        none *= 1.0 - p
    return 1.0 - none


def _exchanges(turns: Sequence[Turn]) -> tuple[Span, ...]:
    """Pair each client turn with the therapist turn right before it, where there is one."""
    spans = []
    for place, turn in enumerate(turns):
        if turn.role is SpeakerRole.CLIENT:
            opens = place > 0 and turns[place - 1].role is SpeakerRole.THERAPIST
            spans.append(Span(place - 1 if opens else place, place + 1))
    return tuple(spans)


def _by_count(total: int, size: int) -> tuple[Span, ...]:
    return tuple(Span(first, min(first + size, total)) for first in range(0, total, size))


def _by_time(turns: Sequence[Turn], length_s: float) -> tuple[Span, ...]:
    """Open a new segment whenever a turn begins in a later stretch of `length_s` than the one before it."""
    starts = [0]
    for place, (before, turn) in enumerate(pairwise(turns), 1):
        if (turn.start_s or 0.0) // length_s > (before.start_s or 0.0) // length_s:
            starts.append(place)
    return tuple(Span(first, end) for first, end in pairwise([*starts, len(turns)]))


def _with_client(spans: Sequence[Span], turns: Sequence[Turn]) -> tuple[Span, ...]:
    return tuple(span for span in spans if any(turn.role is SpeakerRole.CLIENT for turn in turns[span.first_turn : span.end_turn]))
