"""A file that crashes, hangs or floods its worker is one row, and the run goes on."""

from __future__ import annotations

import pytest

from pipeline.batch import child
from pipeline.batch.codes import BatchCode
from pipeline.batch.run import score_batch
from pipeline.core.errors import ModelError, RunError
from tests.batches import folder_of, lines, manifest, plain, request, results, state

CANARY = "ZQ-CANARY-7f3a"
TIGHT = {"time_limit_s": 6.0, "memory_limit_mb": 400, "retries": 0}


@pytest.fixture(autouse=True)
def poison(monkeypatch):
    monkeypatch.setattr(child, "WORKER_MODULE", "tests.poison_worker")


def reasons(report):
    return {one.name: one.code for one in report.not_scored}


def test_every_kind_of_poison_is_one_row_and_the_others_are_scored(tmp_path, tiny_model):
    deeds = {"exit": BatchCode.CRASHED, "segv": BatchCode.CRASHED, "later": BatchCode.CRASHED, "memory": BatchCode.TOO_BIG}
    deeds |= {"hang": BatchCode.TOO_SLOW, "spin": BatchCode.TOO_SLOW, "raise": BatchCode.BROKE}
    files = {f"{deed}.txt": f"POISON {deed} {CANARY}" for deed in deeds}
    source = folder_of(tmp_path / "in", {**files, "a.txt": plain(1), "z.txt": plain(2), "many.jsonl": lines(["m1", "m2"])})
    report = score_batch(request(source, out=tmp_path / "out", model=tiny_model, limits=TIGHT, jobs=2))
    assert reasons(report) == {f"{deed}.txt": code for deed, code in deeds.items()}
    assert report.scored == 4
    assert CANARY not in (tmp_path / "out" / "manifest.jsonl").read_text()
    failed = [row for row in manifest(tmp_path / "out") if row["status"] == "failed"]
    assert len(failed) == len(deeds)
    assert not list((tmp_path / "out").glob(".~*"))


def test_crash_that_was_chance_is_tried_again_and_scored(tmp_path, tiny_model):
    source = folder_of(tmp_path / "in", {"once.txt": f"POISON once {tmp_path / 'crashed'}"})
    report = score_batch(request(source, out=tmp_path / "out", model=tiny_model))
    assert (tmp_path / "crashed").exists()
    assert (report.scored, report.not_scored) == (1, ())


def test_fault_in_our_own_code_is_told_by_place_and_not_by_content(tmp_path, tiny_model):
    source = folder_of(tmp_path / "in", {"raise.txt": f"POISON raise {CANARY}"})
    (problem,) = score_batch(request(source, out=tmp_path / "out", model=tiny_model)).not_scored
    assert problem.place.startswith("KeyError at ingest/read.py:")


def test_failed_input_is_left_alone_until_it_is_asked_for(tmp_path, tiny_model):
    source = folder_of(tmp_path / "in", {"exit.txt": "POISON exit", "cut.json": '{"turns": [{', "a.txt": plain()})
    out = tmp_path / "out"
    score_batch(request(source, out=out, model=tiny_model))
    before = state(out)
    report = score_batch(request(source, out=out, model=tiny_model))
    assert reasons(report) == {"exit.txt": "BAT-001", "cut.json": "ING-020"}
    assert state(out) == before
    score_batch(request(source, out=out, model=tiny_model, retry_failed=True))
    assert len(manifest(out)) == 5


def test_input_that_failed_once_counts_as_done_after_it_was_retried(tmp_path, tiny_model):
    source = folder_of(tmp_path / "in", {"once.txt": f"POISON once {tmp_path / 'crashed'}"})
    out = tmp_path / "out"
    first = request(source, out=out, model=tiny_model, limits={"retries": 0})
    assert score_batch(first).scored == 0
    retried = request(source, out=out, model=tiny_model, retry_failed=True)
    assert score_batch(retried).scored == 1
    assert score_batch(first).current == 1


def test_file_that_changes_while_the_run_goes_on_is_refused_and_scored_next_time(tmp_path, tiny_model):
    source = folder_of(tmp_path / "in", {"a.txt": plain(1), "b.txt": plain(2)})
    out = tmp_path / "out"

    def edit(step):
        if step.phase == "reading" and step.done == step.total:
            (source / "b.txt").write_text(plain(3), encoding="utf-8")

    report = score_batch(request(source, out=out, model=tiny_model), on_step=edit)
    assert reasons(report) == {"b.txt": "BAT-005"}
    again = score_batch(request(source, out=out, model=tiny_model))
    assert (again.scored, again.current, again.not_scored) == (1, 1, ())


def test_results_do_not_depend_on_the_number_of_workers(tmp_path, tiny_model):
    files = {f"{number}.txt": plain(number) for number in range(4)}
    source = folder_of(tmp_path / "in", {**files, "a.jsonl": lines(["same", "x"]), "b.jsonl": lines(["Same", "y"], word="flat")})
    made = []
    for jobs in (1, 2):
        out = tmp_path / f"out{jobs}"
        score_batch(request(source, out=out, model=tiny_model, jobs=jobs))
        made.append(results(out))
    assert made[0] == made[1]
    assert sum(name.casefold().startswith("same") for name in made[0]) == 2


def test_model_that_changes_while_the_run_goes_on_ends_it(tmp_path, tiny_model):
    import shutil

    model = tmp_path / "model"
    shutil.copytree(tiny_model, model)
    source = folder_of(tmp_path / "in", {"a.txt": plain()})

    def damage(step):
        path = model / "model.int8.onnx"
        path.write_bytes(path.read_bytes()[:-1] + b"\0")

    with pytest.raises(ModelError):
        score_batch(request(source, out=tmp_path / "out", model=model), on_step=damage)


def test_worker_of_another_version_ends_the_run(tmp_path, tiny_model, monkeypatch):
    monkeypatch.setenv("TEST_PIPELINE_VERSION", "9.9")
    source = folder_of(tmp_path / "in", {"a.txt": plain()})
    with pytest.raises(ModelError) as caught:
        score_batch(request(source, out=tmp_path / "out", model=tiny_model))
    assert caught.value.code == "MOD-009"


def test_workers_that_cannot_start_end_the_run_with_a_reason(tmp_path, tiny_model, monkeypatch):
    monkeypatch.setattr(child, "WORKER_MODULE", "no.such.module")
    source = folder_of(tmp_path / "in", {"a.txt": plain()})
    with pytest.raises(RunError) as caught:
        score_batch(request(source, out=tmp_path / "out", model=tiny_model))
    assert caught.value.code == "BAT-010"
