"""The run's end of one worker process: start it, give it a task, hear its answer, know when it is over a limit, end it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from pipeline.batch.codes import BatchCode
from pipeline.batch.frames import Frame, FrameBuffer, send
from pipeline.batch.limits import MEGABYTE, ONE_THREAD, memory_in_use
from pipeline.batch.tasks import InputRef, Setup, Task

WORKER_MODULE = "pipeline.batch.worker"
GONE = "gone"
"""The kind of the frame that stands for the end of a worker which did not answer."""

_BOOT = "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]); importlib.import_module(sys.argv[2]).main()"
_PIECE = 1 << 20


class Stage(StrEnum):
    """Say how far a worker is: it starts, can open inputs, and once the model is loaded can score."""

    STARTING = "starting"
    READY = "ready"
    LOADED = "loaded"


class Child:
    """Hold one worker process and the task that it is at.

    It leads a session of its own, so that a signal from the terminal reaches the run alone, which then ends its workers.
    """

    def __init__(self, setup: Setup) -> None:
        self.task: Task | None = None
        self.stage = Stage.STARTING
        self._limits = setup.settings.batch
        self._buffer = FrameBuffer()
        self._opened = ""
        self._waiting: Frame | None = None
        self._at_rest_bytes: int | None = None
        self._begin(self._limits.start_limit_s)
        read_end, self._asked = os.pipe()
        self.answers, write_end = os.pipe()
        os.set_blocking(self.answers, False)
        self._process = _start(read_end, write_end)
        self._send(Frame({"kind": "setup", "setup": setup.model_dump(mode="json")}))

    @property
    def seconds(self) -> float:
        """Return how long the task has been going on, without the time to start and load."""
        return time.monotonic() - self._began_s

    def holds(self, wanted: InputRef) -> bool:
        """Tell whether the worker has the files of an input from the task before."""
        return self._opened == wanted.key

    def give(self, task: Task, contents: Sequence[bytes]) -> None:
        """Give a task to a worker that has none, with the input's files unless it holds them; sent once the worker has started."""
        self.task, self._opened = task, task.input.key
        head = {"kind": "task", "task": task.model_dump(mode="json"), "sizes": [len(one) for one in contents]}
        self._waiting = Frame(head, b"".join(contents))
        if self.stage is not Stage.STARTING:
            self._send_task()

    def hear(self) -> Frame | None:
        """Return the answer to the task if it is there; a worker that has ended without one answers `GONE`."""
        try:
            piece = os.read(self.answers, _PIECE)
        except BlockingIOError:
            return None
        answers = self._buffer.feed(piece) if piece else [Frame({"kind": GONE})]
        for frame in answers:
            if frame.head["kind"] not in (Stage.READY, Stage.LOADED):
                return frame
            self._reach(Stage(frame.head["kind"]))
        return None

    def broken_limit(self) -> BatchCode | None:
        """Return the limit that the worker has broken, if any."""
        if self.task is not None and time.monotonic() > self._deadline_s:
            return BatchCode.TOO_SLOW
        in_use = memory_in_use(self._process.pid) if self._at_rest_bytes is not None else None
        if in_use is not None and in_use > (self._at_rest_bytes or 0) + self._limits.memory_limit_mb * MEGABYTE:
            return BatchCode.TOO_BIG
        return None

    def end(self) -> None:
        """Kill the process and everything that it started, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._asked)
        os.close(self.answers)

    def _reach(self, stage: Stage) -> None:
        self.stage = stage
        self._at_rest_bytes = memory_in_use(self._process.pid)
        if stage is Stage.LOADED:
            self._begin(self._limits.time_limit_s)
        elif self._waiting is not None:
            self._send_task()

    def _send_task(self) -> None:
        frame, self._waiting = self._waiting, None
        if frame is not None and self.task is not None:
            loads = self.task.position > 0 and self.stage is not Stage.LOADED
            self._begin(self._limits.start_limit_s if loads else self._limits.time_limit_s)
            self._send(frame)

    def _begin(self, limit_s: float) -> None:
        self._began_s = time.monotonic()
        self._deadline_s = self._began_s + limit_s

    def _send(self, frame: Frame) -> None:
        """Send a frame; that a worker is gone is heard from its end of the other pipe."""
        with contextlib.suppress(BrokenPipeError):
            send(self._asked, frame)


def _start(read_end: int, write_end: int) -> subprocess.Popen[bytes]:
    """Start the worker with the module path of this process, and not with the current folder, where anything may lie."""
    paths = json.dumps([path or str(Path.cwd()) for path in sys.path])
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _BOOT, paths, WORKER_MODULE],
        stdin=read_end,
        stdout=write_end,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **ONE_THREAD},
        start_new_session=True,
    )
    os.close(read_end)
    os.close(write_end)
    return process
