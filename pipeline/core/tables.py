"""Tables as CSV: the same bytes anywhere, and no cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")

_CONTROLS = re.compile(r"[\0-\x1f\x7f]")


def csv_bytes(rows: Iterable[Mapping[str, object]], *, columns: Sequence[str]) -> bytes:
    """Return UTF-8 CSV without a byte order mark: a header, LF, quotes where needed; None becomes an empty field.

    Text that a spreadsheet could run as a formula gets an apostrophe in front. Control characters become U+FFFD: a bare carriage
    return would not be quoted and would begin a row for most readers. Raises `ValueError` for a key that is no column.
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _safe_cell(value) for name, value in row.items()})
    return buffer.getvalue().encode("utf-8")


def _safe_cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    mark = "'" if value.startswith(_FORMULA_STARTS) else ""
    return mark + _CONTROLS.sub("\ufffd", value)
