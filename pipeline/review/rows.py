"""Entries of the chain as rows of the table `events`, and back."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from pipeline.core.ratings import Judgement, SegmentRef
from pipeline.review.errors import StoreError
from pipeline.review.events import Entry, Erasure, Event, Tombstone

COLUMNS = (
    "event_id", "prev_hash", "time", "action", "reviewer_role_id", "text_sha256", "segment_id", "first_turn", "end_turn",
    "segment_text_sha256", "guideline_version", "w", "c", "codes", "contributions", "overall", "outcome", "unsure", "confidence",
    "reason_code", "assisted", "blind", "model_sha256_seen", "revealed_before_decision", "seconds_on_segment", "target_event_id",
    "erased_event_ids",
)  # fmt: skip
SELECT = f"SELECT {', '.join(COLUMNS)} FROM events"  # noqa: S608 - fixed names
INSERT = f"INSERT INTO events (seq, {', '.join(COLUMNS)}) VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: S608
ERASE = f"UPDATE events SET {', '.join(f'{name} = NULL' for name in COLUMNS[2:])} WHERE text_sha256 = ?"  # noqa: S608
_REF, _JUDGEMENT = tuple(SegmentRef.model_fields), tuple(Judgement.model_fields)
_AS_JSON = ("codes", "contributions", "erased_event_ids")


def to_row(entry: Entry) -> tuple[Any, ...]:
    """Return the values of `COLUMNS` for one entry."""
    fields = entry.model_dump(mode="json")
    fields |= fields.pop("ref", {}) | fields.pop("judgement", {})
    for name in _AS_JSON:
        if name in fields:
            fields[name] = json.dumps(fields[name], sort_keys=True)
    return tuple(int(value) if isinstance(value := fields.get(name), bool) else value for name in COLUMNS)


def from_row(row: tuple[Any, ...]) -> Entry:
    """Return the entry of a row; raises `StoreError` when the row is none that this program wrote."""
    fields = {name: value for name, value in zip(COLUMNS, row, strict=True) if value is not None}
    try:
        if fields.keys() == {"event_id", "prev_hash"}:
            return Tombstone.model_validate(fields)
        fields |= {name: json.loads(fields[name]) for name in _AS_JSON if name in fields}
        return Erasure.model_validate(fields) if "erased_event_ids" in fields else Event.model_validate(_nested(fields))
    except (ValidationError, ValueError, TypeError, KeyError):
        raise StoreError("REV-005", "an entry of the store cannot be read", way_out="Run `rupture ratings verify`.") from None


def event_of(row: tuple[Any, ...]) -> Event:
    """Return the event of a row that is known to hold one."""
    entry = from_row(row)
    if not isinstance(entry, Event):
        raise StoreError("REV-005", "an entry of the store cannot be read", way_out="Run `rupture ratings verify`.")
    return entry


def _nested(fields: dict[str, Any]) -> dict[str, Any]:
    ref = {name: fields.pop(name) for name in _REF if name in fields}
    judgement = {name: fields.pop(name) for name in _JUDGEMENT if name in fields}
    return {**fields, "ref": ref, "judgement": judgement}
