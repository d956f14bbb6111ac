"""Errors with a stable code, a place and a way out, and never a word of a transcript."""

from __future__ import annotations


class PipelineError(Exception):
    """Stop one piece of work for a reason that the user can act on.

    `code` is stable (`ING-003`), `place` says where without quoting (`line 12`, `turn 4`, `column "text"`), `way_out` says
    what to do next. None of the three may hold transcript text; callers pass counts, positions and names of our own.
    """

    def __init__(self, code: str, problem: str, *, place: str = "", way_out: str = "") -> None:
        self.code = code
        self.problem = problem
        self.place = place
        self.way_out = way_out
        super().__init__(self.one_line())

    def one_line(self) -> str:
        """Return the whole error as one line for a terminal, a manifest row or a log."""
        where = f" ({self.place})" if self.place else ""
        how = f". {self.way_out}" if self.way_out else ""
        return f"{self.code}: {self.problem}{where}{how}"


class UsageError(PipelineError):
    """Say that a command, an option or a configuration is wrong; the command exits with 2."""


class InputError(PipelineError):
    """Say that one input cannot be scored; other inputs go on."""


class ModelError(PipelineError):
    """Say that a model folder is missing, changed or not allowed."""


class OutputError(PipelineError):
    """Say that a result could not be written."""


class LockedError(PipelineError):
    """Say that another run is at work in the output folder."""


class RunError(PipelineError):
    """Say that a run cannot go on for a reason that lies in no input."""
