"""Ctrl-C and SIGTERM as a wish to stop that work in progress can ask for, so that nothing is left half written."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopWish:
    """Hold the signal that asked the command to stop, 0 while none has; call it to ask whether to stop."""

    def __init__(self) -> None:
        self.signal = 0

    def __call__(self) -> bool:
        """Tell whether the command is to stop."""
        return self.signal != 0


@contextmanager
def stop_wish() -> Iterator[StopWish]:
    """Note the first SIGINT or SIGTERM while the body runs; a second one ends the process at once, as usual."""
    wish = StopWish()

    def note(number: int, _frame: FrameType | None) -> None:
        wish.signal = number
        for one in former:
            signal.signal(one, signal.SIG_DFL)

    former = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield wish
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
