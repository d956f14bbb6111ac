"""Times of a turn: latency, overlap and pauses, each None where the transcript does not give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.records import MarkKind, Turn

TIMED_SOUNDS = (MarkKind.PAUSE,)


@dataclass(frozen=True, slots=True)
class Times:
    """Hold the times of one turn in seconds.

    `latency_s` runs from the end of the other party's turn to the start of this one, never below 0; `overlap_s` is what the two
    share. `pause_s` sums the timed pauses inside the turn. `pause_filled_by_other` is the longest timed pause inside the other
    party's turn before: the other waited, and went on alone.
    """

    latency_s: float | None
    overlap_s: float | None
    pause_s: float | None
    pause_filled_by_other_s: float | None


def session_times(turns: Sequence[Turn]) -> list[Times]:
    """Return the times of every turn; pauses are missing in a transcript that times none."""
    timed_pauses = any(_pauses(turn) for turn in turns)
    return [_times(turn, turns[turn.index - 1] if turn.index else None, timed_pauses=timed_pauses) for turn in turns]


def _times(turn: Turn, before: Turn | None, *, timed_pauses: bool) -> Times:
    gap = turn.start_s - before.end_s if before and turn.start_s is not None and before.end_s is not None else None
    return Times(
        latency_s=None if gap is None else max(0.0, gap),
        overlap_s=None if gap is None else max(0.0, -gap),
        pause_s=sum(_pauses(turn)) if timed_pauses else None,
        pause_filled_by_other_s=max(_pauses(before), default=0.0) if timed_pauses and before else None,
    )


def _pauses(turn: Turn) -> list[float]:
    return [mark.duration_s for mark in turn.marks if mark.kind in TIMED_SOUNDS and mark.duration_s is not None]
