"""The walk-through of docs/how-to/retrain.md, command by command, with made-up sessions and the tiny model."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core.manual_form import SessionRating, TurnRating
from pipeline.training.corpus.store import write_ratings
from tests.site_builders import models_with, script, small_corpus

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
corpus = "corpus"
[fit]
batch_tokens = 1024
threads = 1
[retrain]
least_sessions = 6
epochs = 1
replay = 4
repeat = 1
corpus_validation = 2
corpus_test = 3
"""
CANARY = "ZQ-CANARY-7f3a"


@pytest.fixture
def home(tmp_path, tiny_model):
    models_with(tiny_model, tmp_path / "models")
    small_corpus(tmp_path / "corpus")
    (tmp_path / "training.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "sessions").mkdir()
    ratings = {}
    for number in range(14):
        lines, clear = script(number, word=CANARY if number == 3 else "")
        roles = {"T": "therapist", "C": "client"}
        turns = [{"role": roles[line[0]], "text": line[3:]} for line in lines]
        session = {"session_id": f"s{number}", "dyad_id": f"d{number}", "turns": turns}
        (tmp_path / "sessions" / f"s{number}.json").write_text(json.dumps(session), encoding="utf-8")
        ratings[f"s{number}"] = SessionRating(session=f"s{number}", turns=tuple(TurnRating(turn=turn, w=2) for turn in clear))
    write_ratings(tmp_path / "ratings.jsonl", ratings)
    return tmp_path


def commands():
    text = (ROOT / "docs" / "how-to" / "retrain.md").read_text(encoding="utf-8")
    return [line for block in re.findall(r"```sh\n(.*?)```", text, flags=re.S) for line in block.splitlines() if line.strip()]


def run(line, home):
    arguments = shlex.split(line)[1:]
    if arguments[0] == "retrain":
        arguments += ["--config", "training.toml"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RUPTURE_MODELS": str(home / "models"), "RUPTURE_SITE": str(home / "site")}
    command = [sys.executable, "-c", "from pipeline.cli.app import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=home, env=environment, timeout=280, check=False)


def newest(home, seen):
    rows = json.loads(run("rupture models --json", home).stdout)
    return next(row["model_id"] for row in rows if row["lineage"] and row["model_id"] not in seen)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_walk_through_of_retraining_does_what_the_page_says(home):
    seen: set[str] = set()
    model = ""
    for line in commands():
        line = line.replace("DYAD", "d3").replace("MODEL", model)  # noqa: PLW2901
        done = run(line, home)
        if "promote" in line and done.returncode:
            assert "MOD-014" in done.stderr
            done = run(f"{line} --force 'a made-up walk-through'", home)
        assert done.returncode == 0, f"{line.split()[1]}: {done.stderr}"
        assert CANARY not in done.stdout + done.stderr
        if line.startswith("rupture retrain"):
            model = newest(home, seen)
            seen.add(model)
    left = [path for path in home.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert left == []
    assert (home / "handed-out" / "manifest.json").is_file()
