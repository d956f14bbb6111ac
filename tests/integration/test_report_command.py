"""`rupture report` as a user runs it: page, tables, exit codes, and a second run that changes nothing."""

from __future__ import annotations

import json

import pytest

from pipeline.annotate.write import write_session
from tests.builders import annotated, moment
from tests.integration.test_score_command import rupture


@pytest.fixture
def results(tmp_path):
    folder = tmp_path / "results"
    for number in range(1, 4):
        write_session(annotated(f"s{number}", dyad_id="d1", session_no=number, moments=[moment()]), folder=folder)
    return folder


def test_report_writes_a_page_into_the_folder(results):
    done = rupture("report", results)
    assert done.returncode == 0, done.stderr
    page = results / "report.html"
    assert page.read_bytes().startswith(b"<!doctype html>")
    assert page.stat().st_mode & 0o777 == 0o600
    assert done.stdout.splitlines()[-1] == f"Written: {page}"


def test_report_writes_tables_beside_each_other(results, tmp_path):
    done = rupture("report", results, "--out", tmp_path / "page.html", "--csv", tmp_path / "study.csv")
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "study.csv").read_text(encoding="utf-8").splitlines()) == 4
    assert len((tmp_path / "study_moments.csv").read_text(encoding="utf-8").splitlines()) == 4
    assert not (results / "report.html").exists()


def test_file_that_is_cut_short_is_said_and_exits_with_3(results):
    path = results / "s2.rupture.json"
    path.write_bytes(path.read_bytes()[:500])
    done = rupture("report", results)
    assert done.returncode == 3
    assert done.stderr.strip() == "not read: s2.rupture.json: cut short or not JSON"
    assert "2 sessions" in done.stdout
    assert b"Not read, and missing on this page: 1 file (cut short or not JSON: 1)." in (results / "report.html").read_bytes()


def test_json_flag_prints_one_document(results, tmp_path):
    (results / "other.rupture.json").write_bytes(b"{}")
    done = rupture("report", results, "--csv", tmp_path / "study.csv", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 3
    assert report["sessions"] == 3
    assert report["not_read"] == [{"file": "other.rupture.json", "problem": "not_a_result"}]
    assert len(report["written"]) == 3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("EMPTY",), 2),
        (("MISSING",), 2),
        (("RESULTS", "--out", "RESULTS/s1.rupture.json"), 2),
        (("RESULTS", "--csv", "RESULTS/summary.csv"), 2),
        (("RESULTS", "--csv", "RESULTS/table.xlsx"), 2),
        (("RESULTS", "--out", "RESULTS/s1.rupture.json/page.html"), 4),
    ],
)
def test_exit_code_says_what_went_wrong_and_no_result_is_touched(arguments, code, results, tmp_path):
    (tmp_path / "empty").mkdir()
    before = {path.name: path.read_bytes() for path in results.iterdir()}
    places = {"EMPTY": tmp_path / "empty", "MISSING": tmp_path / "missing"}
    done = rupture("report", *(places.get(one) or one.replace("RESULTS", str(results)) for one in arguments))
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_bytes() for path in results.iterdir()} == before


def test_second_report_has_the_same_bytes_in_any_locale(results, tmp_path):
    for name, environment in (("a", {"LC_ALL": "C", "PYTHONHASHSEED": "1"}), ("b", {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2"})):
        rupture("report", results, "--out", tmp_path / f"{name}.html", "--csv", tmp_path / f"{name}.csv", **environment)
    for end in (".html", ".csv", "_moments.csv"):
        assert (tmp_path / f"a{end}").read_bytes() == (tmp_path / f"b{end}").read_bytes()


def test_report_is_no_transcript_for_a_later_scoring(results, tiny_model, tmp_path):
    rupture("report", results)
    done = rupture("score", results, "--out", tmp_path / "out", "--model", tiny_model)
    assert done.returncode == 0, done.stderr
    assert not list((tmp_path / "out").glob("*.rupture.json"))
