"""What is current is left alone; one change does again what it touches, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.annotate import keys
from pipeline.batch import child
from pipeline.batch.plan import Shard
from pipeline.batch.run import plan_batch, score_batch
from pipeline.core.settings import load_settings
from pipeline.ingest.options import ReadOptions
from tests.batches import folder_of, lines, manifest, plain, request, results, rupture, state


@pytest.fixture
def scored(tmp_path, tiny_model):
    """Score two plain sessions and an input of two sessions."""
    source = folder_of(tmp_path / "in", {"a.txt": plain(1), "b.txt": plain(2), "c.jsonl": lines(["c1", "c2"])})
    out = tmp_path / "out"
    score_batch(request(source, out=out, model=tiny_model))
    return source, out


def test_second_run_scores_nothing_writes_nothing_and_starts_no_worker(scored, tiny_model, monkeypatch):
    source, out = scored
    before = state(out)
    monkeypatch.setattr(child, "WORKER_MODULE", "no.such.module")
    report = score_batch(request(source, out=out, model=tiny_model))
    assert (report.scored, report.current, report.not_scored) == (0, 4, ())
    assert state(out) == before


def test_second_run_loads_neither_spacy_nor_onnxruntime(scored, tiny_model):
    source, out = scored
    code = (
        "import sys\nfrom pipeline.cli.app import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([name for name in ('spacy', 'onnxruntime', 'numpy', 'torch', 'distributed') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, "score", str(source), "--out", str(out), "--model", str(tiny_model)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}, check=False)
    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr


def test_changed_input_is_scored_again_and_the_others_are_not(scored, tiny_model):
    source, out = scored
    (source / "a.txt").write_text(plain(7), encoding="utf-8")
    report = score_batch(request(source, out=out, model=tiny_model))
    assert (report.scored, report.current, report.others) == (1, 3, 1)


def test_changed_input_replaces_the_results_of_its_own_session_ids(scored, tiny_model):
    source, out = scored
    before = results(out)
    (source / "c.jsonl").write_text(lines(["c1", "c2"], word="flat"), encoding="utf-8")
    report = score_batch(request(source, out=out, model=tiny_model))
    assert (report.scored, report.current, report.replaced) == (2, 2, 2)
    assert results(out).keys() == before.keys()
    assert results(out)["c1.rupture.json"] != before["c1.rupture.json"]


def test_changed_model_scores_everything_again(scored, tiny_model, tmp_path):
    source, out = scored
    other = tmp_path / "other"
    shutil.copytree(tiny_model, other)
    content = json.loads((other / "manifest.json").read_bytes())
    (other / "manifest.json").write_text(json.dumps({**content, "metrics": {"again": 1}}), encoding="utf-8")
    report = score_batch(request(source, out=out, model=other))
    assert (report.scored, report.current, report.others) == (4, 0, 0)


def test_changed_configuration_scores_everything_again(scored, tiny_model):
    source, out = scored
    settings = load_settings(flags={"moments": {"calm_turns": 1}})
    assert score_batch(request(source, out=out, model=tiny_model, settings=settings)).scored == 4


def test_changed_limits_score_nothing_again(scored, tiny_model):
    source, out = scored
    assert score_batch(request(source, out=out, model=tiny_model, limits={"time_limit_s": 7})).scored == 0


def test_changed_options_of_reading_score_everything_again(scored, tiny_model):
    source, out = scored
    report = plan_batch(request(source, out=out, model=tiny_model, options=ReadOptions(max_turns=77)))
    assert (report.current, report.unopened) == (0, 3)


@pytest.mark.parametrize(("name", "variable"), [("__version__", "TEST_PIPELINE_VERSION"), ("SCHEMA_VERSION", "TEST_SCHEMA_VERSION")])
def test_changed_version_scores_everything_again(name, variable, scored, tiny_model, monkeypatch):
    source, out = scored
    monkeypatch.setattr(child, "WORKER_MODULE", "tests.poison_worker")
    monkeypatch.setattr(keys, name, "9.9")
    monkeypatch.setenv(variable, "9.9")
    report = score_batch(request(source, out=out, model=tiny_model))
    assert (report.scored, report.current) == (4, 0)


def test_result_that_was_edited_removed_or_moved_is_made_again(scored, tiny_model):
    source, out = scored
    before = results(out)
    (out / "c1.rupture.json").write_bytes(before["c1.rupture.json"].replace(b"fine", b"good"))
    (out / "c2.rupture.json").unlink()
    assert score_batch(request(source, out=out, model=tiny_model)).scored == 2
    assert results(out) == before


def test_result_without_a_row_does_not_count_as_done(scored, tiny_model):
    source, out = scored
    (out / "manifest.jsonl").unlink()
    assert plan_batch(request(source, out=out, model=tiny_model)).current == 0


def test_key_in_the_result_is_that_of_the_manifest(scored):
    _, out = scored
    for row in manifest(out):
        assert json.loads((out / row["output"]).read_bytes())["provenance"]["key"] == row["key"]


def test_python_interface_and_command_write_the_same_bytes(scored, tiny_model):
    import pipeline
    from pipeline.annotate.write import session_bytes

    source, out = scored
    session = pipeline.load(tiny_model).score_file(source / "a.txt")
    assert session_bytes(session) == results(out)[f"{session.transcript.transcript_id}.rupture.json"]


def test_dry_run_says_what_is_due_and_writes_nothing(scored, tiny_model, tmp_path):
    source, out = scored
    (source / "d.txt").write_text(plain(4), encoding="utf-8")
    before = state(out)
    done = rupture("score", source, "--out", out, "--model", tiny_model, "--dry-run", "--json")
    assert json.loads(done.stdout) == {"inputs": 4, "current": 4, "not_scored": 0, "due": 0, "unopened": 1}
    assert state(out) == before
    rupture("score", source, "--out", tmp_path / "new", "--model", tiny_model, "--dry-run")
    assert not (tmp_path / "new").exists()


def test_shards_of_one_folder_make_what_one_run_makes(scored, tiny_model, tmp_path):
    source, out = scored
    parts = tmp_path / "parts"
    scored_here = [score_batch(request(source, out=parts, model=tiny_model, shard=Shard(part, 3))).scored for part in (1, 2, 3)]
    assert sum(scored_here) == 4
    assert results(parts) == results(out)
