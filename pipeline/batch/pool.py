"""Worker processes of this machine: each at one task, watched, ended and replaced when it hangs, crashes or takes too much."""

from __future__ import annotations

import selectors
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from pipeline.batch.answers import STOPPING, outcome_of, stopping_error
from pipeline.batch.child import GONE, Child, Stage
from pipeline.batch.codes import BatchCode
from pipeline.batch.frames import Frame
from pipeline.batch.tasks import Outcome, OutcomeKind, Setup, Task
from pipeline.core.errors import InputError, RunError

Contents = Callable[[int], Sequence[bytes]]
"""Return the files of the input with this number; raises `InputError` when they cannot be read or are not what they were."""

Done = tuple[Task, Outcome]

_WATCH_S = 0.1
_STARTS = 3


class Pool:
    """Hold the worker processes of a run; close it when the run ends, however it ends."""

    def __init__(self, setup: Setup, *, contents: Contents, jobs: int) -> None:
        self._setup = setup
        self._contents = contents
        self._jobs = jobs
        self._children: list[Child] = []
        self._again: deque[Task] = deque()
        self._tries: Counter[tuple[int, int]] = Counter()
        self._failed_starts = 0

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, tasks: Iterable[Task], *, stopped: Callable[[], bool] = lambda: False) -> Iterator[Done]:
        """Do all tasks and yield what came of each, in the order in which they end; ends early once `stopped()`.

        The next task is given out only when the caller asks for more, so that what was yielded can be made safe first. Raises
        `ModelError` or `UsageError` when no task could be done for that reason, `RunError` when no worker stays alive to start.
        """
        coming = iter(tasks)
        while not stopped():
            yield from self._give_out(coming)
            if not self.at_work:
                return
            for child in self._with_news():
                yield from self._settle(child, child.hear())
            for child in list(self._children):
                limit = child.broken_limit()
                if limit is not None:
                    yield from self._lose(child, limit)

    @property
    def at_work(self) -> tuple[Task, ...]:
        """Return the tasks that were given out and not answered."""
        return tuple(child.task for child in self._children if child.task is not None)

    def close(self) -> None:
        """End every worker at once; none of them holds anything that would be lost."""
        while self._children:
            self._children.pop().end()

    def _give_out(self, coming: Iterator[Task]) -> Iterator[Done]:
        while len(self.at_work) < self._jobs:
            task = self._again.popleft() if self._again else next(coming, None)
            if task is None:
                return
            child = self._free_child(task)
            try:
                child.give(task, () if child.holds(task.input) else self._contents(task.input.number))
            except InputError as error:
                yield task, Outcome(OutcomeKind.REFUSED, error=error)

    def _free_child(self, task: Task) -> Child:
        """Return a worker without a task, one that holds the task's input if there is any."""
        free = [child for child in self._children if child.task is None]
        if free:
            return max(free, key=lambda child: child.holds(task.input))
        try:
            self._children.append(Child(self._setup))
        except OSError:
            raise _no_worker() from None
        return self._children[-1]

    def _with_news(self) -> list[Child]:
        with selectors.DefaultSelector() as selector:
            for child in self._children:
                selector.register(child.answers, selectors.EVENT_READ, child)
            return [key.data for key, _ in selector.select(_WATCH_S)]

    def _settle(self, child: Child, answer: Frame | None) -> Iterator[Done]:
        if answer is None:
            return
        if answer.head["kind"] == GONE:
            yield from self._lose(child, BatchCode.CRASHED)
            return
        if answer.head["kind"] == "memory":
            yield from self._lose(child, BatchCode.TOO_BIG)
            return
        if answer.head["kind"] == STOPPING:
            raise stopping_error(answer)
        task, child.task = child.task, None
        if answer.head["kind"] == "broke":
            self._remove(child)
        if task is not None:
            self._failed_starts = 0
            yield task, outcome_of(answer, seconds=child.seconds)

    def _lose(self, child: Child, why: BatchCode) -> Iterator[Done]:
        """Replace a worker, and try its task again where that was not done often enough."""
        task, seconds = child.task, child.seconds
        starting = child.stage is Stage.STARTING or (child.stage is Stage.READY and task is not None and task.position > 0)
        self._remove(child)
        if task is None:
            return
        if starting:
            self._failed_starts += 1
            self._jobs = max(1, self._jobs - 1)  # the machine may not hold so many
            if self._failed_starts >= _STARTS:
                raise _no_worker()
            self._again.append(task)
            return
        number = (task.input.number, task.position)
        self._tries[number] += 1
        if self._tries[number] > self._setup.settings.batch.retries:
            yield task, Outcome(OutcomeKind.FAILED, seconds=seconds, error=why.error())
        else:
            self._again.append(task)

    def _remove(self, child: Child) -> None:
        self._children.remove(child)
        child.end()


def _no_worker() -> RunError:
    return RunError("BAT-010", "worker processes cannot be started, or end while they start", way_out="Try fewer --jobs.")
