from __future__ import annotations

import json

import pytest

from pipeline.classifier.manifest import Way, read_manifest
from pipeline.core import pointer as pointers
from pipeline.core.canonical import canonical_json, sha256_bytes, sha256_file, write_atomic
from pipeline.core.errors import ModelError, UsageError
from pipeline.core.paths import default_model_dir
from pipeline.core.pointer import read_pointer
from pipeline.training.site.comparison import COMPARISON, CORPUS, SITE, Change, Check, Comparison, Finding, KindComparison, SetComparison
from pipeline.training.site.gate import judge_gate
from pipeline.training.site.registry import hand_out, list_models, mark, promote, roll_back
from tests.review_builders import NOW
from tests.site_builders import hollow_models

SAME = Change(champion=0.5, challenger=0.5, low=-0.1, high=0.1)
WORSE = Change(champion=0.5, challenger=0.3, low=-0.3, high=-0.1)
BETTER = Change(champion=0.5, challenger=0.7, low=0.1, high=0.3)


def compared(*, site=SAME, corpus=SAME, calibration=SAME, source=SAME, champion="default", **more):
    def one(ranking):
        figures = KindComparison(clear=9, average_precision=ranking, calibration_error=calibration, flags_per_session=SAME)
        return SetComparison(sessions=5, dyads=5, client_turns=99, kinds={"withdrawal": figures}, sources={"text": source})

    fields = {
        "champion_id": champion,
        "champion_sha256": "0" * 64,
        "challenger_id": "new",
        "way": Way.TRAINED,
        "learnt_sessions": 20,
        "learnt_dyads": 20,
        "replayed_sessions": 80,
        "test_sessions_missing": 0,
        "champion_bytes": 100,
        "challenger_bytes": 100,
        "sets": {SITE: one(site), CORPUS: one(corpus)},
        "findings": (),
        "privacy": None,
    }
    return Comparison.model_validate(fields | more)


@pytest.fixture
def models(tmp_path):
    return hollow_models(tmp_path / "models")


def add_model(models, model_id, comparison):
    """Copy the shipped model under another id, with a comparison, pinned as a retraining would pin it."""
    import shutil

    folder = models / model_id
    shutil.copytree(models / "default", folder)
    write_atomic(folder / COMPARISON, canonical_json(comparison))
    manifest = json.loads((folder / "manifest.json").read_text())
    content = (folder / COMPARISON).read_bytes()
    manifest["files"][COMPARISON] = {"sha256": sha256_bytes(content), "bytes": len(content)}
    manifest["model_id"] = model_id
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def failed(comparison, **more):
    return [one.name for one in judge_gate(comparison, **more) if not one.met]


def test_gate_lets_pass_what_is_no_worse():
    assert failed(compared()) == []
    assert failed(compared(site=BETTER)) == []


@pytest.mark.parametrize(
    ("comparison", "name"),
    [
        (compared(site=WORSE), "your sessions, withdrawal: ranking"),
        (compared(corpus=WORSE), "corpus, withdrawal: ranking"),
        (compared(calibration=BETTER), "corpus, withdrawal: calibration"),
        (compared(source=WORSE), "corpus, source text"),
        (compared(challenger_bytes=120), "size"),
        (compared(test_sessions_missing=1), "whole test set"),
        (compared(findings=(Finding(check=Check.FLIPPED, count=9, total=20, stops=True),)), "ratings: flipped"),
    ],
)
def test_gate_refuses_what_is_worse(comparison, name):
    assert name in failed(comparison)


def test_gate_refuses_a_slower_model():
    assert failed(compared(), slower=1.5) == ["speed"]


def test_promotion_names_the_new_model_and_rollback_restores_the_same_bytes(models, monkeypatch):
    monkeypatch.setenv("RUPTURE_MODELS", str(models))
    before = sha256_file(default_model_dir() / "manifest.json")
    add_model(models, "new", compared())
    promote(models, "new", by="supervisor", now=NOW)
    assert default_model_dir() == models / "new"
    row = next(row for row in list_models(models) if row.is_current)
    assert (row.promoted[0].by, row.promoted[0].at) == ("supervisor", NOW)
    assert roll_back(models, by="supervisor", now=NOW) == "default"
    assert sha256_file(default_model_dir() / "manifest.json") == before


def test_two_promotions_are_taken_back_one_after_the_other(models):
    add_model(models, "new", compared())
    add_model(models, "newer", compared(champion="new"))
    promote(models, "new", by="supervisor", now=NOW)
    promote(models, "newer", by="supervisor", now=NOW)
    assert roll_back(models, by="supervisor", now=NOW) == "new"
    assert roll_back(models, by="supervisor", now=NOW) == "default"
    with pytest.raises(UsageError, match="MOD-016"):
        roll_back(models, by="supervisor", now=NOW)


def test_worse_model_is_refused_and_a_reason_overrules_and_is_kept(models):
    add_model(models, "new", compared(site=WORSE))
    with pytest.raises(ModelError, match="MOD-014"):
        promote(models, "new", by="supervisor", now=NOW)
    assert read_pointer(models).current_id == "default"
    promote(models, "new", by="supervisor", now=NOW, reason="a trial for one week")
    assert read_pointer(models).steps[-1].reason == "a trial for one week"


def test_model_that_was_compared_with_another_is_refused(models):
    add_model(models, "new", compared(champion="other"))
    with pytest.raises(ModelError, match="MOD-015"):
        promote(models, "new", by="supervisor", now=NOW)


def test_changed_model_is_refused(models):
    folder = add_model(models, "new", compared())
    (folder / "heads.safetensors").write_bytes(b"x")
    with pytest.raises(ModelError, match="MOD-004"):
        promote(models, "new", by="supervisor", now=NOW)


def test_promotion_killed_while_writing_has_not_happened(models, monkeypatch):
    add_model(models, "new", compared())

    def kill(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pointers, "write_atomic", kill)
        with pytest.raises(KeyboardInterrupt):
            promote(models, "new", by="supervisor", now=NOW)
    assert read_pointer(models).current_id == "default"


@pytest.mark.parametrize(("marks", "code"), [({"retrain_needed": ["new"]}, "MOD-018"), ({"do_not_share": ["new"]}, "MOD-019")])
def test_marked_model_is_not_handed_out(models, tmp_path, marks, code):
    add_model(models, "new", compared())
    mark(models, **marks)
    with pytest.raises(ModelError, match=code):
        hand_out(models, "new", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_path_is_no_id_of_a_model(models, tmp_path):
    with pytest.raises(ModelError, match="MOD-001"):
        hand_out(models, "../models/default", out=tmp_path / "out")


def test_name_of_a_person_is_not_kept_as_who_promoted(models):
    add_model(models, "new", compared())
    with pytest.raises(UsageError, match="MOD-021"):
        promote(models, "new", by="Jane Doe", now=NOW)
    assert read_pointer(models).current_id == "default"


def test_unmarked_model_is_handed_out_whole(models, tmp_path):
    add_model(models, "new", compared())
    folder = hand_out(models, "new", out=tmp_path / "out")
    assert read_manifest(folder) == read_manifest(models / "new")
