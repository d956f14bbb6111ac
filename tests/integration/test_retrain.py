from __future__ import annotations

import pytest

from pipeline.classifier.manifest import Way, read_manifest, verify_folder
from pipeline.core.canonical import sha256_file
from pipeline.core.pointer import read_pointer
from pipeline.training.site import build
from pipeline.training.site.comparison import CORPUS, SITE, read_comparison
from pipeline.training.site.forget import forget_in_models
from pipeline.training.site.keep import Place, read_site
from pipeline.training.site.registry import list_models, start_from
from pipeline.training.site.retrain import retrain
from tests.site_builders import KEY, gathered, models_with, small_config, small_corpus


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return small_config(small_corpus(tmp_path_factory.mktemp("retrain") / "corpus"))


@pytest.fixture
def models(tiny_model, tmp_path):
    return models_with(tiny_model, tmp_path / "models")


def run(numbers, *, models, site, config, **more):
    transcripts, ratings = gathered(numbers, **more)
    return retrain(ratings, transcripts=transcripts, models=models, site_folder=site, config=config, new_key=KEY)


def hashes(folder):
    return {path.name: sha256_file(path) for path in sorted(folder.iterdir())}


def test_five_sessions_are_recalibrated_and_the_weights_stay(models, tmp_path, config):
    done = run(range(5), models=models, site=tmp_path / "site", config=config)
    manifest, _ = verify_folder(done.folder)
    parent, _ = read_manifest(models / "default")
    assert manifest.lineage.way is Way.RECALIBRATED
    assert manifest.files["model.int8.onnx"] == parent.files["model.int8.onnx"]
    assert manifest.withdrawal != parent.withdrawal
    assert "only likelihoods and thresholds" in done.page.read_text(encoding="utf-8")
    assert read_pointer(models).current_id == "default"


def test_retraining_learns_compares_and_leaves_the_current_model_alone(models, tmp_path, config):
    before = hashes(models / "default")
    done = run(range(20), models=models, site=tmp_path / "site", config=config)
    manifest, _ = verify_folder(done.folder)
    comparison = read_comparison(done.folder)
    assert manifest.lineage.way is Way.TRAINED
    assert manifest.lineage.parent_id == "default"
    assert comparison.sets[SITE].sessions >= 1
    assert comparison.sets[CORPUS].sessions == 3
    assert hashes(models / "default") == before
    assert not (tmp_path / "site" / "runs" / done.folder.name).exists()
    assert {row.manifest.model_id for row in list_models(models)} == {"tiny", done.folder.name}


@pytest.mark.slow
def test_test_dyads_are_never_learnt_from(models, tmp_path, config):
    done = run(range(20), models=models, site=tmp_path / "site", config=config)
    site = read_site(tmp_path / "site", new_key=KEY)
    tested = {dyad for dyad, place in site.places.items() if place is Place.TEST}
    assert tested
    assert not tested & set(read_manifest(done.folder)[0].lineage.dyads)


@pytest.mark.slow
def test_model_after_forgetting_is_the_model_that_never_saw_the_dyad(models, tmp_path, config, tiny_model):
    site = tmp_path / "site"
    first = run(range(16), models=models, site=site, config=config)
    lineage = read_manifest(first.folder)[0].lineage
    kept = read_site(site, new_key=KEY)
    gone = next(number for number in range(16) if kept.dyad(f"d{number}") in lineage.dyads)
    assert forget_in_models(f"d{gone}", models=models, site_folder=site) == (first.folder.name,)
    rest = [number for number in range(16) if number != gone]
    again = run(rest, models=models, site=site, config=config)
    other_models = models_with(tiny_model, tmp_path / "other")
    never = run(rest, models=other_models, site=tmp_path / "other-site", config=config)
    assert hashes(again.folder) == hashes(never.folder)


def test_forgotten_dyad_stops_a_marked_model_from_being_learnt_on(models, tmp_path, config):
    from pipeline.training.site.registry import promote
    from tests.review_builders import NOW

    done = run(range(5), models=models, site=tmp_path / "site", config=config)
    promote(models, done.folder.name, by="supervisor", now=NOW, reason="test")
    assert start_from(models) == done.folder.name
    dyads = read_site(tmp_path / "site", new_key=KEY)
    number = next(n for n in range(5) if dyads.places[dyads.dyad(f"d{n}")] is not Place.TEST)
    forget_in_models(f"d{number}", models=models, site_folder=tmp_path / "site")
    assert start_from(models) == "default"


@pytest.mark.slow
@pytest.mark.parametrize("point", ["_write_weights", "_write_manifest", "_compare", "site_card", "verify_folder", "comparison_page"])
def test_retraining_killed_at_any_point_leaves_the_current_model_loadable(point, models, tmp_path, config, monkeypatch):
    def kill(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build, point, kill)
        with pytest.raises(KeyboardInterrupt):
            run(range(5), models=models, site=tmp_path / "site", config=config)
    verify_folder(models / read_pointer(models).current_id)
    assert not [path for path in models.iterdir() if path.name.startswith(".~")]
    verify_folder(run(range(5), models=models, site=tmp_path / "site", config=config).folder)
