"""Consecutive utterances of one speaker are one turn; another speaker's short response between them ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.ingest.raw import RawUtterance


def merged(utterances: Sequence[RawUtterance]) -> tuple[tuple[RawUtterance, ...], int]:
    """Return the turns and how many utterances were joined to the one before.

    A turn starts with its first utterance and ends with its last; the words are joined by one space. Utterances that the file
    gives to nobody stay apart, since nothing says that one person spoke them.
    """
    turns: list[RawUtterance] = []
    for speaker, run in groupby(utterances, key=lambda utterance: utterance.speaker):
        spoken = list(run)
        turns.extend(spoken if speaker is None else [_joined(spoken)])
    return tuple(turns), len(utterances) - len(turns)


def _joined(spoken: Sequence[RawUtterance]) -> RawUtterance:
    starts = [one.start_s for one in spoken if one.start_s is not None]
    ends = [one.end_s for one in spoken if one.end_s is not None]
    start_s, end_s = min(starts, default=None), max(ends, default=None)
    return replace(spoken[0], text=" ".join(one.text for one in spoken), start_s=start_s, end_s=end_s)
