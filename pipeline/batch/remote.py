"""The part of a run that happens on a machine of a cluster: one task, done in a worker process as on the machine of the run."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.batch.answers import answer_of, stopping
from pipeline.batch.pool import Pool
from pipeline.batch.tasks import Setup, Task
from pipeline.core.errors import PipelineError

Answer = tuple[dict[str, object], bytes, float]
"""Head and body of the answer, and the seconds that the task took."""

_here = threading.local()


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hold what a task is given without showing it: Dask writes the arguments of a task that fails into its log."""

    value: Sequence[bytes | str] = field(repr=False)


def perform(asked: Quiet, files: Quiet) -> Answer:
    """Do one task; called by Dask on its worker. `asked` holds set-up and task as JSON, `files` the bytes of the input's files.

    The process that scores is kept for the next task of the same run, so the model is loaded once. It takes what may happen to a
    task: the Dask worker itself reads nothing and loads nothing.
    """
    setup_json, task_json = map(str, asked.value)
    task = Task.model_validate_json(task_json)
    try:
        ((_, outcome),) = _pool(setup_json, files).run([task])
    except PipelineError as error:
        answer = stopping(error)
        return answer.head, answer.body, 0.0
    answer = answer_of(outcome)
    return answer.head, answer.body, outcome.seconds


def hold(files: Quiet) -> Quiet:
    """Keep the files of an input where tasks of this run find them; made anew by Dask where a machine is lost."""
    return files


def _pool(setup_json: str, files: Quiet) -> Pool:
    """Return this thread's one worker process, which another run's set-up replaces."""
    if getattr(_here, "setup_json", None) != setup_json:
        if hasattr(_here, "pool"):
            _here.pool.close()
        _here.setup_json = setup_json
        _here.pool = Pool(Setup.model_validate_json(setup_json), contents=lambda _: _here.files.value, jobs=1)
    _here.files = files
    pool: Pool = _here.pool
    return pool
