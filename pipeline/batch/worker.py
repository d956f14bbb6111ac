"""The process in which transcripts are read and scored: it may hang, crash or run out of memory, and nothing else does.

It takes tasks from its standard input and answers on its standard output (`frames`). It writes no file and reaches no machine.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING

from pipeline.annotate.write import session_bytes, summary_row
from pipeline.batch.answers import stopping, told
from pipeline.batch.frames import Frame, receive, send
from pipeline.batch.limits import allow_any_memory, allow_memory, end_with_parent, no_core_dump
from pipeline.batch.tasks import InputRef, OutcomeKind, Setup, Task
from pipeline.core.errors import InputError, ModelError, PipelineError
from pipeline.core.offline import go_offline
from pipeline.core.records import Transcript
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.read import OpenedInput, open_sources
from pipeline.ingest.source import source_from_bytes

if TYPE_CHECKING:
    from pipeline.annotate.scorer import Scorer

_GRACE_S = 10.0


def main() -> None:
    """Serve tasks until the run that started this process closes the pipe or dies."""
    asked, answers = _take_over_streams()
    no_core_dump()
    go_offline()
    sys.meta_path.insert(0, _LeftOut())
    try:
        with _LastWords(answers):
            _serve(asked, answers)
    except BrokenPipeError:
        os._exit(0)


def _take_over_streams() -> tuple[int, int]:
    """Keep both pipes for frames alone: whatever a library prints goes nowhere, since it could quote a transcript."""
    asked, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return asked, answers


def _serve(asked: int, answers: int) -> None:
    frames = receive(asked)
    first = next(frames, None)
    if first is None:
        return
    setup = Setup.model_validate(first.head["setup"])
    if setup.tied:
        end_with_parent()
    bench = _Bench(setup, answers)
    send(answers, Frame({"kind": "ready"}))
    for frame in frames:
        bench.take_in(frame)
        answer = bench.do(Task.model_validate(frame.head["task"]))
        send(answers, answer)
        if answer.head["kind"] == "memory":
            return


class _Bench:
    """Hold what stays between tasks: the input that was opened last, and the model once it is needed."""

    def __init__(self, setup: Setup, answers: int) -> None:
        self._setup = setup
        self._limits = setup.settings.batch
        self._answers = answers
        self._scorer: Scorer | None = None
        self._contents: Sequence[bytes] = ()
        self._opened: OpenedInput | None = None
        allow_memory(self._limits.memory_limit_mb)

    def take_in(self, frame: Frame) -> None:
        """Take over the files of an input; a frame without any goes on with those of the task before."""
        sizes = frame.head["sizes"]
        if sizes:
            ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
            self._contents = [frame.body[end - size : end] for size, end in zip(sizes, ends, strict=True)]
            self._opened = None

    def do(self, task: Task) -> Frame:
        """Do one task and say what came of it."""
        _end_in(self._limits.time_limit_s + _GRACE_S)
        try:
            if task.position == 0:
                return Frame({"kind": OutcomeKind.OPENED.value, "ids": list(self._open(task.input).transcript_ids)})
            return self._score(task)
        except MemoryError:
            return Frame({"kind": "memory"})
        except InputError as error:
            return Frame({"kind": OutcomeKind.REFUSED.value, **told(error)})
        except PipelineError as error:
            return stopping(error)
        finally:
            _end_in(0)

    def _open(self, wanted: InputRef) -> OpenedInput:
        if self._opened is None:
            sources = [source_from_bytes(content, suffix=suffix) for content, suffix in zip(self._contents, wanted.suffixes, strict=True)]
            self._opened = open_sources(sources, parties=wanted.parties, options=wanted.options)
        return self._opened

    def _score(self, task: Task) -> Frame:
        scorer = self._scorer = self._scorer or self._load()
        transcript = _under_id(self._open(task.input).session(task.position), task.transcript_id)
        allowed = task.input.options.allow_identifiers
        session = scorer.score_transcript(transcript, identifiers_allowed=allowed, key=task.key)
        return Frame({"kind": OutcomeKind.SCORED.value, "summary": summary_row(session)}, session_bytes(session))

    def _load(self) -> Scorer:
        from pipeline.annotate.scorer import Scorer

        _end_in(self._limits.start_limit_s + _GRACE_S)
        allow_any_memory()
        scorer = Scorer.load(self._setup.model or None, settings=self._setup.settings, threads=1)
        if scorer.recipe != self._setup.recipe:
            way_out = "Run it again; on a cluster, install one version and one model everywhere."
            raise ModelError("MOD-009", "the model, rules or version of a worker differ from those of the run", way_out=way_out)
        allow_memory(self._limits.memory_limit_mb)
        _end_in(self._limits.time_limit_s + _GRACE_S)
        send(self._answers, Frame({"kind": "loaded"}))
        return scorer


def _under_id(transcript: Transcript, transcript_id: str) -> Transcript:
    """Give a session the id that the run chose for it, and say so where another input had its own id first."""
    if transcript.transcript_id == transcript_id:
        return transcript
    issues = (*transcript.issues, IngestCode.DUPLICATE_ID.issue())
    return transcript.model_copy(update={"transcript_id": transcript_id, "issues": issues})


def _end_in(seconds: float) -> None:
    """Have the system end this process in so many seconds, even inside a library; 0 takes that back.

    The run ends a worker that is too slow; this is for a worker that has lost its run.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)


class _LeftOut(MetaPathFinder):
    """Keep spaCy's own dependency from loading torch where it is installed for training: four seconds and 200 MB for nothing."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if fullname == "torch":
            raise ModuleNotFoundError(name=fullname)


class _LastWords:
    """Say which kind of fault ends the process, and where in our own code, before it does; never what the fault is about."""

    def __init__(self, answers: int) -> None:
        self._answers = answers

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None or not issubclass(kind, Exception) or issubclass(kind, BrokenPipeError):
            return
        what = "memory" if issubclass(kind, MemoryError) else "broke"
        send(self._answers, Frame({"kind": what, "place": f"{kind.__name__} at {_place(trace)}"}))


def _place(trace: TracebackType | None) -> str:
    """Return the innermost line of this package on the way to the fault."""
    root = Path(__file__).resolve().parent.parent
    place = "unknown"
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(root):
            place = f"{path.relative_to(root).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


if __name__ == "__main__":
    main()
