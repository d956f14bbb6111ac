"""A folder of results is read whole, in an order that no score touches, and what cannot be read is counted."""

from __future__ import annotations

import gc
import json
import os

import pytest

from pipeline.annotate.write import write_session
from pipeline.batch.report.collect import Problem, collect
from pipeline.core.errors import UsageError
from tests.builders import annotated, moment, write


def problems(folder):
    return {file.name.split(".")[0]: file.problem for file in folder.not_read}


def test_sessions_stand_by_dyad_and_number_then_without_number_then_without_dyad(tmp_path):
    flagged = [moment()]
    rows = [("s10", None, None), ("s9", None, None), ("b", "d10", 2), ("c", "d10", 1), ("e", "d10", None), ("a", "d9", 1)]
    for name, dyad_id, number in rows:
        write_session(annotated(name, dyad_id=dyad_id, session_no=number, moments=flagged if name in "se" else []), folder=tmp_path)
    found = collect(tmp_path)
    assert [(dyad.dyad_id, [one.reference.transcript_id for one in dyad.sessions]) for dyad in found.dyads] == [
        ("d9", ["a"]),
        ("d10", ["c", "b", "e"]),
    ]
    assert [one.reference.transcript_id for one in found.alone] == ["s9", "s10"]
    assert len(found.sessions) == 6


def test_file_cut_anywhere_is_one_problem_and_the_others_are_read(tmp_path):
    content = write_session(annotated("whole"), folder=tmp_path).read_bytes()
    for share in (0, 1, len(content) // 2, len(content) - 3):
        (tmp_path / f"cut{share}.rupture.json").write_bytes(content[:share])
    found = collect(tmp_path)
    assert len(found.sessions) == 1
    assert set(problems(found).values()) == {Problem.CUT_SHORT}
    assert len(found.not_read) == 4


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[]",
        "null",
        '"text"',
        '{"schema_version": "9.9"}',
        '{"a": 1}',
    ],
)
def test_json_that_is_no_result_is_one_problem(content, tmp_path):
    write(tmp_path / "other.rupture.json", content)
    assert problems(collect(tmp_path)) == {"other": Problem.NOT_A_RESULT}


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 50, b"[" * 100_000, b'{"schema_version": "\xc3'])
def test_bytes_that_are_no_json_are_one_problem(content, tmp_path):
    (tmp_path / "other.rupture.json").write_bytes(content)
    assert problems(collect(tmp_path)) == {"other": Problem.CUT_SHORT}


def test_result_with_a_surplus_key_is_not_read(tmp_path):
    path = write_session(annotated("s1"), folder=tmp_path)
    content = json.loads(path.read_bytes())
    write(path, json.dumps({**content, "therapist": "x"}))
    assert problems(collect(tmp_path)) == {"s1": Problem.NOT_A_RESULT}


def test_folder_link_and_pipe_with_a_results_name_do_not_stop_the_reading(tmp_path):
    (tmp_path / "folder.rupture.json").mkdir()
    (tmp_path / "broken.rupture.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.rupture.json")
    assert set(problems(collect(tmp_path)).values()) == {Problem.UNREADABLE}


def test_file_beyond_the_limit_is_not_opened(tmp_path):
    write_session(annotated("s1"), folder=tmp_path)
    assert problems(collect(tmp_path, max_bytes=100)) == {"s1": Problem.TOO_LARGE}


def test_reading_leaves_the_search_for_cycles_as_it_was(tmp_path):
    write_session(annotated("s1"), folder=tmp_path)
    assert gc.isenabled()
    collect(tmp_path)
    assert gc.isenabled()
    with pytest.raises(RuntimeError):
        collect(tmp_path, on_file=_stop)
    assert gc.isenabled()


def _stop():
    raise RuntimeError


def test_files_of_other_names_are_left_alone(tmp_path):
    write_session(annotated("s1"), folder=tmp_path)
    for name in ("summary.csv", "manifest.jsonl", "run.json", "._s1.rupture.json", ".~s1.rupture.json.99"):
        write(tmp_path / name, "x")
    assert collect(tmp_path).not_read == ()


def test_folder_without_results_and_no_folder_are_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="holds no results"):
        collect(tmp_path)
    with pytest.raises(UsageError, match="not a folder"):
        collect(tmp_path / "missing")


def test_moment_carries_the_times_of_its_turns(tmp_path):
    bands = [("calm", "calm")] * 3
    write_session(annotated("timed", bands=bands, moments=[moment(2, 4)], seconds_each=10), folder=tmp_path)
    write_session(annotated("untimed", bands=bands, moments=[moment(2, 4)]), folder=tmp_path)
    write_session(annotated("beyond", bands=bands, moments=[moment(900, 902)], seconds_each=10), folder=tmp_path)
    times = {one.reference.transcript_id: (one.moments[0].start_s, one.moments[0].end_s) for one in collect(tmp_path).sessions}
    assert times == {"timed": (20, 40), "untimed": (None, None), "beyond": (None, None)}
