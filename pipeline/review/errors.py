"""What a store can refuse, with codes that stay."""

from __future__ import annotations

from pipeline.core.errors import PipelineError
from pipeline.review.events import Draft, Event


class StoreError(PipelineError):
    """Say that a store is in use, damaged, changed behind our back, or newer than this version."""


class RefusedError(PipelineError):
    """Say that an action cannot be taken as things stand: nothing to undo, three moments chosen already, not blind any more."""


class ConflictError(PipelineError):
    """Refuse a write that was based on an older version than the stored one; nothing was written.

    Carries both sides: `offered` is what was to be written, `stored` what came since `based_on`; `current` is the version to base the
    next write on. A page answers 409 with both.
    """

    def __init__(self, *, based_on: int, current: int, offered: tuple[Draft, ...], stored: tuple[Event, ...]) -> None:
        self.based_on = based_on
        self.current = current
        self.offered = offered
        self.stored = stored
        super().__init__(
            "REV-010",
            "somebody else was here first",
            place=f"based on version {based_on}, now {current}",
            way_out="Look at both, then decide again.",
        )
