"""Whether a stored history is the one that was written: the chain of hashes, and a head kept in a file of its own.

Each entry carries the hash of the one before it, so an edit, a deletion or a swap breaks the chain; the head says where the chain ended,
so cutting off its end shows. Who can rewrite the whole chain and the head as well can hide it: this finds accidents and quiet edits, and is
no seal against the owner of the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from pipeline.core.canonical import canonical_json, write_atomic
from pipeline.core.records import Record, Sha256
from pipeline.review.events import GENESIS, Entry, Erasure, Tombstone, seal_of


class Head(Record):
    """Say where the chain ends: how many entries there are and the id of the last."""

    entries: int = Field(ge=0)
    event_id: Sha256 = GENESIS


@dataclass(frozen=True, slots=True)
class Verification:
    """Hold what a check of the whole history found: counts, and one line a problem; no problem means that the chain is whole."""

    events: int
    erased: int
    problems: tuple[str, ...]


def read_head(path: Path) -> Head | None:
    """Return the stored head; None when there is none or it cannot be read."""
    try:
        return Head.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def write_head(path: Path, head: Head) -> None:
    """Store the head, whole or not at all."""
    write_atomic(path, canonical_json(head))


def check_chain(entries: Sequence[Entry | None], *, numbers: Sequence[int], head: Head | None) -> Verification:
    """Check a whole history in the order of its numbers; an entry that could not be read is None."""
    problems = [*_links(entries, numbers), *_erasures(entries), *_end(entries, head)]
    erased = sum(isinstance(entry, Tombstone) for entry in entries)
    return Verification(events=len(entries), erased=erased, problems=tuple(problems))


def _links(entries: Sequence[Entry | None], numbers: Sequence[int]) -> list[str]:
    problems, before = [], GENESIS
    for place, (entry, number) in enumerate(zip(entries, numbers, strict=True), 1):
        if entry is None or (not isinstance(entry, Tombstone) and seal_of(entry) != entry.event_id):
            problems.append(f"entry {place}: its content is not what was written")
        if entry is not None and entry.prev_hash != before:
            problems.append(f"entry {place}: it does not follow the entry before it")
        if number != place:
            problems.append(f"entry {place}: entries are missing or were moved before it")
        before = entry.event_id if entry is not None else ""
    return problems


def _erasures(entries: Sequence[Entry | None]) -> list[str]:
    """Check that what is empty was erased, and that what was erased is empty."""
    empty = {entry.event_id for entry in entries if isinstance(entry, Tombstone)}
    erased = {event_id for entry in entries if isinstance(entry, Erasure) for event_id in entry.erased_event_ids}
    found = {"are empty without having been erased": empty - erased, "were erased and are not empty": erased - empty}
    return [f"entries that {what}: {len(ids)}" for what, ids in found.items() if ids]


def _end(entries: Sequence[Entry | None], head: Head | None) -> list[str]:
    if head is None:
        return ["the stored head is missing or cannot be read"]
    if head.entries > len(entries):
        return [f"entries missing at the end: {head.entries - len(entries)}"]
    last = entries[head.entries - 1] if head.entries else None
    if head.entries and (last is None or last.event_id != head.event_id):
        return ["the history does not end where it was last seen to end"]
    return []
