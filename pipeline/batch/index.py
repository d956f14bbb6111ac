"""`sessions.csv`: dyad and session number for files whose format has no place for them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import UsageError
from pipeline.core.ids import safe_id
from pipeline.ingest.companions import InputGroup
from pipeline.ingest.options import ReadOptions

COLUMNS = ("file", "dyad", "session_no")


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """Hold what the index says of one file; either may be left out."""

    dyad_id: str | None
    session_no: int | None


@dataclass(frozen=True, slots=True)
class SessionIndex:
    """Hold the index by the absolute path of the file, without following links."""

    entries: Mapping[Path, IndexEntry]

    def options_for(self, group: InputGroup, options: ReadOptions) -> ReadOptions:
        """Return the options of one input: what the index says of any of its files beats the options of the run.

        Raises `UsageError` when it says something of two files of one input.
        """
        found = [entry for path in group.paths if (entry := self.entries.get(path.absolute())) is not None]
        if len(found) > 1:
            raise _error("IDX-005", "the index has two rows for the files of one session", place=f"{len(found)} rows")
        if not found:
            return options
        return options.model_copy(update={"dyad_id": found[0].dyad_id or options.dyad_id, "session_no": found[0].session_no})

    def unused(self, groups: Sequence[InputGroup]) -> int:
        """Return how many files of the index are not among the inputs."""
        given = {path.absolute() for group in groups for path in group.paths}
        return len(self.entries.keys() - given)


def read_index(path: Path) -> SessionIndex:
    """Read a table with the columns file, dyad and session_no; `file` is relative to the table.

    Raises `UsageError` with the line, never with what stands in it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise _error("IDX-001", "the index cannot be read", way_out="Give a UTF-8 CSV file.") from None
    entries: dict[Path, IndexEntry] = {}
    for line, row in _rows(text):
        file = Path(path.parent / row["file"].strip()).absolute()
        if not row["file"].strip() or not file.is_file():
            raise _error("IDX-003", "a file of the index does not exist", place=f"line {line}")
        if file in entries:
            raise _error("IDX-004", "the index has two rows for one file", place=f"line {line}", way_out="Keep one of them.")
        entries[file] = IndexEntry(_dyad(row["dyad"], line), _number(row["session_no"], line))
    return SessionIndex(entries)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if sorted(name.strip() for name in reader.fieldnames or ()) != sorted(COLUMNS):
            raise _error("IDX-002", "the index has other columns", place="line 1", way_out=f"Needed: {','.join(COLUMNS)}.")
        for row in reader:
            cells = {str(name).strip(): cell for name, cell in row.items()}
            if any(not isinstance(cells.get(name), str) for name in COLUMNS) or len(cells) > len(COLUMNS):
                raise _error("IDX-002", "a row of the index has more or fewer cells than columns", place=f"line {reader.line_num}")
            yield reader.line_num, cells
    except csv.Error:
        raise _error("IDX-001", "the index cannot be read", place=f"line {reader.line_num + 1}") from None


def _dyad(cell: str, line: int) -> str | None:
    if not cell.strip():
        return None
    dyad = safe_id(cell)
    if dyad is None:
        raise _error("IDX-006", "a dyad of the index has no letter or digit", place=f"line {line}")
    return dyad


def _number(cell: str, line: int) -> int | None:
    if not cell.strip():
        return None
    if not (cell.strip().isdecimal() and cell.strip().isascii() and len(cell.strip()) < 9):
        raise _error("IDX-006", "a session number of the index is not a whole number", place=f"line {line}")
    return int(cell)


def _error(code: str, problem: str, *, place: str = "", way_out: str = "") -> UsageError:
    return UsageError(code, problem, place=place, way_out=way_out or "See docs/how-to/batch.md for the form of the index.")
