from __future__ import annotations

import json

import pytest

from pipeline.core.errors import InputError
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import open_sources
from pipeline.ingest.source import source_from_bytes

TURNS = [{"speaker": "therapist", "text": "how was it"}, {"speaker": "client", "text": "it was fine"}] * 3


def opened(*rows, options=None):
    content = "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows).encode()
    return open_sources([source_from_bytes(content, suffix=".jsonl")], options=options or ReadOptions())


def row(session, **fields):
    return {"session": session, "turns": TURNS, **fields}


def test_sessions_are_named_before_any_is_read_and_equal_ids_get_numbers():
    found = opened(row("a"), row("a"), {"turns": TURNS}, row("a"), row("a-2"))
    assert found.transcript_ids[:2] == ("a", "a-2")
    assert found.transcript_ids[2].endswith("-3")
    assert found.transcript_ids[3:] == ("a-3", "a-2-2")


def test_id_of_a_session_does_not_depend_on_whether_another_can_be_scored():
    only_one_speaker = {"session": "a", "turns": TURNS[:1]}
    found = opened(only_one_speaker, row("a"))
    with pytest.raises(InputError):
        found.session(1)
    session = found.session(2)
    assert (session.transcript_id, [issue.code for issue in session.issues].count("ING-120")) == ("a-2", 1)


def test_sessions_can_be_read_in_any_order():
    found = opened(row("a"), "{broken\n", row("b"))
    assert [found.session(position).transcript_id for position in (3, 1)] == ["b", "a"]


def test_number_of_the_index_is_used_for_a_file_of_one_session_that_has_none():
    options = ReadOptions(session_no=7)
    assert opened(row("a"), options=options).session(1).session_no == 7
    assert opened(row("a", session_no=2), options=options).session(1).session_no == 2


def test_number_of_the_index_is_left_out_and_said_for_a_file_of_many_sessions():
    session = opened(row("a"), row("b"), options=ReadOptions(session_no=7)).session(1)
    assert (session.session_no, [issue.code for issue in session.issues]) == (None, ["ING-124", "ING-125"])
