"""What an action may not do as things stand; checked under the write lock, before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.review.errors import RefusedError
from pipeline.review.events import TAKES_BACK, UNDOABLE, Action, Draft, Event
from pipeline.review.fold import MOMENTS_TO_BRING, effective, undoable


def history_needed(draft: Draft) -> bool:
    """Return whether a draft can only be judged beside the session's earlier events."""
    return draft.blind or draft.action in {*TAKES_BACK, Action.SELECT}


def check_draft(draft: Draft, *, history: Sequence[Event]) -> None:
    """Raise `RefusedError` when the draft does not go with what happened before it in this session."""
    if draft.blind:
        _check_blind(draft, history)
    if draft.action in TAKES_BACK:
        _check_target(draft, history)
    if draft.action is Action.UNDO:
        _check_undo(draft, history)
    if draft.action is Action.VOID:
        _check_void(draft, history)
    if draft.action is Action.SELECT:
        _check_select(history)


def _check_blind(draft: Draft, history: Sequence[Event]) -> None:
    """Blind is a fact, not a setting: who saw the tool's output for a session cannot rate it blind any more."""
    seen = (event.assisted or event.model_sha256_seen for event in history if event.reviewer_role_id == draft.reviewer_role_id)
    if any(seen):
        raise RefusedError("REV-020", "this rater has seen the tool's output for this session, so the rating is not blind")


def _check_target(draft: Draft, history: Sequence[Event]) -> None:
    target = next((event for event in history if event.event_id == draft.target_event_id), None)
    if target is None or target.reviewer_role_id != draft.reviewer_role_id or target.ref != draft.ref:
        raise RefusedError("REV-023", "what is to be taken back is no step of this reviewer at this place")


def _check_undo(draft: Draft, history: Sequence[Event]) -> None:
    steps = undoable(history, draft.reviewer_role_id)
    if not steps:
        raise RefusedError("REV-021", "there is nothing to undo")
    if draft.target_event_id != steps[-1]:
        raise RefusedError("REV-022", "undo takes back the latest step only", way_out="Use void, with a reason, for an older one.")


def _check_void(draft: Draft, history: Sequence[Event]) -> None:
    holding = {event.event_id for event in effective(history) if event.action in UNDOABLE - {Action.VOID}}
    if draft.target_event_id not in holding:
        raise RefusedError("REV-025", "void takes back a rating or a choice that still holds")


def _check_select(history: Sequence[Event]) -> None:
    chosen = [event for event in effective(history) if event.action is Action.SELECT]
    if len(chosen) >= MOMENTS_TO_BRING:
        raise RefusedError("REV-024", f"{MOMENTS_TO_BRING} moments are chosen already", way_out="Take one back first.")
