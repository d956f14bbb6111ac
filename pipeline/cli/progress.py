"""How far a run is: a bar on a terminal, a plain line now and then elsewhere, both on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn

from pipeline.cli.console import err

if TYPE_CHECKING:
    from pipeline.batch.run import Step

_LINE_EVERY_S = 30.0


@contextmanager
def progress(*, hidden: bool) -> Iterator[Callable[[Step], None]]:
    """Yield the function that shows a step of the run."""
    clock = _Clock()
    if hidden:
        yield lambda _: None
    elif err.is_terminal:
        with Progress(TextColumn("{task.description}"), BarColumn(), console=err, transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda step: bar.update(task, description=_told(step, clock), completed=step.done, total=step.total or None)
    else:
        yield lambda step: _line(step, clock)


class _Clock:
    """Know when the phase began and when it was last told."""

    def __init__(self) -> None:
        self.phase = ""
        self.began_s = self.told_s = 0.0

    def enter(self, phase: str) -> None:
        """Start anew with every phase."""
        if phase != self.phase:
            self.phase = phase
            self.began_s = self.told_s = time.monotonic()


def _line(step: Step, clock: _Clock) -> None:
    text = _told(step, clock)
    now = time.monotonic()
    if now - clock.told_s >= _LINE_EVERY_S or (step.done == step.total and step.phase == "scoring"):
        clock.told_s = now
        err.print(text, markup=False)


def _told(step: Step, clock: _Clock) -> str:
    """Return a step in words, such as `123/1,000 scored · 4 refused · about 6 min left`."""
    clock.enter(step.phase)
    if step.phase != "scoring":
        return f"{step.phase} {step.done:,}/{step.total:,}"
    parts = [f"{step.done - step.refused:,}/{step.total:,} scored"]
    if step.refused:
        parts.append(f"{step.refused:,} refused")
    if 0 < step.done < step.total:
        parts.append(f"about {in_words((time.monotonic() - clock.began_s) / step.done * (step.total - step.done))} left")
    return " · ".join(parts)


def in_words(seconds: float) -> str:
    """Return a duration roughly, as a person would say it.

    >>> in_words(350)
    '6 min'
    """
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5_400 else f"{seconds / 3600:.1f} h"
