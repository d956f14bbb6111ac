"""`rupture ratings`, `rupture agree` and `rupture brief` as a user runs them."""

from __future__ import annotations

import json
import stat

import pytest

from pipeline.core.manual_form import SessionRating, TurnRating
from pipeline.review.events import Action
from pipeline.review.notes import NoteField, NoteKey, NoteStore, Visibility
from pipeline.review.rating_files import csv_columns, write_manual
from pipeline.review.store import STORE_NAME, ReviewStore
from tests.integration.test_score_command import rupture
from tests.review_builders import NOW, draft, folder_with, moment, scored

CANARY = "ZQ-CANARY-7f3a"
SESSION = scored([f"T: How was {CANARY}?", f"C: {CANARY} fine."] * 6, moments=[moment(2, 4), moment(6, 8, priority=2)], dyad_id="d1")
TEXT = SESSION.transcript.text_sha256


@pytest.fixture
def folder(tmp_path):
    """Build a results folder with blind ratings by two raters, a chosen moment and notes of both kinds."""
    folder = folder_with(tmp_path / "results", SESSION)
    with ReviewStore(folder) as store:
        for reviewer, shift in (("rater_a", 0), ("rater_b", 1)):
            rows = [draft(SESSION, turn, turn + 2, reviewer=reviewer, w=(turn // 2 + shift) % 3, blind=True) for turn in range(0, 12, 2)]
            store.append_all(rows, based_on=0, now=NOW)
        store.append(draft(SESSION, 6, 8, action=Action.SELECT, reviewer="trainee"), based_on=0, now=NOW)
    for visibility in Visibility:
        with NoteStore(folder, visibility) as notes:
            key = NoteKey(text_sha256=TEXT, first_turn=6, end_turn=8, field=NoteField.FELT)
            notes.write(key, f"{visibility.value} thought", based_on=0, now=NOW)
    return folder


@pytest.mark.parametrize("form", ["full", "manual", "csv"])
def test_ratings_are_exported_without_a_word_of_the_session(form, folder, tmp_path):
    out = tmp_path / "ratings.out"
    done = rupture("ratings", "export", folder, "--out", out, "--form", form, *(("--rater", "rater_a") if form == "manual" else ()))
    assert done.returncode == 0, done.stderr
    count = 6 if form == "manual" else 12
    assert done.stdout == f"{count} ratings on 1 session written to {out}\n"
    assert CANARY not in out.read_text(encoding="utf-8") + done.stdout
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_table_for_r_has_the_dyad_and_one_column_a_code(folder, tmp_path):
    rupture("ratings", "export", folder, "--out", tmp_path / "r.csv", "--form", "csv")
    header, first, *rest = (tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()
    assert header.split(",") == list(csv_columns())
    assert {"dyad_id", "w", "c", "WD_MIN", "TC_WD", "blind"} <= set(header.split(","))
    assert first.startswith("s1,d1,,")
    assert len(rest) == 11


def test_exported_ratings_are_imported_elsewhere_and_agree_says_the_same(folder, tmp_path):
    other = folder_with(tmp_path / "other", SESSION)
    for form in ("full", "csv"):
        rupture("ratings", "export", folder, "--out", tmp_path / f"r.{form}", "--form", form)
    assert rupture("ratings", "import", tmp_path / "r.full", "--store", other).stdout == f"12 ratings stored in {other}\n"
    again = rupture("ratings", "import", tmp_path / "r.csv", "--store", other)
    assert again.stdout == f"Already there, left as they are: 12.\n0 ratings stored in {other}\n"
    told = {rupture("agree", source).stdout for source in (folder, other)}
    assert len(told) == 1
    assert "rater_a, rater_b: blind ratings" in told.pop()


def test_refused_ratings_are_told_with_their_code_and_exit_3(folder, tmp_path):
    write_manual(tmp_path / "r.jsonl", [SessionRating(session=CANARY, text_sha256="f" * 64, turns=(TurnRating(turn=1, w=1),))])
    done = rupture("ratings", "import", tmp_path / "r.jsonl", "--store", folder, "--rater", "rater_c")
    assert done.returncode == 3
    assert "not stored: 1 session: RAT-020" in done.stderr
    assert CANARY not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("ratings", "export", "NONE", "--out", "x"), 3, "REV-033"),
        (("ratings", "verify", "NONE"), 3, "REV-033"),
        (("ratings", "export", "FOLDER", "--out", "x", "--form", "manual"), 2, "RAT-030"),
        (("agree", "missing.jsonl"), 3, "RAT-001"),
        (("brief", "missing.rupture.json"), 3, "REV-030"),
        (("brief", "RESULT", "--client-code", "Jane"), 2, "BRF-001"),
        (("brief", "RESULT", "--client-code", "C014", "--out", "c014.md"), 2, "BRF-002"),
        (("brief", "RESULT", "--out", "brief.pdf"), 2, "BRF-005"),
        (("brief", "RESULT", "--month", "November"), 2, "Invalid value"),
    ],
)
def test_wrong_use_is_one_line_with_its_code(arguments, code, said, folder, tmp_path):
    places = {"NONE": tmp_path / "none", "FOLDER": folder, "RESULT": folder / "s1.rupture.json"}
    done = rupture(*(places.get(one, one) for one in arguments), cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "none").exists()


def test_history_is_whole_until_somebody_edits_it(folder):
    import sqlite3

    assert rupture("ratings", "verify", folder).stdout == "The history is whole: 13 entries, 0 of them erased.\n"
    with sqlite3.connect(folder / STORE_NAME) as raw:
        raw.execute("DROP TRIGGER events_are_not_changed")
        raw.execute("UPDATE events SET w = 3 WHERE seq = 5")
    done = rupture("ratings", "verify", folder)
    assert done.returncode == 1
    assert "entry 5: its content is not what was written" in done.stderr


def test_agree_prints_figures_for_a_machine(folder):
    done = rupture("agree", folder, "--json", "--resamples", "100")
    (group,) = json.loads(done.stdout)["groups"]
    assert (group["raters"], group["units"], group["condition"]) == (["rater_a", "rater_b"], 6, "blind")
    assert group["kinds"]["confrontation"]["alpha_ordinal"] == {"value": None, "low": None, "high": None}


def test_agree_gives_the_same_text_for_the_same_seed(folder):
    assert rupture("agree", folder, PYTHONHASHSEED="1").stdout == rupture("agree", folder, PYTHONHASHSEED="2").stdout


@pytest.mark.parametrize("name", ["brief.md", "brief.html"])
def test_brief_holds_what_was_chosen_and_shared_and_nothing_private(name, folder, tmp_path):
    out = tmp_path / name
    done = rupture("brief", folder / "s1.rupture.json", "--store", folder, "--out", out, "--client-code", "C014", "--month", "2026-11")
    assert (done.returncode, done.stdout) == (0, f"Brief written to {out}\n"), done.stderr
    page = out.read_text(encoding="utf-8")
    assert "turns 6 to 7" in page
    assert "turns 2 to 3" not in page
    assert "shared thought" in page
    assert "private thought" not in page
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_brief_without_a_file_is_markdown_on_the_screen(folder):
    done = rupture("brief", folder / "s1.rupture.json")
    assert done.stdout.startswith("# Supervision brief: for reflection, not assessment\n")
    assert "## Moment 2" in done.stdout


def test_reviewing_works_without_spacy_and_the_training_stack(folder):
    import subprocess
    import sys

    from tests.integration.test_score_command import ROOT

    code = f"""
import sys
sys.modules.update(dict.fromkeys(("torch", "transformers", "datasets", "accelerate", "sklearn", "scipy", "spacy", "onnxruntime")))
from pathlib import Path
import pipeline.review.agreement.text, pipeline.review.exchange, pipeline.review.forget, pipeline.review.queue
from pipeline.review.brief.write import Writing, make_brief
from pipeline.review.results import read_result
print(len(make_brief(read_result(Path({str(folder / "s1.rupture.json")!r})), writing=Writing.HTML)) > 1000)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.stdout.strip() == "True", done.stderr
