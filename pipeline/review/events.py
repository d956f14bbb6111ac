"""What happens in a review, as values: a draft is what a reviewer does, an event is a draft sealed into the chain."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from pipeline.core.canonical import canonical_json, sha256_bytes
from pipeline.core.ratings import Judgement, RaterId, SegmentRef
from pipeline.core.records import Record, SafeId, Sha256

GENESIS = "0" * 64
"""What stands before the first entry of a chain."""

Utc = Annotated[AwareDatetime, AfterValidator(lambda time: time.astimezone(UTC).replace(microsecond=0))]


class Action(StrEnum):
    """Name what a reviewer did.

    `confirm` and `reject` answer a flag of the tool; `relabel` rates a place afresh, and is the only way to rate blind; `pin` rates a
    place that was not offered; `adjudicate` decides after two ratings were set side by side. `undo` takes back the reviewer's own latest
    step, `void` takes back an older one, with a reason. `select` chooses a moment for supervision. `reveal` opened the model's output,
    `reflect` wrote something first, or skipped.
    """

    CONFIRM = "confirm"
    REJECT = "reject"
    RELABEL = "relabel"
    PIN = "pin"
    ADJUDICATE = "adjudicate"
    UNDO = "undo"
    VOID = "void"
    SELECT = "select"
    REVEAL = "reveal"
    REFLECT = "reflect"


RATING_ACTIONS = frozenset((Action.CONFIRM, Action.REJECT, Action.RELABEL, Action.PIN))
DECISIONS = RATING_ACTIONS | {Action.ADJUDICATE}
UNDOABLE = DECISIONS | {Action.SELECT, Action.VOID}
TAKES_BACK = frozenset((Action.UNDO, Action.VOID))


class Reason(StrEnum):
    """Say why, where a reviewer or the program has a reason to give."""

    USUAL_WAY = "usual_way_of_talking"
    OTHER_KIND = "other_kind"
    OTHER_PLACE = "other_place"
    MISTAKE = "mistake"
    CHANGED_MIND = "changed_mind"
    WRITTEN = "written"
    SKIPPED = "skipped"
    IMPORTED = "imported"
    IMPORTED_BY_ID = "imported_by_session_id"


class Draft(Record):
    """State what a reviewer does, before it is stored.

    `judgement` goes with the five actions that rate, and with no other. `target_event_id` names what `undo` and `void` take back.
    `assisted`: the page showed the tool's flags; `model_sha256_seen` names the model whose output was shown. `blind`: neither was, nor
    another rater's rating. `seconds_on_segment` is whole seconds, None where nobody counted.
    """

    action: Action
    reviewer_role_id: RaterId
    ref: SegmentRef
    guideline_version: SafeId
    judgement: Judgement = Judgement()
    reason_code: Reason | None = None
    assisted: bool = False
    blind: bool = False
    model_sha256_seen: Sha256 | None = None
    seconds_on_segment: Annotated[int, Field(ge=0, le=86_400)] | None = None
    target_event_id: Sha256 | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Draft:
        if (self.action in DECISIONS) == self.judgement.is_empty:
            raise ValueError("a rating goes with the actions that rate, and only with them")
        if (self.action in TAKES_BACK) != (self.target_event_id is not None):
            raise ValueError("undo and void name what they take back, other actions do not")
        if self.action is Action.VOID and self.reason_code is None:
            raise ValueError("void gives its reason")
        if self.action is Action.REVEAL and self.model_sha256_seen is None:
            raise ValueError("what was revealed is named")
        strength = max(self.judgement.w or 0, self.judgement.c or 0)
        if (self.action is Action.CONFIRM and not strength) or (self.action is Action.REJECT and (strength or self.judgement.w is None)):
            raise ValueError("confirm says that there is something, reject that there is nothing")
        if self.blind and (self.assisted or self.model_sha256_seen or self.action not in {Action.RELABEL, *TAKES_BACK}):
            raise ValueError("a blind rating has seen nothing and answers no flag")
        return self


class Event(Draft):
    """Hold one stored action.

    `event_id` is the hash of everything else in it, `prev_hash` the id of the entry before it. `revealed_before_decision` is the store's
    own finding, not the caller's word.
    """

    event_id: Sha256
    prev_hash: Sha256
    time: Utc
    revealed_before_decision: bool = False


class Erasure(Record):
    """Say in the chain which entries before it were erased, by their ids, so that no other empty entry can be passed off as erased."""

    event_id: Sha256
    prev_hash: Sha256
    time: Utc
    erased_event_ids: Annotated[tuple[Sha256, ...], Field(min_length=1)]


class Tombstone(Record):
    """Hold what is left of an erased event: its place in the chain, as two hashes."""

    event_id: Sha256
    prev_hash: Sha256


Entry = Event | Erasure | Tombstone


def take_back(target: Event, *, action: Action, reason_code: Reason | None = None) -> Draft:
    """Return the draft that undoes or voids an event: same reviewer, same place."""
    return Draft(
        action=action,
        reviewer_role_id=target.reviewer_role_id,
        ref=target.ref,
        guideline_version=target.guideline_version,
        reason_code=reason_code,
        target_event_id=target.event_id,
    )


def seal(draft: Draft, *, prev_hash: str, time: datetime, revealed_before_decision: bool = False) -> Event:
    """Turn a draft into the event that follows the entry `prev_hash`."""
    body = {**draft.model_dump(), "prev_hash": prev_hash, "time": time, "revealed_before_decision": revealed_before_decision}
    unsealed = Event.model_validate({**body, "event_id": GENESIS})
    return unsealed.model_copy(update={"event_id": seal_of(unsealed)})


def seal_erasure(erased_event_ids: tuple[str, ...], *, prev_hash: str, time: datetime) -> Erasure:
    """Return the entry that says that these entries were erased."""
    unsealed = Erasure(event_id=GENESIS, prev_hash=prev_hash, time=time, erased_event_ids=erased_event_ids)
    return unsealed.model_copy(update={"event_id": seal_of(unsealed)})


def seal_of(entry: Event | Erasure) -> str:
    """Return the id that an entry with this content must have."""
    return sha256_bytes(canonical_json(entry.model_dump(mode="json", exclude={"event_id"})))
