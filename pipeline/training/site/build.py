"""A retrained network, or the parent's, as a model folder: likelihoods fitted again, compared, told on a card, pinned."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.classifier.manifest import MANIFEST, KindPolicy, Lineage, ModelManifest, Way, read_manifest, verify_folder
from pipeline.classifier.network import TurnTagger
from pipeline.core.canonical import canonical_json, write_atomic
from pipeline.core.results import RuptureKind
from pipeline.features.stage import FEATURE_NAMES
from pipeline.training.calibrate import fit_policy
from pipeline.training.config import TrainingConfig
from pipeline.training.evaluate import CLEAR_MEAN, source_of
from pipeline.training.export import export_graph, export_weights, staging_folder, write_manifest
from pipeline.training.rated import RatedSession
from pipeline.training.run import fingerprint
from pipeline.training.site.card import site_card
from pipeline.training.site.compare import compare_on, likelihoods, raw_outputs
from pipeline.training.site.comparison import COMPARISON, CORPUS, SITE, Comparison, Finding, PrivacyFigures, SetComparison
from pipeline.training.site.keep import Site
from pipeline.training.site.page import comparison_page
from pipeline.training.site.parts import Parts
from pipeline.training.site.privacy import gives_away, membership
from pipeline.training.site.privacy_check import gains_of
from pipeline.training.site.registry import mark
from pipeline.training.site.start import base_of

README = "README.md"
LEAST_CLEAR = 15
"""With fewer clear turns of a kind held out by the site, its likelihoods are fitted on the corpus's held-out sessions as well."""
PRIOR = 0.03


@dataclass(frozen=True, slots=True)
class Ingredients:
    """Hold what a new model is made of; `champion` is the current model, `parent` the one that is learnt on from."""

    model_id: str
    way: Way
    parent: Path
    parent_id: str
    champion: Path
    champion_id: str
    parts: Parts
    site: Site
    config: TrainingConfig
    findings: tuple[Finding, ...]


def build_model(made_of: Ingredients, *, network: TurnTagger | None, models: Path) -> tuple[Path, Comparison]:
    """Write the model folder and its page; None for `network` keeps the parent's weights. Return the page and the comparison."""
    out = models / made_of.model_id
    with staging_folder(out) as folder:
        _write_weights(made_of, network, folder)
        manifest = _write_manifest(made_of, folder, policies=_policies(made_of, folder))
        comparison = _compare(made_of, folder, manifest)
        write_atomic(folder / COMPARISON, canonical_json(comparison))
        write_atomic(folder / README, site_card(comparison, lineage=manifest.lineage, base=manifest.base).encode("utf-8"))
        policies = {kind.value: _policy_of(manifest, kind) for kind in RuptureKind}
        _write_manifest(made_of, folder, policies=policies, metrics=_metrics(comparison))
        verify_folder(folder)
        _keep_private(folder)
    page = models / f"{made_of.model_id}.html"
    write_atomic(page, comparison_page(comparison).encode("utf-8"))
    if comparison.privacy and gives_away(comparison.privacy):
        mark(models, do_not_share=[made_of.model_id])
    return page, comparison


def _keep_private(folder: Path) -> None:
    """Close the folder to other accounts: unlike a shipped model, this one learnt from people's words."""
    for path in folder.iterdir():
        path.chmod(0o600)
    folder.chmod(0o700)


def _policy_of(manifest: ModelManifest, kind: RuptureKind) -> KindPolicy:
    return manifest.withdrawal if kind is RuptureKind.WITHDRAWAL else manifest.confrontation


def _write_weights(made_of: Ingredients, network: TurnTagger | None, folder: Path) -> None:
    parent, _ = read_manifest(made_of.parent)
    if network is None:
        for name in sorted(set(parent.files) - {README, COMPARISON}):
            shutil.copyfile(made_of.parent / name, folder / name)
        return
    export_weights(network, base=base_of(made_of.parent, parent), folder=folder)
    export_graph(network, n_features=len(FEATURE_NAMES), folder=folder)


def _metrics(comparison: Comparison) -> dict[str, Any]:
    """Return the new model's own figures by set and kind."""
    return {
        name: {
            kind: {
                "clear": figures.clear,
                "average_precision": figures.average_precision.challenger,
                "calibration_error": figures.calibration_error.challenger,
            }
            for kind, figures in one.kinds.items()
        }
        for name, one in comparison.sets.items()
    }


def _write_manifest(
    made_of: Ingredients, folder: Path, *, policies: dict[str, KindPolicy], metrics: dict[str, Any] | None = None
) -> ModelManifest:
    parent, parent_sha256 = read_manifest(made_of.parent)
    parts = made_of.parts
    groups = {"train": [*parts.replay, *parts.learnt], "validation": [*parts.corpus_validation, *parts.held_out], "test": parts.test}
    if made_of.way is Way.RECALIBRATED:
        groups = {"train": [], "validation": [*parts.corpus_validation, *parts.held_out, *parts.learnt], "test": parts.test}
    (folder / MANIFEST).unlink(missing_ok=True)
    return write_manifest(
        folder,
        model_id=made_of.model_id,
        base=base_of(made_of.parent, parent),
        config=made_of.config,
        policies=policies,
        metrics=metrics or {},
        data_fingerprint=fingerprint(groups),
        features=FEATURE_NAMES if made_of.way is Way.TRAINED else parent.features,
        lineage=Lineage(
            parent_id=made_of.parent_id,
            parent_sha256=parent_sha256,
            way=made_of.way,
            seed=made_of.config.seed,
            dyads=_dyads(made_of, parent),
        ),
    )


def _dyads(made_of: Ingredients, parent: ModelManifest) -> dict[str, int]:
    """Return the sessions of each dyad, by its hash, that this model or its parents learnt from or were calibrated on."""
    counts = dict(parent.lineage.dyads) if parent.lineage else {}
    own: dict[str, int] = {}
    for one in (*made_of.parts.learnt, *made_of.parts.held_out):
        dyad = made_of.site.dyad(one.dyad_id)
        own[dyad] = own.get(dyad, 0) + 1
    return dict(sorted({**counts, **{dyad: max(count, counts.get(dyad, 0)) for dyad, count in own.items()}}.items()))


def _policies(made_of: Ingredients, folder: Path) -> dict[str, KindPolicy]:
    """Fit likelihoods and thresholds at the service's own prevalence, on sessions that the weights were not fitted on."""
    parts = made_of.parts
    own = parts.held_out if made_of.way is Way.TRAINED else [*parts.held_out, *parts.learnt]
    parent, _ = read_manifest(made_of.parent)
    features = FEATURE_NAMES if made_of.way is Way.TRAINED else parent.features
    outputs = {
        name: raw_outputs(folder, group, window=parent.window, features=features)
        for name, group in (("own", own), ("corpus", parts.corpus_validation))
    }
    policies = {}
    for kind in RuptureKind:
        enough = _clear_turns(own, kind)[0] >= LEAST_CLEAR
        sessions = own if enough else [*own, *parts.corpus_validation]
        raw = outputs["own"] if enough else [*outputs["own"], *outputs["corpus"]]
        policies[kind.value] = fit_policy(kind, sessions=sessions, outputs=raw, prevalence=_prevalence(made_of, kind))
    return policies


def _prevalence(made_of: Ingredients, kind: RuptureKind) -> float:
    """Return the share of clear turns in the service's sessions, drawn towards the configured one while there are few."""
    clear, turns = _clear_turns([*made_of.parts.learnt, *made_of.parts.held_out], kind)
    prior = made_of.config.calibration.prevalence(kind) or PRIOR
    weight = max(1, made_of.config.retrain.prior_turns)
    return (clear + weight * prior) / (turns + weight)


def _clear_turns(sessions: list[RatedSession], kind: RuptureKind) -> tuple[int, int]:
    clear = sum(int((one.mean_rating(kind)[one.client] >= CLEAR_MEAN).sum()) for one in sessions)
    return clear, sum(int(one.client.sum()) for one in sessions)


def _compare(made_of: Ingredients, folder: Path, manifest: ModelManifest) -> Comparison:
    parts = made_of.parts
    champion, champion_sha256 = read_manifest(made_of.champion)
    formats = [one.transcript.source_format for one in parts.test]
    return Comparison(
        champion_id=made_of.champion_id,
        champion_sha256=champion_sha256,
        challenger_id=made_of.model_id,
        way=made_of.way,
        learnt_sessions=len(parts.learnt),
        learnt_dyads=len({one.dyad_id for one in parts.learnt}),
        replayed_sessions=len(parts.replay) if made_of.way is Way.TRAINED else 0,
        test_sessions_missing=parts.missing,
        champion_bytes=_bytes(champion),
        challenger_bytes=_bytes(manifest),
        sets={
            SITE: _on(made_of, folder, parts.test, formats),
            CORPUS: _on(made_of, folder, parts.corpus_test, [source_of(one.session_id) for one in parts.corpus_test]),
        },
        findings=made_of.findings,
        privacy=_privacy(made_of, folder) if made_of.way is Way.TRAINED else None,
    )


def _on(made_of: Ingredients, folder: Path, sessions: list[RatedSession], sources: list[str]) -> SetComparison:
    both = [likelihoods(raw_outputs(one, sessions), sessions, manifest=read_manifest(one)[0]) for one in (made_of.champion, folder)]
    return compare_on(sessions, sources=sources, champion=both[0], challenger=both[1], seed=made_of.config.seed)


def _bytes(manifest: ModelManifest) -> int:
    return sum(entry.bytes for name, entry in manifest.files.items() if name.endswith((".onnx", ".safetensors")))


def _privacy(made_of: Ingredients, folder: Path) -> PrivacyFigures:
    learnt, unseen = made_of.parts.learnt, [*made_of.parts.held_out, *made_of.parts.test]
    return membership(
        learnt, unseen, gains=(gains_of(made_of.parent, folder, learnt), gains_of(made_of.parent, folder, unseen)), folder=folder
    )
