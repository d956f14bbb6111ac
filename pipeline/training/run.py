"""One training run from configuration to model folder."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.manifest import verify_folder
from pipeline.classifier.network import TurnTagger
from pipeline.classifier.runtime import TurnGraph
from pipeline.classifier.targets import clear_column
from pipeline.core.canonical import canonical_json, sha256_bytes, write_atomic
from pipeline.core.results import RuptureKind
from pipeline.features.stage import FEATURE_NAMES, FeatureStage
from pipeline.training.base import Base, find_base
from pipeline.training.calibrate import fit_policy
from pipeline.training.card import model_card
from pipeline.training.config import TrainingConfig
from pipeline.training.corpus.store import RATINGS_A, RATINGS_B, SESSIONS
from pipeline.training.export import export_graph, export_weights, staging_folder, write_manifest
from pipeline.training.failures import failures, told
from pipeline.training.fit import fit
from pipeline.training.metrics import Metric, auroc, average_precision, over_sessions
from pipeline.training.rated import RatedSession, load_rated, read_splits

RUN_CONFIG = "config.json"
Report = Callable[[str], None]
Outputs = Sequence[NDArray[np.float64]]
Parts = Mapping[str, Sequence[RatedSession]]


def train(
    config: TrainingConfig,
    *,
    out: Path,
    run_dir: Path,
    report: Report = lambda line: None,
    on_batch: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Train on the corpus of `config` and write a model folder to `out`; `run_dir` keeps what a resumed run needs.

    The splits of the corpus are respected: fitting on `train`, stopping and calibration on `validation`, figures on `test`.
    """
    parts = corpus_parts(config)
    base = find_base(config.base)
    tokenizer = base.tokenizer()
    network = TurnTagger(base.encoder(), n_features=len(FEATURE_NAMES), dropout=config.fit.dropout)
    run_sha256 = sha256_bytes(canonical_json([config.model_dump(mode="json", exclude={"retrain"}), fingerprint(parts)], places=None))
    write_atomic(run_dir / RUN_CONFIG, canonical_json(config, places=None))
    report(f"training on {len(parts['train'])} sessions, stopping on {len(parts['validation'])}")
    fit(
        network,
        train=parts["train"],
        validation=parts["validation"],
        tokenizer=tokenizer,
        config=config,
        run_dir=run_dir,
        run_sha256=run_sha256,
        report=report,
        on_batch=on_batch,
    )
    return _write_model(network, out=out, config=config, parts=parts, base=base)


def load_corpus(folder: Path) -> dict[str, RatedSession]:
    """Load all rated sessions of a corpus folder, with second ratings where there are any."""
    ratings = [folder / name for name in (RATINGS_A, RATINGS_B) if (folder / name).is_file()]
    return {session.session_id: session for session in load_rated(folder / SESSIONS, ratings=ratings, stage=FeatureStage.load())}


def figures_of(sessions: Sequence[RatedSession], outputs: Outputs, *, seed: int) -> dict[str, Any]:
    """Return AUROC and average precision of the raw scores of each kind with session-bootstrap intervals."""
    figures = {}
    for kind in RuptureKind:
        truth = [(session.mean_rating(kind)[session.client] >= 1.5).astype(np.int64) for session in sessions]
        score = [output[session.client, clear_column(kind)] for session, output in zip(sessions, outputs, strict=True)]
        figures[kind.value] = {
            "turns": int(sum(map(len, truth))),
            "clear": int(sum(part.sum() for part in truth)),
            "auroc": _interval(auroc, truth, score, seed),
            "average_precision": _interval(average_precision, truth, score, seed),
        }
    return figures


def _interval(metric: Metric, truth: list[NDArray[np.int64]], score: list[NDArray[np.float64]], seed: int) -> dict[str, Any]:
    return dataclasses.asdict(over_sessions(metric, truth=truth, score=score, rng=np.random.default_rng(seed)))


def _share(sessions: list[RatedSession], config: TrainingConfig) -> list[RatedSession]:
    """Return a seeded share of the training sessions; larger shares hold the smaller ones."""
    order = random.Random(config.seed).sample(range(len(sessions)), len(sessions))  # noqa: S311 - sampling, not secrets
    kept = sorted(order[: max(1, round(config.train_share * len(sessions)))])
    return [sessions[place] for place in kept]


def _write_model(network: TurnTagger, *, out: Path, config: TrainingConfig, parts: Parts, base: Base) -> Path:
    """Export beside `out`, calibrate and measure what was exported, verify it, and only then put it in place."""
    with staging_folder(out) as folder:
        export_weights(network, base=base, folder=folder)
        export_graph(network, n_features=len(FEATURE_NAMES), folder=folder)
        describe_model(folder, model_id=out.name, config=config, parts=parts, base=base)
    return out


def describe_model(
    folder: Path,
    *,
    model_id: str,
    config: TrainingConfig,
    parts: Parts,
    base: Base,
    also: Mapping[str, Sequence[RatedSession]] | None = None,
) -> None:
    """Calibrate and measure the graph in `folder`, and write its card and manifest; the weights stay as they are.

    `also` names further sets of rated sessions whose figures go into the card.

    Calibration, thresholds and figures come from the int8 graph that users run, not from the float network behind it.
    """
    graph = TurnGraph.open(folder, window=config.window)
    outputs = {name: _graph_outputs(graph, parts[name]) for name in ("validation", "test")}
    policies = {
        kind.value: fit_policy(
            kind, sessions=parts["validation"], outputs=outputs["validation"], prevalence=config.calibration.prevalence(kind)
        )
        for kind in RuptureKind
    }
    metrics = {"corpus test": figures_of(parts["test"], outputs["test"], seed=config.seed)}
    for name, sessions in (also or {}).items():
        metrics[name] = figures_of(sessions, _graph_outputs(graph, sessions), seed=config.seed)
    failed = told(failures(parts["test"], outputs["test"], policies=policies))
    card = model_card(model_id=model_id, base=base.name, train_sessions=len(parts["train"]), metrics=metrics, failed=failed, **policies)
    write_atomic(folder / "README.md", card.encode("utf-8"))
    trained_on = fingerprint(parts)
    write_manifest(folder, model_id=model_id, base=base, config=config, policies=policies, metrics=metrics, data_fingerprint=trained_on)
    verify_folder(folder)


def corpus_parts(config: TrainingConfig) -> dict[str, list[RatedSession]]:
    """Load the rated sessions of each split, the training part cut to the configured share."""
    sessions = load_corpus(config.corpus)
    parts = {name: [sessions[one] for one in ids if one in sessions] for name, ids in read_splits(config.corpus).items()}
    return {**parts, "train": _share(parts["train"], config)}


def _graph_outputs(graph: TurnGraph, sessions: Sequence[RatedSession]) -> list[NDArray[np.float64]]:
    return [graph.raw(session.transcript.turns, features=session.features)[0] for session in sessions]


def fingerprint(parts: Mapping[str, Sequence[RatedSession]]) -> dict[str, Any]:
    """Return counts and one hash over the text hashes of each split: what was trained on, without a word of it."""
    return {
        name: {
            "sessions": len(sessions),
            "turns": sum(len(session.transcript.turns) for session in sessions),
            "sha256": sha256_bytes("".join(sorted(session.transcript.text_sha256 for session in sessions)).encode()),
        }
        for name, sessions in parts.items()
    }
