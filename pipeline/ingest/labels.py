"""Speaker labels: how two of them are compared, which of them name nobody, which carry a turn number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.ingest.raw import RawUtterance
from pipeline.ingest.roles import role_of_label

_GENERIC = re.compile(
    r"""(?ix) ^(?:
        [a-z]                                        # A, B, I
      | (?:speaker|spk|sp|s|voice|person|party|participant|interviewer|interviewee|respondent|member|unknown)[ _-]?[a-z0-9]{0,3}
      | (?:mother|father|partner|parent|child|observer|supervisor|interpreter|nurse|group|all|system|bot)[ _-]?\d{0,2}
    )$"""
)
_NUMBERED = re.compile(r"^(?P<stem>[^\W\d_]{1,12}?)[ _-]?0*(?P<number>\d{1,5})$")


def label_key(label: str) -> str:
    """Return the form in which two labels are the same: case, spacing and a final full stop do not matter.

    >>> label_key(" Dr.  Therapist ") == label_key("dr. therapist.")
    True
    """
    return " ".join(label.casefold().replace("_", " ").split()).rstrip(".:")


def is_generic(label: str) -> bool:
    """Tell whether a label names a part in the talk and nobody in particular (`T`, `Client 2`, `SPEAKER_00`)."""
    states_role = "(" not in label and role_of_label(label) is not None
    return states_role or _GENERIC.match(label.strip()) is not None


def public_names(labels: Sequence[str]) -> dict[str, str]:
    """Return for each label, given in order of first appearance, a label that cannot name a person.

    Generic labels stay; any other becomes `speaker_n`, n being its place in that order, which is also its key in a role map.
    """
    kept = {label: " ".join(label.split()) for label in labels if is_generic(label)}
    taken = {label_key(name) for name in kept.values()}
    names: dict[str, str] = {}
    for order, label in enumerate(labels, start=1):
        name = kept.get(label) or f"speaker_{order}"
        while label not in kept and label_key(name) in taken:
            name = f"{name}b"
        taken.add(label_key(name))
        names[label] = name
    return names


def without_turn_numbers(utterances: Sequence[RawUtterance]) -> tuple[tuple[RawUtterance, ...], int]:
    """Take running turn numbers (`T12`, `C13`, `T14`) out of the labels and return how many were taken out.

    Numbers are turn numbers when they never fall and three different ones occur; in couple sessions (`C1`, `T1`, `C2`, `C1`)
    they fall again and stay part of the speaker.
    """
    numbers = [int(match["number"]) for match in _numbered(utterances)]
    if len(set(numbers)) < 3 or any(later < earlier for earlier, later in pairwise(numbers)):
        return tuple(utterances), 0
    return tuple(_without_number(utterance) for utterance in utterances), len(numbers)


def _numbered(utterances: Iterable[RawUtterance]) -> list[re.Match[str]]:
    matches = (_NUMBERED.match(utterance.speaker) for utterance in utterances if utterance.speaker)
    return [match for match in matches if match and role_of_label(match["stem"])]


def _without_number(utterance: RawUtterance) -> RawUtterance:
    match = _NUMBERED.match(utterance.speaker or "")
    if match is None or role_of_label(match["stem"]) is None:
        return utterance
    return replace(utterance, speaker=match["stem"])
