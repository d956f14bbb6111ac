"""What the system is asked to enforce on a worker process: memory, no core dump, and an end with the run that started it."""

from __future__ import annotations

import ctypes
import resource
import signal
import sys
from pathlib import Path

MEGABYTE = 1 << 20
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Environment of a worker: numeric libraries stay on one core, so that workers share the machine and sums have one order."""

_PR_SET_PDEATHSIG = 1


def no_core_dump() -> None:
    """Keep a crash from writing this process's memory, transcripts in it, to the disk."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def end_with_parent() -> None:
    """Have the system kill this process when the one that started it dies; where it cannot, the closed pipe ends it later."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def allow_memory(megabytes: int) -> None:
    """Let this process take `megabytes` more than it holds now; beyond that, allocations fail."""
    reserved, hard = memory_reserved(), resource.getrlimit(resource.RLIMIT_DATA)[1]
    if reserved is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (reserved + megabytes * MEGABYTE, hard))


def allow_any_memory() -> None:
    """Take a limit of `allow_memory` back."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def memory_reserved() -> int | None:
    """Return the bytes of private memory that this process has reserved, used or not; None where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii", errors="replace").splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), None)


def memory_in_use(pid: int) -> int | None:
    """Return the bytes of memory that a process uses; None where the system does not tell or the process is gone."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return None
    return int(pages) * resource.getpagesize()
