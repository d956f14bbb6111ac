"""What a training run writes after every epoch, so that a killed one goes on: weights, optimiser, progress; nothing pickled."""

from __future__ import annotations

import json
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from pipeline.core.canonical import canonical_json, write_atomic
from pipeline.core.errors import UsageError

STATE, WEIGHTS, AVERAGE, BEST, OPTIMISER = (
    "state.json",
    "last.safetensors",
    "average.safetensors",
    "best.safetensors",
    "optimiser.safetensors",
)


@dataclass(slots=True)
class Progress:
    """Hold where a run stands; written after every epoch, read when it is resumed."""

    run_sha256: str = ""
    epoch: int = 0
    best_epoch: int = -1
    best_score: float = -1.0
    history: list[dict[str, float]] | None = None


def save_weights(network: nn.Module, path: Path) -> None:
    """Write the weights of `network` whole or not at all."""
    temporary = path.with_suffix(".tmp")
    save_file({name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}, temporary)
    temporary.replace(path)


def checkpoint(network: nn.Module, average: AveragedModel, optimiser: torch.optim.Optimizer, progress: Progress, run_dir: Path) -> None:
    """Write everything a resumed run needs, the progress last: it is what makes the rest count."""
    save_weights(network, run_dir / WEIGHTS)
    save_weights(average.module, run_dir / AVERAGE)
    state = {
        f"{index}.{name}": value.detach().cpu().contiguous()
        for index, entry in optimiser.state_dict()["state"].items()
        for name, value in entry.items()
    }
    temporary = (run_dir / OPTIMISER).with_suffix(".tmp")
    save_file(state, temporary)
    temporary.replace(run_dir / OPTIMISER)
    write_atomic(run_dir / STATE, canonical_json(asdict(progress), places=None))


def resume(
    network: nn.Module, average: AveragedModel, optimiser: torch.optim.Optimizer, schedule: Any, run_dir: Path, *, run_sha256: str
) -> Progress:
    """Load the last checkpoint of `run_dir` into everything that learns and return where the run stands; a new run starts at 0.

    Raises `UsageError` when the checkpoint belongs to another configuration or other sessions, by `run_sha256`.
    """
    if not (run_dir / STATE).is_file():
        return Progress(run_sha256=run_sha256)
    progress = Progress(**json.loads((run_dir / STATE).read_text(encoding="utf-8")))
    if progress.run_sha256 != run_sha256:
        way_out = "Remove the run folder, or name another one with --run."
        raise UsageError("TRN-007", "the run folder holds a run of another configuration or other sessions", way_out=way_out)
    network.load_state_dict(load_file(run_dir / WEIGHTS), strict=True)
    average.module.load_state_dict(load_file(run_dir / AVERAGE), strict=True)
    average.n_averaged.fill_(1)  # at 0 the next update would copy the weights over the average
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in load_file(run_dir / OPTIMISER).items():
        index, _, field = name.partition(".")
        state.setdefault(int(index), {})[field] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch expects an optimiser step before each of these
        for _ in range(max((int(entry["step"]) for entry in state.values()), default=0)):
            schedule.step()
    return progress
