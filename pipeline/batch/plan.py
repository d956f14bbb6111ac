"""What a run is asked to do: every input with its hash and its key, in an order that does not hang on how they were listed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.annotate.keys import Recipe, session_key
from pipeline.batch.codes import BatchCode
from pipeline.batch.index import SessionIndex
from pipeline.batch.tasks import InputRef
from pipeline.core.canonical import sha256_bytes
from pipeline.core.errors import InputError, UsageError
from pipeline.ingest.companions import InputGroup
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import input_sha256
from pipeline.ingest.source import read_regular


@dataclass(frozen=True, slots=True)
class Shard:
    """Choose every input whose hash falls to part `part` of `parts`, counted from 1."""

    part: int
    parts: int

    def holds(self, source_sha256: str) -> bool:
        """Tell whether an input belongs to this part; one that cannot be read belongs to the first."""
        return (int(source_sha256[:16], 16) if source_sha256 else 0) % self.parts == self.part - 1


WHOLE = Shard(1, 1)


def parse_shard(text: str) -> Shard:
    """Parse `k/n`; raises `UsageError` when it is no part of a whole.

    >>> parse_shard("2/5")
    Shard(part=2, parts=5)
    """
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise UsageError("BAT-202", "--shard needs k/n with k from 1 to n", way_out="Example: --shard 1/4.")
    return Shard(int(part), int(parts))


@dataclass(frozen=True, slots=True)
class PlannedInput:
    """Hold one input of a run: its files, what a worker must know of it, and why it cannot be read, if so.

    `copy_no` counts the inputs before it that hold the same bytes. Inputs that are not `due_here` belong to another shard: they
    take part in the choice of names only.
    """

    group: InputGroup
    ref: InputRef
    copy_no: int = 0
    due_here: bool = True
    error: InputError | None = None

    def key(self, position: int) -> str:
        """Return the key of the session at `position`; of the input as a whole at 0."""
        return session_key(self.ref.key, position=position, copy=self.copy_no)


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold all inputs of a run, by their place in it from 1, and the files of other kinds that lay beside them."""

    inputs: tuple[PlannedInput, ...]
    skipped: tuple[InputGroup, ...]

    def __getitem__(self, number: int) -> PlannedInput:
        return self.inputs[number - 1]


def make_plan(
    groups: Sequence[InputGroup],
    *,
    options: ReadOptions,
    recipe: Recipe,
    index: SessionIndex | None = None,
    shard: Shard = WHOLE,
    stopped: Callable[[], bool] = lambda: False,
) -> Plan:
    """Hash every input and give it its key; inputs are sorted by path, and one that was given twice counts once.

    Raises `UsageError` when the index contradicts itself. Once `stopped()`, the inputs so far are returned.
    """
    ordered = _sorted_once(groups)
    copies: Counter[str] = Counter()
    inputs: list[PlannedInput] = []
    for group in ordered:
        if stopped():
            break
        if group.skipped is None:
            own = index.options_for(group, options) if index else options
            planned = _planned(group, number=len(inputs) + 1, options=own, recipe=recipe)
            source_sha256 = planned.ref.source_sha256
            inputs.append(replace(planned, copy_no=copies[source_sha256], due_here=shard.holds(source_sha256)))
            copies[source_sha256] += 1
    return Plan(tuple(inputs), tuple(group for group in ordered if group.skipped is not None))


def contents_of(planned: PlannedInput) -> Sequence[bytes]:
    """Return the bytes of an input's files again; raises `InputError` when they are not those that were hashed."""
    contents = _read(planned.group, planned.ref.options)
    if _sha256(contents) != planned.ref.source_sha256:
        raise BatchCode.CHANGED.error()
    return contents


def _sorted_once(groups: Sequence[InputGroup]) -> list[InputGroup]:
    """Sort by the bytes of the absolute paths; a file that was named itself is read even where its folder leaves it out."""
    once: dict[tuple[bytes, ...], InputGroup] = {}
    for group in groups:
        name = tuple(os.fsencode(path.absolute()) for path in group.paths)
        if name not in once or once[name].skipped is not None:
            once[name] = group
    return [once[name] for name in sorted(once)]


def _planned(group: InputGroup, *, number: int, options: ReadOptions, recipe: Recipe) -> PlannedInput:
    suffixes = tuple(path.suffix.casefold() for path in group.paths)
    try:
        source_sha256, error = _sha256(_read(group, options)), None
    except InputError as problem:
        source_sha256, error = "", problem
    ref = InputRef(
        number=number,
        key=recipe.input_key(source_sha256, suffixes=suffixes, parties=group.parties, options=options),
        source_sha256=source_sha256,
        suffixes=suffixes,
        parties=group.parties,
        options=options,
    )
    return PlannedInput(group, ref, error=error)


def _read(group: InputGroup, options: ReadOptions) -> list[bytes]:
    return [read_regular(path, max_bytes=options.max_bytes) for path in group.paths]


def _sha256(contents: Sequence[bytes]) -> str:
    return input_sha256([sha256_bytes(content) for content in contents])
