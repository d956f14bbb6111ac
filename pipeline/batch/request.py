"""What a caller asks of a run over many sessions."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.annotate.keys import Recipe, recipe_of
from pipeline.batch.index import SessionIndex
from pipeline.batch.plan import WHOLE, Plan, Shard, make_plan
from pipeline.batch.tasks import Setup
from pipeline.classifier.manifest import verify_folder
from pipeline.core.paths import default_model_dir
from pipeline.core.settings import ScoreSettings
from pipeline.ingest.companions import InputGroup
from pipeline.ingest.options import ReadOptions


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """Hold what to score, how, and where to.

    `model` is the folder of the model, chosen once: a promotion while the run goes on changes nothing for it. `run_id` stands in
    every row of the manifest that the run writes. `jobs` is how many sessions are scored at a time on this machine; `cluster` is the
    address of a Dask scheduler that has them scored elsewhere instead. `retry_failed` does again what was refused or failed before.
    """

    groups: Sequence[InputGroup]
    out: Path
    settings: ScoreSettings
    options: ReadOptions
    run_id: str
    model: Path
    index: SessionIndex | None = None
    shard: Shard = WHOLE
    jobs: int = 1
    cluster: str = ""
    retry_failed: bool = False

    def recipe(self) -> Recipe:
        """Return what makes the results; raises `ModelError` when the model is missing or differs from its manifest."""
        _, model_sha256 = verify_folder(self.model)
        return recipe_of(model_sha256, settings=self.settings)

    def plan(self, recipe: Recipe, *, stopped: Callable[[], bool]) -> Plan:
        """Return the plan of the run."""
        return make_plan(self.groups, options=self.options, recipe=recipe, index=self.index, shard=self.shard, stopped=stopped)

    def setup(self, recipe: Recipe) -> Setup:
        """Return what a worker of the run must know; on a cluster, a model that was not named is each machine's own current one."""
        model = "" if self.cluster and self.model == default_model_dir() else str(self.model.absolute())
        return Setup(recipe=recipe, settings=self.settings, model=model, tied=not self.cluster)


def cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def new_run_id(now: datetime) -> str:
    """Return an id for a run that tells when it began, and is no other run's."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
