from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.ids import safe_id, text_sha256
from tests.builders import turns


def test_safe_id_keeps_an_id_that_is_safe():
    assert safe_id("annomi_004") == "annomi_004"


@pytest.mark.parametrize("raw", ["", "  ", "../..", "///", "___"])
def test_safe_id_returns_none_when_nothing_is_left(raw):
    assert safe_id(raw) is None


def test_safe_ids_of_different_ids_stay_different():
    assert safe_id("a/b") != safe_id("a_b") != safe_id("a:b")


@given(st.text(max_size=200))
def test_safe_id_is_safe_as_a_file_name(raw):
    name = safe_id(raw)
    assert name is None or (len(name) <= 64 and name[0] not in ".-_" and all(c.isascii() and (c.isalnum() or c in "._-") for c in name))


def test_safe_id_avoids_names_that_windows_reserves():
    assert safe_id("CON") not in (None, "CON")


def test_text_hash_depends_on_role_and_on_text():
    assert len({text_sha256(turns([line])) for line in ("C: one", "T: one", "C: two")}) == 3
