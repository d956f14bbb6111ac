"""Every code that a run over many sessions can say; the reference is generated from it."""

from __future__ import annotations

from enum import StrEnum

from pipeline.core.errors import InputError


class BatchCode(StrEnum):
    """Name what kept a session from being scored (`BAT-0xx`), or why the manifest has a row about one (`BAT-1xx`)."""

    meaning: str
    way_out: str

    def __new__(cls, code: str, meaning: str, way_out: str = "") -> BatchCode:
        """Make a member that is its code and knows what the code means."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        member.way_out = way_out
        return member

    CRASHED = "BAT-001", "the worker process died", "Report it with the manifest row; no word of the transcript is needed."
    TOO_SLOW = "BAT-002", "the time limit was reached", "Raise `[batch] time_limit_s`, or split the session."
    TOO_BIG = "BAT-003", "the memory limit was reached", "Raise `[batch] memory_limit_mb`, or split the session."
    BROKE = "BAT-004", "a fault in this program", "Report it with the place; no word of the transcript is needed."
    CHANGED = "BAT-005", "the file changed while the run went on", "Run the same command again when it is at rest."
    STOPPED = "BAT-006", "the run was stopped before the session was done", "Run the same command again."
    COMPARED = "BAT-101", "set beside the earlier sessions of the dyad"

    def error(self, *, place: str = "") -> InputError:
        """Return this code as an error of one session."""
        return InputError(self.value, self.meaning, place=place, way_out=self.way_out)
