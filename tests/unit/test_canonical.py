from __future__ import annotations

import os

import pytest

from pipeline.core.canonical import canonical_json, write_atomic
from pipeline.core.errors import OutputError


def test_canonical_json_sorts_keys_rounds_floats_and_ends_with_a_newline():
    assert canonical_json({"b": 0.123456, "a": "é"}) == '{\n "a": "é",\n "b": 0.1235\n}\n'.encode()


def test_canonical_json_writes_no_negative_zero():
    assert canonical_json(-0.00001) == b"0.0\n"


def test_canonical_json_refuses_what_json_cannot_say():
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))


def test_write_makes_private_files_and_folders_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        write_atomic(tmp_path / "new" / "result.json", b"{}")
    finally:
        os.umask(before)
    assert (tmp_path / "new" / "result.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_write_that_fails_leaves_the_old_file_and_no_temporary(tmp_path):
    target = tmp_path / "taken"
    target.mkdir()
    with pytest.raises(OutputError) as caught:
        write_atomic(target, b"x")
    assert caught.value.code == "OUT-001"
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_canonical_json_keeps_floats_exact_when_asked():
    assert canonical_json({"eps": 1e-12}, places=None) == b'{\n "eps": 1e-12\n}\n'
