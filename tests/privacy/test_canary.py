"""A planted sentence may stand in the result's own text and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CANARY = "ZQ-CANARY-7f3a"


def run(*arguments, home):
    command = [sys.executable, "-c", "from pipeline.cli.app import main; main()", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    return subprocess.run(command, capture_output=True, text=True, cwd=home, env=environment, timeout=120, check=False)


def files_with_canary(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()
    )


@pytest.fixture
def home(tmp_path):
    (tmp_path / "in").mkdir()
    lines = [f"T: How was it?\nC: I told them {CANARY} again.\nT: Okay.\nC: Fine.\n" * 4]
    (tmp_path / "in" / "good.txt").write_text("".join(lines), encoding="utf-8")
    (tmp_path / "in" / "named.txt").write_text(f"{CANARY} Smith: hello\nOther Person: hi\n" * 8, encoding="utf-8")
    (tmp_path / "in" / "cut.json").write_text('{"turns": [{"speaker": "client", "text": "' + CANARY, encoding="utf-8")
    (tmp_path / "in" / "ident.txt").write_text(f"T: Hi.\nC: mail {CANARY}@example.org\n" * 4, encoding="utf-8")
    return tmp_path


def test_canary_stands_in_the_result_only(home, tiny_model):
    done = run("score", "in", "--out", "out", "--model", tiny_model, home=home)
    assert done.returncode == 3
    assert CANARY not in done.stdout + done.stderr
    found = [name for name in files_with_canary(home) if not name.startswith("in/")]
    assert len(found) == 1
    assert found[0].startswith("out/t-")


def test_canary_stands_nowhere_without_text(home, tiny_model):
    done = run("score", "in", "--out", "out", "--model", tiny_model, "--no-text", home=home)
    assert CANARY not in done.stdout + done.stderr
    assert [name for name in files_with_canary(home) if not name.startswith("in/")] == []


def test_canary_of_a_result_stands_in_no_page_and_no_table(home, tiny_model):
    run("score", "in", "--out", "out", "--model", tiny_model, "--allow-identifiers", home=home)
    holding = files_with_canary(home)
    done = run("report", "out", "--out", "report.html", "--csv", "study.csv", home=home)
    assert done.returncode == 0, done.stderr
    assert {"report.html", "study.csv", "study_moments.csv"} <= {path.name for path in home.iterdir()}
    assert CANARY not in done.stdout + done.stderr
    assert files_with_canary(home) == holding


@pytest.mark.parametrize("verb", ["check", "doctor"])
def test_canary_is_not_told_by_other_verbs(verb, home, tiny_model):
    arguments = ("check", "in") if verb == "check" else ("doctor", "--model", tiny_model)
    done = run(*arguments, home=home)
    assert CANARY not in done.stdout + done.stderr
    assert [name for name in files_with_canary(home) if not name.startswith("in/")] == []


def test_speaker_names_do_not_reach_the_result(home, tiny_model):
    named = home / "in" / "named.txt"
    done = run("score", named, "--out", "out", "--model", tiny_model, "--roles", "1=therapist,2=client", "--allow-identifiers", home=home)
    assert done.returncode == 0, done.stderr
    assert [name for name in files_with_canary(home) if not name.startswith("in/")] == []


def test_name_of_a_file_stands_in_no_file_that_a_run_writes(home, tiny_model):
    (home / "in" / f"{CANARY}.txt").write_text("T: Hi.\nC: Fine.\nT: Good.\nC: Yes.\n", encoding="utf-8")
    (home / "in" / f"{CANARY}.json").write_text("{", encoding="utf-8")
    (home / "in" / "sessions.csv").write_text(f"file,dyad,session_no\n{CANARY}.txt,a,1\n", encoding="utf-8")
    run("score", "in", "--out", "out", "--model", tiny_model, "--no-text", "--index", "in/sessions.csv", home=home)
    assert [name for name in files_with_canary(home) if not name.startswith("in/")] == []
    assert [path for path in (home / "out").iterdir() if CANARY in path.name] == []
