"""Who is client and who is therapist: from a map, the file, or a known role word, and never from a guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.records import SpeakerRole
from pipeline.ingest.labels import is_generic, label_key, public_names
from pipeline.ingest.raw import RawUtterance
from pipeline.ingest.roles import role_of_label

NOBODY = "unknown"
"""The speaker of utterances that the file gives to nobody."""

_DESCRIBED_SPEAKERS = 8


@dataclass(frozen=True, slots=True)
class Speaker:
    """Describe one speaker of a session.

    `label` is the file's, None for utterances given to nobody; `name` cannot name a person; `order` counts the labelled
    speakers from 1 as they appear and is the key by which a role map may call them.
    """

    label: str | None
    name: str
    order: int
    role: SpeakerRole
    utterances: int
    first_line: int | None

    def described(self) -> str:
        """Return order, a generic label if it is one, count and first line; never a name."""
        label = f" ({self.label})" if self.label and is_generic(self.label) else ""
        where = f", first at line {self.first_line}" if self.first_line is not None else ""
        who = f"speaker {self.order}{label}" if self.label else "no speaker named"
        return f"{who}: {self.utterances} utterance{'s' * (self.utterances != 1)}{where}"


@dataclass(frozen=True, slots=True)
class Cast:
    """Hold the speakers of a session in order of appearance and how many entries of the role map matched none."""

    speakers: tuple[Speaker, ...]
    unused_entries: int = 0

    def by_label(self) -> dict[str | None, Speaker]:
        """Return the speakers by the label of the file."""
        return {speaker.label: speaker for speaker in self.speakers}

    def unknown(self) -> tuple[Speaker, ...]:
        """Return the speakers without a role."""
        return tuple(speaker for speaker in self.speakers if speaker.role is SpeakerRole.UNKNOWN)

    def has_client(self) -> bool:
        """Tell whether any speaker is known to be the client."""
        return any(speaker.role is SpeakerRole.CLIENT for speaker in self.speakers)


def cast_of(utterances: Sequence[RawUtterance], role_map: Sequence[tuple[str, SpeakerRole]]) -> Cast:
    """Return the speakers of a session with their roles.

    The caller's map comes first (by label, then by order of appearance), then a role that the file declares, then a role word
    in the label. `speaker` states the client only beside `listener`, as support chats use the pair. All others are unknown.
    """
    counts = Counter(utterance.speaker for utterance in utterances)
    labels = [label for label in counts if label is not None]
    names = public_names(labels)
    mapped = _mapped(labels, role_map)
    stated = _stated(utterances)
    lines = {utterance.speaker: utterance.line for utterance in reversed(utterances)}
    speakers = [
        Speaker(
            label=label,
            name=names[label] if label is not None else NOBODY,
            order=labels.index(label) + 1 if label is not None else 0,
            role=mapped.get(label) or stated.get(label, SpeakerRole.UNKNOWN) if label is not None else SpeakerRole.UNKNOWN,
            utterances=count,
            first_line=lines[label],
        )
        for label, count in counts.items()
    ]
    return Cast(tuple(speakers), unused_entries=len(role_map) - len(mapped))


def described(speakers: Sequence[Speaker]) -> str:
    """Return the speakers described in one line, at most eight of them."""
    listed = "; ".join(speaker.described() for speaker in speakers[:_DESCRIBED_SPEAKERS])
    more = len(speakers) - _DESCRIBED_SPEAKERS
    return f"{listed}; and {more} more" if more > 0 else listed


def _mapped(labels: Sequence[str], role_map: Sequence[tuple[str, SpeakerRole]]) -> dict[str, SpeakerRole]:
    by_key = {label_key(entry): role for entry, role in role_map}
    chosen = ((label, (label_key(label), str(order))) for order, label in enumerate(labels, start=1))
    return {label: by_key[key] for label, keys in chosen for key in keys[::-1] if key in by_key}


def _stated(utterances: Sequence[RawUtterance]) -> dict[str, SpeakerRole]:
    declared = {one.speaker: one.declared_role for one in reversed(utterances) if one.speaker and one.declared_role}
    labels = {one.speaker for one in utterances if one.speaker is not None}
    keys = {label_key(label) for label in labels}
    by_word = {label: role for label in labels if (role := role_of_label(label))}
    if "listener" in keys:
        by_word |= {label: SpeakerRole.CLIENT for label in labels if label_key(label) == "speaker"}
    return by_word | declared
