"""Tables as CSV: the same bytes anywhere, and no cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def csv_bytes(rows: Iterable[dict[str, object]], *, columns: Sequence[str]) -> bytes:
    """Return UTF-8 CSV without a byte order mark: a header, LF, quotes where needed; None becomes an empty field.

    Text that a spreadsheet could run as a formula gets an apostrophe in front. Raises `ValueError` for a key that is no column.
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _safe_cell(value) for name, value in row.items()})
    return buffer.getvalue().encode("utf-8")


def _safe_cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
