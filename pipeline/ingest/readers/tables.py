"""CSV and TSV: one utterance a row, many sessions a file; or a whole dialogue in one cell, one session a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.errors import InputError
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.columns import find_columns
from pipeline.ingest.lines import gather, text_lines
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import Fit, RawResult, RawSession, RawUtterance, reader
from pipeline.ingest.roles import role_of_word
from pipeline.ingest.source import Source
from pipeline.ingest.times import stated_seconds

_DELIMITERS = (",", "\t", ";", "|")
_ROW_ID = re.compile(r"^(?P<session>.+)_\d+$")
_NO_OPTIONS = ReadOptions()


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class _Table:
    columns: dict[str, int]
    header: tuple[str, ...]
    rows: tuple[_Row, ...]

    def cell(self, row: _Row, field: str) -> str:
        """Return the cell of a field, empty where the table or the row has none."""
        position = self.columns.get(field)
        return row.cells[position].strip() if position is not None and position < len(row.cells) else ""


def _sniff(source: Source) -> Fit:
    if source.is_archive:
        return Fit.NO
    columns = find_columns(_header(source.text, _delimiter(source.text, _NO_OPTIONS)), _NO_OPTIONS)
    if "dialogue" in columns or ("text" in columns and columns.keys() & {"speaker", "role"}):
        return Fit.LIKELY
    return Fit.POSSIBLE if source.suffix in {".csv", ".tsv"} else Fit.NO


@reader("table", sniff=_sniff, suffixes=(".csv", ".tsv"))
def read_table(source: Source, options: ReadOptions) -> Iterator[RawResult]:
    """Read the sessions of a table in the order of their first rows; recognised and mapped columns say what is what."""
    table = _read_table(source.text, options)
    if "text" in table.columns and table.columns.keys() & {"speaker", "role"}:
        yield from _sessions_of_rows(table)
    elif "dialogue" in table.columns or "text" in table.columns:
        yield from _sessions_of_cells(table, options)
    else:
        raise IngestCode.NO_TEXT_COLUMN.error(place="header row")


def _read_table(text: str, options: ReadOptions) -> _Table:
    delimiter = _delimiter(text, options)
    previous_limit = csv.field_size_limit(max(options.max_session_chars, 131_072))
    try:
        rows = list(_rows(text, delimiter))
    except csv.Error:
        raise IngestCode.BROKEN_TABLE.error(detail="a quote that never ends or a cell beyond the limit") from None
    finally:
        csv.field_size_limit(previous_limit)
    header, body = rows[0], tuple(row for row in rows[1:] if any(cell.strip() for cell in row.cells))
    too_wide = next((row.line for row in body if any(cell.strip() for cell in row.cells[len(header.cells) :])), None)
    if too_wide is not None:
        raise IngestCode.BROKEN_TABLE.error(place=f"line {too_wide}", detail="a row has more cells than the header")
    return _Table(find_columns(header.cells, options), header.cells, body)


def _rows(text: str, delimiter: str) -> Iterator[_Row]:
    """Yield the rows with the line on which each begins, which differs from its number when cells hold line breaks."""
    parsed = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in parsed:
        yield _Row(tuple(cells), line)
        line = parsed.line_num + 1


def _delimiter(text: str, options: ReadOptions) -> str:
    """Return the delimiter under which the header names the most fields."""
    return max(_DELIMITERS, key=lambda candidate: len(find_columns(_header(text, candidate), options)))


def _header(text: str, delimiter: str) -> Sequence[str]:
    first = text.lstrip("\n").split("\n", 1)[0][:10_000]
    return next(csv.reader([first], delimiter=delimiter), [])


def _sessions_of_rows(table: _Table) -> Iterator[RawSession]:
    groups: dict[str, list[_Row]] = {}
    for row, session in zip(table.rows, _session_ids(table), strict=True):
        groups.setdefault(session, []).append(row)
    for position, (session, rows) in enumerate(groups.items(), start=1):
        utterances = tuple(_utterance(table, row) for row in rows if table.cell(row, "text"))
        empty = len(rows) - len(utterances)
        number = table.cell(rows[0], "session_no")
        yield RawSession(
            utterances,
            place=f"session {position}" if len(groups) > 1 else "",
            session_id=session or None,
            dyad_id=table.cell(rows[0], "dyad") or None,
            session_no=int(number) if number.isdecimal() and len(number) < 9 else None,
            issues=(IngestCode.ROWS_SKIPPED.issue(count=empty),) if empty else (),
        )


def _session_ids(table: _Table) -> list[str]:
    """Return the session of each row: its column, else what stands before the number in row ids such as `48_0`."""
    if "session" in table.columns:
        return [table.cell(row, "session") for row in table.rows]
    ids = [_ROW_ID.match(table.cell(row, "row")) for row in table.rows]
    return [found["session"] if found else "" for found in ids] if all(ids) else [""] * len(table.rows)


def _utterance(table: _Table, row: _Row) -> RawUtterance:
    speaker, role = table.cell(row, "speaker"), table.cell(row, "role")
    return RawUtterance(
        speaker=speaker or role or None,
        text=table.cell(row, "text"),
        start_s=_time(table, row, "start"),
        end_s=_time(table, row, "end"),
        line=row.line,
        declared_role=role_of_word(role),
    )


def _time(table: _Table, row: _Row, field: str) -> float | None:
    stated = stated_seconds(table.cell(row, field))
    in_milliseconds = stated is not None and table.header[table.columns[field]].strip().casefold().endswith("_ms")
    return stated / 1000 if stated is not None and in_milliseconds else stated


def _sessions_of_cells(table: _Table, options: ReadOptions) -> Iterator[RawResult]:
    """Read each row's dialogue cell as lines of plain text."""
    field = "dialogue" if "dialogue" in table.columns else "text"
    for position, row in enumerate(table.rows, start=1):
        place = f"session {position}, line {row.line}"
        gathered = gather(text_lines(table.cell(row, field), first=row.line), options)
        if not gathered.utterances:
            yield _no_speakers(place)
            continue
        yield RawSession(
            gathered.utterances,
            place=place,
            session_id=table.cell(row, "session") or table.cell(row, "row") or None,
            dyad_id=table.cell(row, "dyad") or None,
            issues=gathered.issues,
        )


def _no_speakers(place: str) -> InputError:
    return IngestCode.NO_SPEAKERS.error(place=place)
