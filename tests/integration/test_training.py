from __future__ import annotations

import json
import random

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from pipeline.classifier.manifest import verify_folder
from pipeline.classifier.network import TurnTagger
from pipeline.classifier.runtime import TurnClassifier
from pipeline.core.errors import UsageError
from pipeline.core.manual_form import SessionRating, TurnRating
from pipeline.features.stage import FEATURE_NAMES, FeatureStage
from pipeline.training.config import FitSettings, NoiseSettings, TrainingConfig
from pipeline.training.corpus.store import write_ratings, write_sessions
from pipeline.training.fit import fit, predict
from pipeline.training.metrics import auroc
from pipeline.training.noise import disturb
from pipeline.training.rated import load_rated
from pipeline.training.run import train
from tests.tiny import build_tiny_base

EPOCHS = 10


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Write twelve short sessions in which `flat` after `plan` is rated a clear withdrawal."""
    folder = tmp_path_factory.mktemp("corpus")
    rng = random.Random(3)
    sessions, ratings = {}, {}
    for number in range(12):
        turns, rated = [], []
        for place in range(0, 24, 2):
            pressed = rng.random() < 0.3
            turns.append(
                {
                    "speaker": "therapist",
                    "text": f"we do the plan {rng.choice('abc')}" if pressed else f"how was the week {rng.choice('abc')}",
                }
            )
            turns.append({"speaker": "client", "text": f"flat {rng.choice('de')}" if pressed else f"the week was fine {rng.choice('de')}"})
            if pressed:
                rated.append(TurnRating(turn=place + 1, w=2, m=("WD-MIN",)))
        name = f"t{number:02d}"
        sessions[name], ratings[name] = turns, SessionRating(session=name, overall=2, turns=tuple(rated))
    write_sessions(folder, sessions)
    write_ratings(folder / "ratings_a.jsonl", ratings)
    names = sorted(sessions)
    (folder / "splits.json").write_text(json.dumps({"train": names[:8], "validation": names[8:10], "test": names[10:]}))
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return build_tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def config(corpus, base):
    settings = FitSettings(
        epochs=EPOCHS, learning_rate=5e-3, head_learning_rate=5e-3, freeze_embeddings=False, batch_tokens=512, average=0.7
    )
    return TrainingConfig(base=str(base.folder), corpus=corpus, fit=settings)


def fitted(config, base, run_dir, *, epochs):
    sessions = load_rated(config.corpus / "sessions.jsonl", ratings=[config.corpus / "ratings_a.jsonl"], stage=FeatureStage.load())
    torch.manual_seed(config.seed)
    network = TurnTagger(base.encoder(), n_features=len(FEATURE_NAMES))
    wanted = config.model_copy(update={"fit": config.fit.model_copy(update={"patience": 99})})
    stopped = wanted.model_copy(update={"fit": wanted.fit.model_copy(update={"epochs": epochs})}) if epochs < wanted.fit.epochs else wanted
    fit(network, train=sessions[:8], validation=sessions[8:10], tokenizer=base.tokenizer(), config=stopped, run_dir=run_dir)
    return network, sessions


def test_training_learns_what_the_ratings_say(config, base, tmp_path):
    network, sessions = fitted(config, base, tmp_path, epochs=EPOCHS)
    outputs = predict(network, sessions[10:], tokenizer=base.tokenizer(), config=config)
    clear = np.concatenate([session.ratings[0, :, 0] >= 2 for session in sessions[10:]])
    score = np.concatenate([output[:, 1] for output in outputs])
    client = np.concatenate([session.client for session in sessions[10:]])
    assert auroc(clear[client].astype(np.int64), score[client]) > 0.95


@pytest.mark.slow
def test_run_that_was_stopped_goes_on_where_it_stood(config, base, tmp_path):
    fitted(config, base, tmp_path / "whole", epochs=EPOCHS)
    state = json.loads((tmp_path / "whole" / "state.json").read_text())
    half = tmp_path / "half"
    real = config.fit.epochs
    stopper = Stop(4)
    with pytest.raises(KeyboardInterrupt):
        fitted_with_report(config, base, half, stopper)
    fitted(config, base, half, epochs=real)
    again = json.loads((half / "state.json").read_text())
    assert again["epoch"] == state["epoch"]
    for kept in ("last.safetensors", "average.safetensors", "best.safetensors"):
        first, second = load_file(tmp_path / "whole" / kept), load_file(half / kept)
        assert all(torch.allclose(first[name], second[name], atol=1e-5) for name in first)


class Stop:
    """Interrupt a run when it reports its `after`-th epoch, before that epoch is checkpointed."""

    def __init__(self, after):
        self.left = after

    def __call__(self, line):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt


def fitted_with_report(config, base, run_dir, report):
    sessions = load_rated(config.corpus / "sessions.jsonl", ratings=[config.corpus / "ratings_a.jsonl"], stage=FeatureStage.load())
    torch.manual_seed(config.seed)
    network = TurnTagger(base.encoder(), n_features=len(FEATURE_NAMES))
    wanted = config.model_copy(update={"fit": config.fit.model_copy(update={"patience": 99})})
    fit(network, train=sessions[:8], validation=sessions[8:10], tokenizer=base.tokenizer(), config=wanted, run_dir=run_dir, report=report)


def test_train_writes_a_folder_that_scoring_and_transformers_load(config, tmp_path):
    from transformers import AutoModel, AutoTokenizer

    folder = train(config, out=tmp_path / "models" / "mine", run_dir=tmp_path / "run")
    manifest, _ = verify_folder(folder)
    assert manifest.model_id == "mine"
    assert manifest.data_fingerprint["train"]["sessions"] == 8
    assert TurnClassifier.load(folder).manifest.features == FEATURE_NAMES
    assert AutoModel.from_pretrained(folder, local_files_only=True).config.hidden_size == 16
    assert json.loads((folder / "config.json").read_text())["layer_norm_eps"] == 1e-12
    assert AutoTokenizer.from_pretrained(folder, local_files_only=True)("the week")["input_ids"]


@pytest.mark.slow
def test_run_folder_of_another_configuration_is_refused(config, tmp_path):
    train(config, out=tmp_path / "models" / "mine", run_dir=tmp_path / "run")
    with pytest.raises(UsageError) as caught:
        train(config.model_copy(update={"seed": 1}), out=tmp_path / "models" / "mine", run_dir=tmp_path / "run")
    assert caught.value.code == "TRN-007"


@pytest.mark.slow
def test_run_folder_holds_no_transcript_text_and_no_pickle(config, tmp_path):
    folder = train(config, out=tmp_path / "models" / "mine", run_dir=tmp_path / "run")
    for path in [*(tmp_path / "run").iterdir(), *folder.iterdir()]:
        assert path.suffix in {".json", ".safetensors", ".onnx", ".md", ".txt"}
        if path.name not in ("tokenizer.json", "vocab.txt"):
            assert b"the week was fine" not in path.read_bytes()


@pytest.mark.slow
def test_quantised_graph_ranks_as_the_float_network_does(config, base, tmp_path):
    network, sessions = fitted(config, base, tmp_path / "run", epochs=EPOCHS)
    folder = train(config, out=tmp_path / "models" / "mine", run_dir=tmp_path / "other")
    classifier = TurnClassifier.load(folder)
    for session, exact in zip(sessions[10:], predict(network, sessions[10:], tokenizer=base.tokenizer(), config=config), strict=True):
        quantised = classifier.score(session.transcript.turns, features=session.features).raw
        assert np.abs(quantised - exact)[session.client].mean() < 0.1


def test_noise_keeps_the_number_of_turns_and_repeats_with_its_seed():
    settings = NoiseSettings(recogniser=0.5, chat=0.3, disfluency=0.2, word_errors=0.2, placeholders=0)
    texts = ["I don't know, because [ANON] said it is fine.", "Okay.", "Well, are you there?"] * 5
    for seed in range(30):
        first = disturb(texts, settings=settings, rng=random.Random(seed))
        assert first == disturb(texts, settings=settings, rng=random.Random(seed))
        assert len(first) == len(texts)
        assert all(text.strip() for text in first)
        assert all(word == "[ANON]" for text in first for word in text.split() if "anon" in word.lower())


def test_noise_of_zero_leaves_the_text_alone():
    settings = NoiseSettings(recogniser=0, chat=0, disfluency=0, placeholders=0)
    assert disturb(["As it is."], settings=settings, rng=random.Random(1)) == ["As it is."]


def test_placeholder_noise_hides_names_and_numbers_and_uncovers_placeholders():
    settings = NoiseSettings(recogniser=0, chat=0, disfluency=0, placeholders=1)
    found = {
        text
        for seed in range(200)
        for text in disturb(["I saw Marta at 1430, with [ANON], and I went."], settings=settings, rng=random.Random(seed))
    }
    assert "I saw [ANON] at 1430, with [ANON], and I went." in found
    assert any("[ANON]" not in text for text in found)
    assert all(text.endswith("and I went.") for text in found)
