"""What the commands share: exit codes, errors as one line, JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipeline.core.errors import LockedError, ModelError, OutputError, PipelineError, RunError, UsageError

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Exit(IntEnum):
    """Hold the exit codes with what each means; the reference and the help are made from it. Any other code is a failure."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Exit:
        """Make a member that is its code and knows what the code means."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    DONE = 0, "all scored, or nothing to do"
    UNEXPECTED = 1, "unexpected"
    USAGE = 2, "wrong use"
    SOME_NOT_SCORED = 3, "finished, some not scored"
    DISK = 4, "disk or permission"
    LOCKED = 5, "locked by another run"
    MODEL = 6, "model missing or changed"
    INTERRUPTED = 130, "interrupted (SIGINT)"
    TERMINATED = 143, "terminated (SIGTERM)"


EXIT_CODES = "Exit codes: " + " · ".join(f"{code.value} {code.meaning}" for code in Exit) + "."

_EXIT_OF = (
    (UsageError, Exit.USAGE),
    (OutputError, Exit.DISK),
    (LockedError, Exit.LOCKED),
    (ModelError, Exit.MODEL),
    (RunError, Exit.UNEXPECTED),
    (PipelineError, Exit.SOME_NOT_SCORED),
)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn a `PipelineError` into one line on stderr and its exit code."""
    try:
        yield
    except PipelineError as error:
        say_error(error.one_line())
        raise typer.Exit(next(code for kind, code in _EXIT_OF if isinstance(error, kind))) from None
    except KeyboardInterrupt:
        say_error("interrupted; what was finished is kept")
        raise typer.Exit(Exit.INTERRUPTED) from None


def say(text: str) -> None:
    """Print one plain line for a person."""
    out.print(text, markup=False)


def say_error(text: str) -> None:
    """Print one plain line on stderr."""
    err.print(text, markup=False, style="red" if err.is_terminal else None)


def count(number: int, noun: str) -> str:
    """Return a number with its noun, plural where it must be."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def say_json(value: Any) -> None:
    """Print one JSON document for a machine, keys sorted."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n")


@contextmanager
def progress(total: int, *, label: str, hidden: bool = False) -> Iterator[Callable[[], None]]:
    """Show a bar on stderr while the body runs; yield the function that moves it one step. Silent when not a terminal."""
    with _bar(hidden=hidden) as bar:
        task = bar.add_task(label, total=total)
        yield lambda: bar.advance(task)


@contextmanager
def measured_progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar for work that tells itself how far it is; yield the function that takes what is done and the whole."""
    with _bar(hidden=False) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _bar(*, hidden: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=hidden or not err.is_terminal)
