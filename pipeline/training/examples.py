"""Rated sessions packed into padded batches of windows, with fresh noise each epoch."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from torch import Tensor

from pipeline.classifier.packing import Window, WindowPolicy, pack, plan_windows
from pipeline.classifier.tokens import TurnTokenizer, TurnTokens
from pipeline.core.records import SpeakerRole
from pipeline.training.config import NoiseSettings
from pipeline.training.noise import disturb
from pipeline.training.rated import RatedSession
from pipeline.training.regroup import Row, regroup

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Hold padded windows: what `TurnTagger.forward` takes, and `targets`, `mask` [b, turns, outputs] over the scored turns."""

    input_ids: Tensor
    attention_mask: Tensor
    owner: Tensor
    role_at: Tensor
    features: Tensor
    targets: Tensor
    mask: Tensor


def training_batches(
    sessions: Sequence[RatedSession],
    *,
    tokenizer: TurnTokenizer,
    window: WindowPolicy,
    noise: NoiseSettings | None,
    batch_tokens: int,
    rng: random.Random,
) -> list[Batch]:
    """Pack `sessions` into windows, bucketed by length and shuffled by batch; `noise` None leaves the text as it is.

    In training the windows do not overlap, so that every token is encoded once an epoch; where they begin changes by epoch.
    The windows lie in a `datasets` table in memory: nothing is cached, nothing is fetched.
    """
    rows = [row for session in sessions for row in _windows(session, tokenizer, window, noise, rng)]
    table = Dataset.from_list([{name: value.tolist() for name, value in row.items()} for row in rows]).with_format("numpy")
    lengths = [len(row["ids"]) for row in rows]
    groups: list[list[int]] = [[]]
    for place in sorted(range(len(rows)), key=lambda place: lengths[place]):
        if groups[-1] and (len(groups[-1]) + 1) * lengths[place] > batch_tokens:
            groups.append([])
        groups[-1].append(place)
    rng.shuffle(groups)
    return [_collate([table[place] for place in group]) for group in groups if group]


def scoring_windows(session: RatedSession, *, tokenizer: TurnTokenizer, window: WindowPolicy) -> list[tuple[Window, Batch]]:
    """Pack one session as scoring does, with overlap and without noise, each window a batch of its own."""
    planned = _plan(session, tokenizer, window, None, random.Random(0))  # noqa: S311 - nothing is drawn
    return [(one, _collate([_window(planned, one, tokenizer)])) for one in planned.windows]


@dataclass(frozen=True, slots=True)
class _Planned:
    """Hold a session after noise: turns as tokens, `features`, `targets`, `mask` a row each, and the windows over them."""

    tokens: tuple[TurnTokens, ...]
    features: Floats
    targets: Floats
    mask: Floats
    windows: tuple[Window, ...]


def _plan(
    session: RatedSession, tokenizer: TurnTokenizer, window: WindowPolicy, noise: NoiseSettings | None, rng: random.Random
) -> _Planned:
    spoken = [(SpeakerRole(turn.role), turn.text) for turn in session.transcript.turns]
    if noise is None:
        rows, policy, blank = [Row(role, text, (place,)) for place, (role, text) in enumerate(spoken)], window, False
    else:
        rows = regroup(spoken, settings=noise, rng=rng)
        texts = disturb([row.text for row in rows], settings=noise, rng=rng)
        rows = [Row(row.role, text, row.sources) for row, text in zip(rows, texts, strict=True)]
        max_tokens = rng.randint(window.max_tokens * 3 // 4, window.max_tokens)
        policy = window.model_copy(update={"context_tokens": 0, "lookahead_tokens": 0, "max_tokens": max_tokens})
        blank = rng.random() < noise.feature_dropout
    tokens = tuple(tokenizer.encode(row.text, role=row.role, max_tokens=window.turn_tokens) for row in rows)
    return _Planned(
        tokens=tokens,
        features=np.zeros((len(rows), session.features.shape[1]), np.float32) if blank else _of_rows(session.features, rows),
        targets=_of_rows(session.targets, rows),
        mask=_of_rows(session.mask, rows),
        windows=plan_windows([len(turn.ids) for turn in tokens], policy=policy),
    )


def _windows(
    session: RatedSession, tokenizer: TurnTokenizer, window: WindowPolicy, noise: NoiseSettings | None, rng: random.Random
) -> list[dict[str, NDArray[Any]]]:
    planned = _plan(session, tokenizer, window, noise, rng)
    return [_window(planned, one, tokenizer) for one in planned.windows]


def _window(planned: _Planned, window: Window, tokenizer: TurnTokenizer) -> dict[str, NDArray[Any]]:
    """Return one window as arrays; turns that only serve as context have a mask of 0."""
    packed = pack(window, planned.tokens, cls_id=tokenizer.cls_id, sep_id=tokenizer.sep_id)
    turns = slice(window.first, window.end)
    mask = planned.mask[turns].copy()
    mask[: window.score_first - window.first] = 0.0
    mask[window.score_end - window.first :] = 0.0
    return {
        "ids": np.array(packed.ids, np.int64),
        "owner": np.array(packed.owner, np.int64),
        "role_at": np.array(packed.role_at, np.int64),
        "features": planned.features[turns],
        "targets": planned.targets[turns],
        "mask": mask,
    }


def _of_rows(values: Floats, rows: Sequence[Row]) -> Floats:
    """Return the values of each row: the highest of its source turns, 0 where it has none."""
    blank = np.zeros(values.shape[1], np.float32)
    return np.array([values[list(row.sources)].max(axis=0) if row.sources else blank for row in rows], dtype=np.float32)


def _collate(rows: Sequence[Mapping[str, NDArray[Any]]]) -> Batch:
    """Pad windows to one batch; the owner of padding is -1, as that of the frame tokens."""
    length, turns = (max(len(row[name]) for row in rows) for name in ("ids", "role_at"))
    n_features, n_outputs = (np.asarray(rows[0][name]).shape[1] for name in ("features", "targets"))
    ids, attention = np.zeros((len(rows), length), np.int64), np.zeros((len(rows), length), np.int64)
    owner, role_at = np.full((len(rows), length), -1, np.int64), np.zeros((len(rows), turns), np.int64)
    features = np.zeros((len(rows), turns, n_features), np.float32)
    targets, mask = np.zeros((len(rows), turns, n_outputs), np.float32), np.zeros((len(rows), turns, n_outputs), np.float32)
    for place, row in enumerate(rows):
        size, count = len(row["ids"]), len(row["role_at"])
        ids[place, :size], attention[place, :size], owner[place, :size] = row["ids"], 1, row["owner"]
        role_at[place, :count] = row["role_at"]
        features[place, :count], targets[place, :count], mask[place, :count] = row["features"], row["targets"], row["mask"]
    return Batch(*(torch.from_numpy(array) for array in (ids, attention, owner, role_at, features, targets, mask)))
