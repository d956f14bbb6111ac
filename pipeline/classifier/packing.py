"""Consecutive turns packed into windows, so that every turn is scored once and sees the turns before and after it.

Sequential turn tagging after Cohan et al. (2019, sequential sentence classification): the encoder reads both parties' words in
one pass. A window opens with context turns that an earlier window has scored, so a turn never stands without its past.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from pipeline.classifier.tokens import TurnTokens
from pipeline.core.records import Record


class WindowPolicy(Record):
    """Fix how turns are packed; the manifest of a model carries it.

    `max_tokens`: window size with the two frame tokens. `context_tokens`: how much of a window repeats earlier turns.
    `lookahead_tokens`: how much of a window lies after its last scored turn. `turn_tokens`: the most that one turn may take.
    """

    max_tokens: int = Field(default=256, ge=32, le=512)
    context_tokens: int = Field(default=96, ge=0)
    lookahead_tokens: int = Field(default=32, ge=0)
    turn_tokens: int = Field(default=112, ge=8)


@dataclass(frozen=True, slots=True)
class Window:
    """Name the turns of one window: all of `first` to `end` are read, `score_first` to `score_end` are scored."""

    first: int
    end: int
    score_first: int
    score_end: int


def plan_windows(lengths: Sequence[int], *, policy: WindowPolicy) -> tuple[Window, ...]:
    """Cut turns of the given token `lengths` into windows; each turn is scored in exactly one of them.

    >>> plan_windows([10, 10], policy=WindowPolicy())
    (Window(first=0, end=2, score_first=0, score_end=2),)
    """
    room = policy.max_tokens - 2
    windows: list[Window] = []
    scored = 0
    while scored < len(lengths):
        first = _back_by(lengths, scored, policy.context_tokens)
        used = sum(lengths[first:scored])
        end = scored
        while end < len(lengths) and (end == scored or used + lengths[end] <= room):
            used += lengths[end]
            end += 1
        while used > room and first < scored:
            used -= lengths[first]
            first += 1
        score_end = end if end == len(lengths) else max(scored + 1, _back_by(lengths, end, policy.lookahead_tokens))
        windows.append(Window(first, end, scored, score_end))
        scored = score_end
    return tuple(windows)


def _back_by(lengths: Sequence[int], place: int, budget: int) -> int:
    """Return how far back from `place` whole turns fit into `budget` tokens."""
    while place > 0 and lengths[place - 1] <= budget:
        budget -= lengths[place - 1]
        place -= 1
    return place


@dataclass(frozen=True, slots=True)
class PackedWindow:
    """Hold one window ready for the encoder: `ids` [length]; `owner` [length] is the turn's place in the window, -1 for frame."""

    window: Window
    ids: tuple[int, ...]
    owner: tuple[int, ...]
    role_at: tuple[int, ...]


def pack(window: Window, turns: Sequence[TurnTokens], *, cls_id: int, sep_id: int) -> PackedWindow:
    """Join the turns of `window` into one id sequence between the frame tokens."""
    ids, owner, role_at = [cls_id], [-1], []
    for place, turn in enumerate(turns[window.first : window.end]):
        role_at.append(len(ids))
        ids.extend(turn.ids)
        owner.extend([place] * len(turn.ids))
    return PackedWindow(window, (*ids, sep_id), (*owner, -1), tuple(role_at))
