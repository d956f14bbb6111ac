"""Workers on other machines, through a Dask scheduler: the same tasks and the same bytes; results and manifest are written here.

Needs the extra `cluster`. The files of an input go to the scheduler and from there to a worker; a machine that is lost costs a
retry, since the scheduler still holds what it was given.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from typing import Any

from pipeline.batch.answers import STOPPING, outcome_of, stopping_error
from pipeline.batch.codes import BatchCode
from pipeline.batch.frames import Frame
from pipeline.batch.pool import Contents, Done
from pipeline.batch.remote import Quiet, hold, perform
from pipeline.batch.tasks import Outcome, OutcomeKind, Setup, Task
from pipeline.core.errors import InputError, RunError, UsageError

_CONNECT_S = 15.0
_LOOK_S = 0.05
_TALKATIVE = ("distributed", "distributed.client", "distributed.comm", "distributed.core")
_AHEAD = 2
"""How many tasks a worker thread has given out to it: the one it is at and the next."""


def host_and_port(address: str) -> tuple[str, int]:
    """Return host and port of a scheduler address such as `tcp://10.0.0.5:8786`; raises `UsageError` when it is none."""
    scheme, _, rest = address.rpartition("://")
    host, _, port = rest.rpartition(":")
    if scheme not in ("tcp", "tls", "") or not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise UsageError("CLU-001", "--cluster needs an address with a port", way_out="Example: --cluster tcp://10.0.0.5:8786.")
    return host.strip("[]"), int(port)


class Cluster:
    """Hold the connection to a scheduler and the tasks that it was given."""

    def __init__(self, address: str, *, setup: Setup, contents: Contents) -> None:
        self._setup_json = setup.model_dump_json()
        self._contents = contents
        self._given: dict[Any, Task] = {}
        self._held: dict[int, Any] = {}
        self._client = _connect(address)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.cancel([*self._given, *self._held.values()], force=True)
        self._client.close()

    @property
    def at_work(self) -> tuple[Task, ...]:
        """Return the tasks that were given out and not answered."""
        return tuple(self._given.values())

    def run(self, tasks: Iterable[Task], *, stopped: Callable[[], bool] = lambda: False) -> Iterator[Done]:
        """Do all tasks and yield what came of each, in the order in which they end; ends early once `stopped()`.

        Raises `ModelError` when a machine has another model, rules or version than this one, `RunError` when the scheduler is lost.
        """
        coming = iter(tasks)
        while not stopped():
            yield from self._give_out(coming)
            if not self._given:
                self._held.clear()
                return
            done = [future for future in self._given if future.done()]
            if not done:
                time.sleep(_LOOK_S)
            for future in done:
                yield self._settled(future)

    def _give_out(self, coming: Iterator[Task]) -> Iterator[Done]:
        room = self._room()
        while len(self._given) < room:
            task = next(coming, None)
            if task is None:
                return
            try:
                self._give(task)
            except InputError as error:
                yield task, Outcome(OutcomeKind.REFUSED, error=error)

    def _room(self) -> int:
        try:
            threads: dict[str, int] = self._client.nthreads()
        except OSError:
            raise _lost() from None
        return max(1, _AHEAD * sum(threads.values()))

    def _give(self, task: Task) -> None:
        number = task.input.number
        if number not in self._held:
            contents = self._contents(number)
            self._held = {one.input.number: self._held[one.input.number] for one in self._given.values()}
            self._held[number] = self._client.submit(hold, Quiet(contents), pure=False)
        asked = Quiet((self._setup_json, task.model_dump_json()))
        future = self._client.submit(perform, asked, self._held[number], pure=False)
        self._given[future] = task

    def _settled(self, future: Any) -> Done:
        from distributed import KilledWorker

        task = self._given.pop(future)
        if future.status == "finished":
            try:
                head, body, seconds = future.result()
            except (CancelledError, OSError):
                raise _lost() from None
            answer = Frame(head, body)
            if head["kind"] == STOPPING:
                raise stopping_error(answer)
            return task, outcome_of(answer, seconds=seconds)
        error = future.exception() if future.status == "error" else None
        if isinstance(error, KilledWorker):
            return task, Outcome(OutcomeKind.FAILED, error=BatchCode.CRASHED.error())
        if error is not None:
            way_out = "Install this version with the extra `cluster` on every machine of the cluster."
            raise RunError("CLU-004", "a machine of the cluster cannot do the tasks", place=type(error).__name__, way_out=way_out)
        raise _lost()


def _connect(address: str) -> Any:
    try:
        import distributed
    except ModuleNotFoundError as error:
        way_out = "Install the extra `cluster`."
        raise UsageError("CLU-003", "a cluster needs a package that is not installed", place=error.name or "", way_out=way_out) from None
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
    try:
        client = distributed.Client(address, timeout=_CONNECT_S, set_as_default=False)
    except OSError:
        raise UsageError("CLU-002", "the scheduler does not answer", way_out="Check --cluster and that it is running.") from None
    return client


def _lost() -> RunError:
    return RunError("CLU-005", "the scheduler was lost", way_out="Run the same command again; what was finished is kept.")
