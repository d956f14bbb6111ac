"""What forgetting a dyad means for models: the site loses it, half-done runs go, and models that learnt from it are marked."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.training.site.keep import SITE_FILE, forget_in_site, read_site, write_site
from pipeline.training.site.registry import list_models, mark

RUNS = "runs"


def forget_in_models(dyad_id: str, *, models: Path, site_folder: Path) -> tuple[str, ...]:
    """Forget a dyad and return the ids of the models that need retraining: those that learnt from it, or from a model that did."""
    shutil.rmtree(site_folder / RUNS, ignore_errors=True)
    if not (site_folder / SITE_FILE).is_file():
        return ()
    site = read_site(site_folder, new_key="")
    gone = site.dyad(dyad_id)
    marked = tuple(row.manifest.model_id for row in list_models(models) if row.manifest.lineage and gone in row.manifest.lineage.dyads)
    mark(models, retrain_needed=marked)
    write_site(forget_in_site(site, dyad_id), folder=site_folder)
    return marked
