"""The manifest of an output folder: what was made of which input, one JSON line each, only ever added to.

No line holds a word of a transcript or the path of a file. The last line about a key is what holds.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from pipeline.annotate.write import result_name
from pipeline.core.canonical import sync_directory, write_failed
from pipeline.core.errors import OutputError
from pipeline.core.faults import FaultPoint, is_due, reach
from pipeline.core.records import Index, Record
from pipeline.ingest.companions import MANIFEST_NAME


class Status(StrEnum):
    """Say what became of a session.

    `scored`: its result was written. `current`: a result that was there was written anew without scoring. `refused`: it cannot be
    read. `failed`: reading or scoring broke. `interrupted`: the run ended before it was done.
    """

    SCORED = "scored"
    CURRENT = "current"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Row(Record):
    """Hold one line of the manifest.

    `session` is the place of the session in its input, from 1, and `sessions` how many the input holds; both are 0 for an input that
    could not be read. `copy_no` counts inputs with the same bytes in one run. `key` is that of the result; it is empty where no key
    could be told, as for a missing file. `display_id` is the session's id, or the number of its input in the run. `summary` is the
    session's line of `summary.csv`.
    """

    run_id: str
    status: Status
    display_id: str
    input_sha256: str
    copy_no: Index = 0
    session: Index = 0
    sessions: Index = 0
    key: str = ""
    reason_code: str = ""
    place: str = ""
    seconds: Annotated[float, Field(ge=0)] = 0.0
    output: str = ""
    output_sha256: str = ""
    summary: dict[str, str | int | float] = Field(default_factory=dict)

    @property
    def has_result(self) -> bool:
        """Tell whether the row stands for a result file."""
        return self.status in (Status.SCORED, Status.CURRENT)

    @property
    def identity(self) -> tuple[str, int, int]:
        """Return which session of which input this is, whatever model or configuration it was scored with."""
        return self.input_sha256, self.copy_no, self.session

    @property
    def transcript_id(self) -> str:
        """Return the id under which the result lies."""
        return self.output.removesuffix(result_name(""))


class Ledger:
    """Hold the rows of one output folder and add to them; every row is on the disk before `add` returns."""

    def __init__(self, folder: Path, rows: Sequence[Row] = (), *, unreadable: int = 0) -> None:
        self.folder = folder
        self.unreadable = unreadable
        self.added = 0
        self._latest: dict[str, Row] = {}
        self._of_input: dict[str, dict[str, Row]] = defaultdict(dict)
        self._by_output: dict[str, Row] = {}
        for row in rows:
            self._learn(row)

    @classmethod
    def load(cls, folder: Path) -> Ledger:
        """Read the manifest of `folder`; lines that cannot be read are counted, and what they told is made again.

        Raises `OutputError` when the disk or the permissions do not allow it.
        """
        path = folder / MANIFEST_NAME
        try:
            lines = path.read_bytes().split(b"\n") if path.is_file() else []
        except OSError:
            way_out = "Check the permissions of the output folder."
            raise OutputError("OUT-004", "the manifest cannot be read", place=MANIFEST_NAME, way_out=way_out) from None
        rows = [_row(line) for line in lines if line]
        return cls(folder, [row for row in rows if row is not None], unreadable=sum(row is None for row in rows))

    def with_key(self, key: str) -> Row | None:
        """Return the last row about a key."""
        return self._latest.get(key)

    def of_input(self, sha256: str) -> tuple[Row, ...]:
        """Return the last row about every key of one input, in the order in which the keys came up."""
        return tuple(self._of_input[sha256].values()) if sha256 in self._of_input else ()

    def with_output(self, name: str) -> Row | None:
        """Return the last row about a result file."""
        return self._by_output.get(name)

    def results(self) -> tuple[Row, ...]:
        """Return the last row about every result file that was ever named."""
        return tuple(self._by_output.values())

    def add(self, *rows: Row) -> None:
        """Append rows and sync; a row without a key that says what the last one about its input said is not repeated.

        Raises `OutputError` when the disk or the permissions do not allow it.
        """
        new = [row for row in rows if not self._is_known(row)]
        if new:
            self._append(b"".join(row.model_dump_json().encode() + b"\n" for row in new))
        for row in new:
            self._learn(row)
        self.added += len(new)

    def _learn(self, row: Row) -> None:
        key = row.key or f"{row.display_id}|{row.input_sha256}"
        self._latest[key] = row
        if row.input_sha256:
            self._of_input[row.input_sha256][key] = row
        if row.output:
            self._by_output[row.output] = row

    def _is_known(self, row: Row) -> bool:
        last = None if row.key else self._latest.get(f"{row.display_id}|{row.input_sha256}")
        return last is not None and (last.status, last.reason_code) == (row.status, row.reason_code)

    def _append(self, content: bytes) -> None:
        path = self.folder / MANIFEST_NAME
        try:
            is_new = not path.exists()
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                if is_new:
                    os.fchmod(descriptor, 0o600)
                    sync_directory(self.folder)
                _drop_torn_line(descriptor)
                _write_all(descriptor, content)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise write_failed(error) from None
        reach(FaultPoint.ROW_WRITTEN)


def _row(line: bytes) -> Row | None:
    try:
        return Row.model_validate_json(line)
    except ValidationError:
        return None


def _drop_torn_line(descriptor: int) -> None:
    """Cut off a last line without an end: the run that wrote it died before it was a row."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        os.ftruncate(descriptor, os.pread(descriptor, size, 0).rfind(b"\n") + 1)


def _write_all(descriptor: int, content: bytes) -> None:
    if is_due(FaultPoint.ROW_HALF_WRITTEN):
        os.write(descriptor, content[: len(content) // 2])
        os.kill(os.getpid(), 9)
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
