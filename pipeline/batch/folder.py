"""The output folder of a run: one run at a time, and nothing left over from one that was killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.annotate.write import check_writable
from pipeline.core.canonical import TEMP_PREFIX, write_failed
from pipeline.core.errors import LockedError
from pipeline.core.faults import FaultPoint, reach
from pipeline.ingest.companions import LOCK_NAME

_TEMPORARY = re.compile(rf"^{re.escape(TEMP_PREFIX)}.+\.(?P<pid>\d+)$")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make the folder and hold it alone while the body runs.

    The system gives a lock up with the process that holds it, however that ends, so a killed run locks nobody out. Raises
    `LockedError` when another run holds the folder, `OutputError` when it cannot be written to.
    """
    check_writable(folder)
    descriptor = _lock(folder / LOCK_NAME)
    try:
        reach(FaultPoint.LOCKED)
        _sweep(folder)
        reach(FaultPoint.SWEPT)
        yield
    finally:
        os.close(descriptor)


def _lock(path: Path) -> int:
    descriptor = -1
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if descriptor >= 0:
            os.close(descriptor)
        if isinstance(error, BlockingIOError):
            way_out = "Wait for it, or name another folder with --out."
            raise LockedError("OUT-003", "another run is at work in the output folder", way_out=way_out) from None
        raise write_failed(error) from None
    return descriptor


def _sweep(folder: Path) -> None:
    """Remove the temporary files of runs that died while writing; they hold transcript text."""
    for path in folder.iterdir():
        named = _TEMPORARY.match(path.name)
        if named and not _is_alive(int(named["pid"])):
            with contextlib.suppress(OSError):
                path.unlink()


def _is_alive(pid: int) -> bool:
    """Tell whether another process has this id; a file with our own id is from a dead process that had it before."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
