"""The membership attack on a model that stands already, with the sessions that its site rated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.classifier.manifest import read_manifest
from pipeline.core.errors import UsageError
from pipeline.core.paths import model_dir
from pipeline.core.ratings import Rating
from pipeline.core.records import Transcript
from pipeline.features.stage import FeatureStage
from pipeline.training.metrics import Floats
from pipeline.training.rated import RatedSession
from pipeline.training.site.compare import raw_outputs
from pipeline.training.site.comparison import PrivacyFigures
from pipeline.training.site.keep import SITE_FILE, read_site
from pipeline.training.site.privacy import gives_away, loss_of, membership
from pipeline.training.site.registry import mark
from pipeline.training.site.sessions import site_sessions


def check_privacy(
    model_id: str, *, ratings: Iterable[Rating], transcripts: Mapping[str, Transcript], models: Path, site_folder: Path
) -> PrivacyFigures:
    """Attack a retrained model and mark it *do not share* above the limit.

    Sessions of dyads that its lineage names count as learnt, all others as unseen. Raises `UsageError` for a model without a lineage: it
    learnt from no one's sessions here.
    """
    folder = model_dir(model_id, models=models)
    lineage = read_manifest(folder)[0].lineage
    if lineage is None or not (site_folder / SITE_FILE).is_file():
        raise UsageError("RET-003", "the model was not made from a site's sessions", way_out="Name one that `rupture retrain` made.")
    site = read_site(site_folder, new_key="")
    rated = [one.session for one in site_sessions(ratings, transcripts=transcripts, stage=FeatureStage.load())]
    groups: tuple[list[RatedSession], list[RatedSession]] = ([], [])
    for one in rated:
        groups[site.dyad(one.dyad_id) not in lineage.dyads].append(one)
    parent = model_dir(lineage.parent_id, models=models)
    gains = (gains_of(parent, folder, groups[0]), gains_of(parent, folder, groups[1]))
    figures = membership(groups[0], groups[1], gains=gains, folder=folder)
    if gives_away(figures):
        mark(models, do_not_share=[model_id])
    return figures


def gains_of(parent: Path, folder: Path, sessions: list[RatedSession]) -> list[Floats]:
    """Return by how much the loss of each client turn fell from a model's parent to the model."""
    pairs = zip(raw_outputs(parent, sessions), raw_outputs(folder, sessions), sessions, strict=True)
    return [loss_of(old, one) - loss_of(new, one) for old, new, one in pairs]
