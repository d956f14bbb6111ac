"""CSV that any reader splits into the same cells, none of them a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.tables import csv_bytes


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.integers()), max_size=5))
def test_table_reads_back_row_by_row_whatever_its_text(rows):
    content = csv_bytes(({"name": name, "count": count} for name, count in rows), columns=("name", "count"))
    found = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    assert found[0] == ["name", "count"]
    assert [int(count) for _, count in found[1:]] == [count for _, count in rows]
    for (cell, _), (name, _) in zip(found[1:], rows, strict=True):
        assert len(cell) - len(name) in (0, 1)
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))


def test_carriage_return_inside_a_cell_begins_no_row():
    assert csv_bytes([{"a": "x\r=1+1"}], columns=("a",)) == "a\nx\ufffd=1+1\n".encode()


def test_missing_value_is_an_empty_field_and_numbers_keep_their_sign():
    assert csv_bytes([{"a": None, "b": -1, "c": -0.5}], columns=("a", "b", "c")) == b"a,b,c\n,-1,-0.5\n"


def test_key_that_is_no_column_is_refused():
    with pytest.raises(ValueError, match="therapist"):
        csv_bytes([{"therapist": "x"}], columns=("a",))
