"""Fitting the network: resumable at epoch boundaries, the same result with the same seed, nothing pickled."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import get_linear_schedule_with_warmup

from pipeline.classifier.network import TurnTagger
from pipeline.classifier.targets import LEVELS, clear_column
from pipeline.classifier.tokens import TurnTokenizer
from pipeline.core.canonical import make_private_dir
from pipeline.core.results import RuptureKind
from pipeline.training.checkpoint import BEST, Progress, checkpoint, resume, save_weights
from pipeline.training.config import FitSettings, TrainingConfig
from pipeline.training.examples import Batch, scoring_windows, training_batches
from pipeline.training.metrics import average_precision
from pipeline.training.rated import RatedSession

Report = Callable[[str], None]


def fit(
    network: TurnTagger,
    *,
    train: Sequence[RatedSession],
    validation: Sequence[RatedSession],
    tokenizer: TurnTokenizer,
    config: TrainingConfig,
    run_dir: Path,
    run_sha256: str = "",
    report: Report = lambda line: None,
    on_batch: Callable[[int, int], None] = lambda done, total: None,
) -> Progress:
    """Fit until the validation score stops rising, leave the best weights in `network`, and return the history.

    What is scored and kept is a running average of the weights, since with few rated sessions the ranking swings from
    epoch to epoch. The score is the mean average precision of withdrawal and confrontation on sessions that
    were not trained on. A run that was killed goes on from its last finished epoch, if `run_sha256` says that it is the
    same configuration on the same sessions. `on_batch` is told the batches done and the batches planned over all epochs.
    """
    make_private_dir(run_dir)
    torch.manual_seed(config.seed)
    if config.fit.threads:
        torch.set_num_threads(config.fit.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device)
    settings = config.fit
    steps = settings.epochs * len(_epoch_batches(train, tokenizer, config, epoch=0))
    optimiser = torch.optim.AdamW(_parameter_groups(network, settings), weight_decay=settings.weight_decay)
    schedule = get_linear_schedule_with_warmup(optimiser, int(settings.warmup * steps), int(steps * 1.05))
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(settings.average))  # type: ignore[no-untyped-call]
    averaged = cast(TurnTagger, average.module)
    progress = resume(network, average, optimiser, schedule, run_dir, run_sha256=run_sha256)
    while progress.epoch < settings.epochs and progress.epoch - progress.best_epoch <= settings.patience:
        torch.manual_seed(config.seed + progress.epoch)
        batches = _epoch_batches(train, tokenizer, config, epoch=progress.epoch)
        done = progress.epoch * len(batches)
        loss = _train_epoch(
            network,
            batches,
            average=average,
            optimiser=optimiser,
            schedule=schedule,
            settings=settings,
            device=device,
            on_batch=lambda number, done=done: on_batch(done + number, steps),  # type: ignore[misc]
        )
        score = validation_score(averaged, validation, tokenizer=tokenizer, config=config)
        progress.history = [*(progress.history or []), {"epoch": progress.epoch, "loss": loss, **score}]
        report(
            f"epoch {progress.epoch + 1}/{settings.epochs} loss {loss:.4f} "
            + " ".join(f"{name} {value:.3f}" for name, value in score.items())
        )
        if score["mean"] > progress.best_score:
            progress.best_score, progress.best_epoch = score["mean"], progress.epoch
            save_weights(averaged, run_dir / BEST)
        progress.epoch += 1
        checkpoint(network, average, optimiser, progress, run_dir)
    network.load_state_dict(load_file(run_dir / BEST), strict=True)
    return progress


def _epoch_batches(train: Sequence[RatedSession], tokenizer: TurnTokenizer, config: TrainingConfig, *, epoch: int) -> list[Batch]:
    rng = random.Random(config.seed * 1009 + epoch)  # noqa: S311 - shuffling, not secrets
    return training_batches(
        train, tokenizer=tokenizer, window=config.window, noise=config.noise, batch_tokens=config.fit.batch_tokens, rng=rng
    )


def _train_epoch(
    network: TurnTagger,
    batches: Sequence[Batch],
    *,
    average: AveragedModel,
    optimiser: torch.optim.Optimizer,
    schedule: Any,
    settings: FitSettings,
    device: torch.device,
    on_batch: Callable[[int], None] = lambda number: None,
) -> float:
    network.train()
    total = 0.0
    for number, batch in enumerate(batches, 1):
        loss = _loss(_forward(network, batch, device), batch, settings=settings, device=device)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        average.update_parameters(network)
        total += float(loss.detach())
        on_batch(number)
    return total / max(1, len(batches))


def _forward(network: TurnTagger, batch: Batch, device: torch.device) -> Tensor:
    parts = (batch.input_ids, batch.owner, batch.role_at, batch.features, batch.attention_mask)
    # Half precision pays on a GPU only: on a CPU without matrix units the same step took 1.6 times as long in bfloat16.
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
        logits: Tensor = network(*(part.to(device) for part in parts))
    return logits.float()


def _loss(logits: Tensor, batch: Batch, *, settings: FitSettings, device: torch.device) -> Tensor:
    """Return the weighted cross-entropy: clear turns count more, codes count less, outputs of the other role not at all."""
    targets, mask = batch.targets.to(device), batch.mask.to(device)
    n_ordinal = len(RuptureKind) * len(LEVELS)
    weight = torch.full_like(targets, settings.code_weight)
    weight[..., :n_ordinal] = 1.0 / len(LEVELS)
    weight[..., [clear_column(kind) for kind in RuptureKind]] = 1.0
    weight = weight * mask * (1.0 + (settings.positive_weight - 1.0) * targets)
    entropy = nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (entropy * weight).sum() / mask[..., 0].sum().clamp(min=1.0)


def _parameter_groups(network: TurnTagger, settings: FitSettings) -> list[dict[str, Any]]:
    """Give each layer its rate, falling towards the input; freeze what the settings say."""
    encoder = network.encoder
    encoder.embeddings.word_embeddings.weight.requires_grad = not settings.freeze_embeddings
    layers = list(encoder.encoder.layer)
    groups = []
    for depth, layer in enumerate(layers):
        for parameter in layer.parameters():
            parameter.requires_grad = depth >= settings.freeze_layers
        groups.append(
            {
                "params": [p for p in layer.parameters() if p.requires_grad],
                "lr": settings.learning_rate * settings.layer_decay ** (len(layers) - 1 - depth),
            }
        )
    embeddings = [p for p in encoder.embeddings.parameters() if p.requires_grad]
    groups.append({"params": embeddings, "lr": settings.learning_rate * settings.layer_decay ** len(layers)})
    heads = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    groups.append({"params": heads, "lr": settings.head_learning_rate})
    return [group for group in groups if group["params"]]


@torch.no_grad()
def predict(
    network: TurnTagger, sessions: Sequence[RatedSession], *, tokenizer: TurnTokenizer, config: TrainingConfig
) -> list[NDArray[np.float64]]:
    """Return the sigmoid outputs [turns, outputs] of each session, packed as scoring packs them."""
    network.eval()
    device = next(network.parameters()).device
    outputs = []
    for session in sessions:
        raw = np.zeros((len(session.transcript.turns), session.targets.shape[1]))
        for window, batch in scoring_windows(session, tokenizer=tokenizer, window=config.window):
            logits = _forward(network, batch, device)[0].cpu().double()
            keep = slice(window.score_first - window.first, window.score_end - window.first)
            raw[window.score_first : window.score_end] = torch.sigmoid(logits).numpy()[keep]
        outputs.append(raw)
    return outputs


def validation_score(
    network: TurnTagger, sessions: Sequence[RatedSession], *, tokenizer: TurnTokenizer, config: TrainingConfig
) -> dict[str, float]:
    """Return the average precision of each kind over all client turns, and their mean."""
    outputs = predict(network, sessions, tokenizer=tokenizer, config=config)
    client = np.concatenate([session.client for session in sessions])
    scores = {}
    for kind in RuptureKind:
        truth = np.concatenate([session.mean_rating(kind) for session in sessions])[client] >= 1.5
        score = np.concatenate([raw[:, clear_column(kind)] for raw in outputs])[client]
        scores[kind.value] = average_precision(truth.astype(np.int64), score) or 0.0
    return {**scores, "mean": sum(scores.values()) / len(scores)}
