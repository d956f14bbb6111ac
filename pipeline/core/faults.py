"""Named places where a run can be made to die, so that the suite can prove what a crash leaves behind.

Nothing happens unless the environment variable `TEST_FAULT_POINT` names a place, as `row_written` or `row_written:3` for the third
time that it is reached. Only tests and `scripts/faults.py` set it.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from enum import StrEnum

VARIABLE = "TEST_FAULT_POINT"
_reached: Counter[str] = Counter()


class FaultPoint(StrEnum):
    """Name the places, in the order in which a run comes by."""

    LOCKED = "locked"
    SWEPT = "swept"
    PLANNED = "planned"
    NAMED = "named"
    TEMPORARY_WRITTEN = "temporary_written"
    RESULT_WRITTEN = "result_written"
    ROW_HALF_WRITTEN = "row_half_written"
    ROW_WRITTEN = "row_written"
    COMPARISON_WRITTEN = "comparison_written"
    SUMMARY_WRITTEN = "summary_written"


def reach(point: FaultPoint) -> None:
    """Kill this process when the environment asks for it at `point`, this many times reached."""
    if is_due(point):
        os.kill(os.getpid(), signal.SIGKILL)


def is_due(point: FaultPoint) -> bool:
    """Count that `point` was reached, and tell whether the process is to die there."""
    wanted, _, times = os.environ.get(VARIABLE, "").partition(":")
    if wanted != point.value:
        return False
    _reached[point.value] += 1
    return _reached[point.value] == int(times or 1)
