from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core.results import AnnotatedSession
from tests.batches import results, rupture
from tests.builders import write

ROOT = Path(__file__).resolve().parents[2]
SESSION = """T: How was the week?
C: Fine.
T: You sound flat.
C: Do I. I do not know.
T: Okay.
C: Can we talk about the plan?
T: Yes.
C: Good, the bus plan.
"""


@pytest.fixture
def transcripts(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder / "one.txt", SESSION)
    turns = [{"speaker": "therapist", "text": "the week"}, {"speaker": "client", "text": "fine"}] * 6
    rows = [{"session": f"many_{n}", "turns": turns} for n in range(3)]
    write(folder / "many.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_score_writes_one_valid_result_a_session_and_a_summary(transcripts, tiny_model, tmp_path):
    done = rupture("score", transcripts, "--out", tmp_path / "out", "--model", tiny_model)
    assert done.returncode == 0, done.stderr
    results = sorted((tmp_path / "out").glob("*.rupture.json"))
    assert len(results) == 4
    assert {"many_0.rupture.json", "many_1.rupture.json", "many_2.rupture.json"} < {path.name for path in results}
    for path in results:
        session = AnnotatedSession.model_validate_json(path.read_bytes())
        assert [turn.p_rupture is not None for turn in session.turns] == [turn.role.value == "client" for turn in session.turns]
    with (tmp_path / "out" / "summary.csv").open(newline="") as handle:
        assert len(list(csv.DictReader(handle))) == 4
    assert "4 sessions" in done.stdout
    assert "places to look at, not findings" in done.stdout


def test_score_gives_the_same_bytes_in_any_order_and_locale(transcripts, tiny_model, tmp_path):
    rupture(
        "score", transcripts / "one.txt", transcripts / "many.jsonl", "--out", tmp_path / "a", "--model", tiny_model, PYTHONHASHSEED="1"
    )
    rupture(
        "score",
        transcripts / "many.jsonl",
        transcripts / "one.txt",
        "--out",
        tmp_path / "b",
        "--model",
        tiny_model,
        PYTHONHASHSEED="2",
        LC_ALL="C",
        TZ="Asia/Tokyo",
    )
    assert len(results(tmp_path / "a")) == 5
    assert results(tmp_path / "a") == results(tmp_path / "b")


def test_bad_file_is_named_with_its_reason_and_the_others_are_scored(transcripts, tiny_model, tmp_path):
    write(transcripts / "cut.json", '{"turns": [{"speaker": "client", "text": "ZQ-CANARY')
    done = rupture("score", transcripts, "--out", tmp_path / "out", "--model", tiny_model)
    assert done.returncode == 3
    assert len(list((tmp_path / "out").glob("*.rupture.json"))) == 4
    assert "ING-020 the JSON is broken or cut off: cut.json" in done.stderr
    assert f"score {transcripts} --out {tmp_path / 'out'} --model {tiny_model} --retry-failed" in done.stderr
    assert "CANARY" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("score", "missing.txt", "--out", "OUT"), 3),
        (("score", "SESSION", "--out", "OUT", "--roles", "nonsense"), 2),
        (("score", "SESSION", "--out", "OUT", "--config", "missing.toml"), 2),
        (("score", "SESSION"), 2),
        (("score", "SESSION", "--out", "OUT", "--model", "nowhere"), 6),
        (("score", "SESSION", "--out", "OUT", "--index", "missing.csv"), 2),
        (("score", "SESSION", "--out", "OUT", "--shard", "3/2"), 2),
        (("score", "SESSION", "--out", "OUT", "--cluster", "nowhere"), 2),
        (("score", "missing.txt", "--out", "OUT", "--strict"), 1),
        (("nonsense",), 2),
    ],
)
def test_exit_code_says_what_went_wrong(arguments, code, transcripts, tiny_model, tmp_path):
    given = [{"SESSION": transcripts / "one.txt", "OUT": tmp_path / "out"}.get(one, one) for one in arguments]
    if "--model" not in given and given[0] == "score":
        given += ["--model", tiny_model]
    done = rupture(*given)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("out/*.rupture.json"))


def test_folder_with_only_other_files_says_so(tiny_model, tmp_path):
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "photo.png", "x")
    done = rupture("score", tmp_path / "in", "--out", tmp_path / "out", "--model", tiny_model)
    assert "1 file of other kinds left alone" in done.stdout


def test_results_in_a_scored_folder_are_not_read_as_transcripts(transcripts, tiny_model):
    first = rupture("score", transcripts, "--out", transcripts / "results", "--model", tiny_model)
    second = rupture("score", transcripts, "--out", transcripts / "results", "--model", tiny_model)
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert "4 sessions" in second.stdout


def test_no_text_leaves_every_word_out(transcripts, tiny_model, tmp_path):
    write(transcripts / "one.txt", SESSION.replace("Fine.", "Zanzibar marmalade."))
    done = rupture("score", transcripts / "one.txt", "--out", tmp_path / "out", "--model", tiny_model, "--no-text")
    assert done.returncode == 0, done.stderr
    content = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert b"armalade" not in content
    assert b'"text": null' in content


def test_json_flag_prints_one_document(transcripts, tiny_model, tmp_path):
    done = rupture("score", transcripts, "--out", tmp_path / "out", "--model", tiny_model, "--json")
    report = json.loads(done.stdout)
    assert report["scored"] == 4
    assert report["not_scored"] == []


def test_two_files_with_the_same_session_id_do_not_overwrite_each_other(tiny_model, tmp_path):
    for folder, word in (("a", "fine"), ("b", "flat")):
        (tmp_path / folder).mkdir()
        turns = [{"speaker": "therapist", "text": "week"}, {"speaker": "client", "text": word}] * 6
        write(tmp_path / folder / "x.jsonl", json.dumps({"session": "same", "turns": turns}) + "\n")
    rupture("score", tmp_path / "a" / "x.jsonl", tmp_path / "b" / "x.jsonl", "--out", tmp_path / "out", "--model", tiny_model)
    assert len(list((tmp_path / "out").glob("same*.rupture.json"))) == 2


def test_three_copies_of_one_file_give_three_results_and_say_so(tiny_model, tmp_path):
    (tmp_path / "in").mkdir()
    for name in "abc":
        write(tmp_path / "in" / f"{name}.txt", SESSION)
    rupture("score", tmp_path / "in", "--out", tmp_path / "out", "--model", tiny_model)
    results = list((tmp_path / "out").glob("*.rupture.json"))
    assert len(results) == 3
    assert sum(b"ING-120" in path.read_bytes() for path in results) == 2


def test_swapped_roles_change_the_key(tiny_model, tmp_path):
    path = write(tmp_path / "one.txt", SESSION)
    for out, roles in (("a", "T=therapist,C=client"), ("b", "T=client,C=therapist")):
        rupture("score", path, "--out", tmp_path / out, "--model", tiny_model, "--roles", roles)
    keys = {json.loads(next((tmp_path / out).glob("*.rupture.json")).read_bytes())["provenance"]["key"] for out in "ab"}
    assert len(keys) == 2


def test_index_gives_dyad_and_number_to_a_plain_text_file(transcripts, tiny_model, tmp_path):
    index = write(transcripts / "sessions.csv", "file,dyad,session_no\none.txt,pair-a,4\n")
    done = rupture("score", transcripts / "one.txt", "--out", tmp_path / "out", "--model", tiny_model, "--index", index)
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "out").glob("*.rupture.json")
    reference = json.loads(path.read_bytes())["transcript"]
    assert (reference["dyad_id"], reference["session_no"]) == ("pair-a", 4)


def test_help_tells_the_exit_codes():
    text = " ".join(rupture("score", "--help", COLUMNS="200").stdout.split())
    assert "3 finished, some not scored" in text
    assert "143 terminated" in text


def test_output_that_is_a_file_is_said_before_anything_is_scored(transcripts, tiny_model, tmp_path):
    taken = write(tmp_path / "taken", "")
    done = rupture("score", transcripts, "--out", taken, "--model", tiny_model)
    assert done.returncode == 4
    assert "OUT-002" in done.stderr


def test_segments_by_turns_come_from_configuration(transcripts, tiny_model, tmp_path):
    config = write(tmp_path / "own.toml", "[segment]\nunit = 'turns'\nturns = 4\n")
    rupture("score", transcripts / "one.txt", "--out", tmp_path / "out", "--model", tiny_model, "--config", config)
    (path,) = (tmp_path / "out").glob("*.rupture.json")
    segments = json.loads(path.read_bytes())["segments"]
    assert [(one["first_turn"], one["end_turn"], one["policy"]) for one in segments] == [(0, 4, "turns:4"), (4, 8, "turns:4")]


def test_check_scores_nothing_and_tells_roles_and_turns(transcripts):
    done = rupture("check", transcripts / "one.txt")
    assert done.returncode == 0, done.stderr
    assert "8 turns, 4 client, 4 therapist" in done.stdout


def test_inspect_shows_turns_and_strips(transcripts, tiny_model):
    done = rupture("inspect", transcripts / "one.txt", "--model", tiny_model)
    assert done.returncode == 0, done.stderr
    assert "withdrawal" in done.stdout
    assert "You sound flat." in done.stdout


def test_doctor_proves_integrity_and_offline(tiny_model):
    done = rupture("doctor", "--model", tiny_model, "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["offline"]["guard_active"]
    assert report["offline"]["attempts"] == 0
    assert report["model"]["files_verified"] >= 4


def test_help_loads_no_heavy_library():
    code = """
import sys, pipeline
from pipeline.cli import app
print([name for name in ("spacy", "torch", "transformers", "onnxruntime", "numpy", "datasets") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_python_interface_scores_one_file(transcripts, tiny_model):
    import pipeline

    session = pipeline.load(tiny_model).score_file(transcripts / "one.txt")
    assert len(session.turns) == 8


def test_scoring_works_without_the_training_stack(transcripts, tiny_model):
    code = f"""
import sys
sys.modules.update(dict.fromkeys(("torch", "transformers", "datasets", "accelerate", "sklearn", "scipy")))
import pipeline
print(len(pipeline.load({str(tiny_model)!r}).score_file({str(transcripts / "one.txt")!r}).turns))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.stdout.strip() == "8", done.stderr
