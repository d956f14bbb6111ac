"""From a service's ratings to a new model folder beside the current one, which is never touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.classifier.manifest import Way, read_manifest
from pipeline.core.canonical import canonical_json, sha256_bytes
from pipeline.core.errors import UsageError
from pipeline.core.paths import model_dir
from pipeline.core.pointer import read_pointer
from pipeline.core.ratings import Rating
from pipeline.core.records import Transcript
from pipeline.features.stage import FeatureStage
from pipeline.training.config import TrainingConfig
from pipeline.training.evaluate import EITHER
from pipeline.training.fit import fit
from pipeline.training.site.build import Ingredients, build_model
from pipeline.training.site.compare import likelihoods, raw_outputs
from pipeline.training.site.comparison import Comparison, Finding
from pipeline.training.site.forget import RUNS
from pipeline.training.site.keep import extend_site, read_site, write_site
from pipeline.training.site.parts import Parts, gather_parts
from pipeline.training.site.registry import start_from
from pipeline.training.site.sanity import check_ratings
from pipeline.training.site.sessions import SiteSession, site_sessions
from pipeline.training.site.start import base_of, network_of

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Retrained:
    """Hold what a retraining made: the model folder, its page, and how it compares."""

    folder: Path
    page: Path
    comparison: Comparison


def retrain(
    ratings: Iterable[Rating],
    *,
    transcripts: Mapping[str, Transcript],
    models: Path,
    site_folder: Path,
    config: TrainingConfig,
    new_key: str,
    report: Report = lambda line: None,
    on_finding: Callable[[Finding], None] = lambda finding: None,
    on_batch: Callable[[int, int], None] = lambda done, total: None,
) -> Retrained:
    """Make a model from ratings on `transcripts` (by text hash) and compare it with the current one.

    The result follows from the parent model, the ratings, the configuration and the site's key alone: same bytes with the same seed.
    Nothing but the new folder, its page and the site folder is written; what a killed run left is used by the next.
    """
    stage = FeatureStage.load()
    sessions = site_sessions(ratings, transcripts=transcripts, stage=stage)
    if not sessions:
        raise UsageError("RET-001", "no rating refers to a session that was given", way_out="Name the sessions with --sessions.")
    site = extend_site(read_site(site_folder, new_key=new_key), sessions, settings=config.retrain)
    write_site(site, folder=site_folder)
    champion_id, parent_id = read_pointer(models).current_id, start_from(models)
    parent = model_dir(parent_id, models=models)
    findings = _findings(sessions, model_dir(champion_id, models=models))
    for finding in findings:
        on_finding(finding)
    parts = gather_parts(sessions, site=site, transcripts=transcripts, config=config, stage=stage)
    way = Way.TRAINED if len(parts.learnt) >= config.retrain.least_sessions else Way.RECALIBRATED
    model_id = _model_id(parent, parts, config=config)
    report(f"{len(sessions)} rated sessions of {len({one.session.dyad_id for one in sessions})} dyads; {parts.told()}")
    ingredients = Ingredients(
        model_id=model_id,
        way=way,
        parent=parent,
        parent_id=parent_id,
        champion=model_dir(champion_id, models=models),
        champion_id=champion_id,
        parts=parts,
        site=site,
        config=_config(config, parent),
        findings=findings,
    )
    run_dir = site_folder / RUNS / model_id
    network = None
    if way is Way.TRAINED:
        report(f"learning from {len(parts.learnt)} sessions beside {len(parts.replay)} of the corpus")
        network = network_of(parent, dropout=config.fit.dropout)
        fit(
            network,
            train=[*parts.replay, *parts.learnt * parts.repeat],
            validation=[*parts.held_out, *parts.corpus_validation],
            tokenizer=base_of(parent, read_manifest(parent)[0]).tokenizer(),
            config=ingredients.config,
            run_dir=run_dir,
            run_sha256=sha256_bytes(model_id.encode()),
            report=report,
            on_batch=on_batch,
        )
    else:
        report(
            f"fewer than {config.retrain.least_sessions} sessions to learn from: only the likelihoods and thresholds are fitted again, "
            "what the model reads in the words stays as it is"
        )
    page, comparison = build_model(ingredients, network=network, models=models)
    shutil.rmtree(run_dir, ignore_errors=True)
    return Retrained(folder=models / model_id, page=page, comparison=comparison)


def _findings(sessions: Sequence[SiteSession], champion: Path) -> tuple[Finding, ...]:
    rated = [one.session for one in sessions]
    said = likelihoods(raw_outputs(champion, rated), rated, manifest=read_manifest(champion)[0])
    return check_ratings(sessions, likelihoods=said.p[EITHER])


def _config(config: TrainingConfig, parent: Path) -> TrainingConfig:
    """Return the configuration of going on: the parent's windows, and the gentler rates of retraining."""
    own = config.retrain
    rates = {"epochs": own.epochs, "patience": own.epochs, "learning_rate": own.learning_rate, "head_learning_rate": own.head_learning_rate}
    return config.model_copy(update={"window": read_manifest(parent)[0].window, "fit": config.fit.model_copy(update=rates)})


def _model_id(parent: Path, parts: Parts, *, config: TrainingConfig) -> str:
    """Return an id that follows from the parent, the configuration and everything that is learnt from or tested on."""
    rated = [[one.transcript.text_sha256, sha256_bytes(one.targets.tobytes())] for one in (*parts.learnt, *parts.held_out, *parts.test)]
    content = [read_manifest(parent)[1], config.model_dump(mode="json", exclude={"corpus"}), rated]
    return f"site-{sha256_bytes(canonical_json(content, places=None))[:10]}"
