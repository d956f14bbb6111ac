"""What a worker is asked to do, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.annotate.keys import Recipe
from pipeline.core.errors import InputError
from pipeline.core.records import Index, Record
from pipeline.core.settings import ScoreSettings
from pipeline.ingest.options import ReadOptions


class Setup(Record):
    """Say what a worker loads and which limits it puts on itself; `model` is empty for the model that is shipped.

    `tied`: the worker is killed with the thread that started it.
    """

    recipe: Recipe
    settings: ScoreSettings
    model: str = ""
    tied: bool = True


class InputRef(Record):
    """Say what a worker must know of one input beside its bytes; `number` is its place in the run."""

    number: Index
    key: str
    source_sha256: str
    suffixes: tuple[str, ...]
    parties: tuple[str, ...] = ()
    options: ReadOptions


class Task(Record):
    """Ask to open one input (`position` 0), or to score its session at `position` under the given id and key."""

    input: InputRef
    position: Index = 0
    transcript_id: str = ""
    key: str = ""


class OutcomeKind(StrEnum):
    """Name what came of a task."""

    OPENED = "opened"
    SCORED = "scored"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what came of a task: the ids of an opened input, the bytes of a result with its summary, or the reason for neither."""

    kind: OutcomeKind
    seconds: float = 0.0
    transcript_ids: tuple[str, ...] = ()
    content: bytes = b""
    summary: dict[str, str | int | float] = field(default_factory=dict)
    error: InputError | None = None
