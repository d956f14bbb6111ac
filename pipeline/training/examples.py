"""Rated sessions packed into padded batches of windows, with fresh noise each epoch."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.classifier.packing import PackedWindow, Window, WindowPolicy, pack, plan_windows
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


@dataclass(frozen=True, slots=True)
class _Material:
    """Hold what a session gives to learn from after noise: turns as tokens, and `features`, `targets`, `mask` a row each."""

    tokens: tuple[TurnTokens, ...]
    features: Floats
    targets: Floats
    mask: Floats


@dataclass(frozen=True, slots=True)
class _Example:
    packed: PackedWindow
    material: _Material


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
    """
    examples = [example for session in sessions for example in _examples(session, tokenizer, window, noise, rng)]
    examples.sort(key=lambda example: len(example.packed.ids))
    groups: list[list[_Example]] = [[]]
    for example in examples:
        if groups[-1] and (len(groups[-1]) + 1) * len(example.packed.ids) > batch_tokens:
            groups.append([])
        groups[-1].append(example)
    rng.shuffle(groups)
    return [_collate(group) for group in groups if group]


def scoring_windows(session: RatedSession, *, tokenizer: TurnTokenizer, window: WindowPolicy) -> list[tuple[Window, Batch]]:
    """Pack one session as scoring does, with overlap and without noise, each window a batch of its own."""
    examples = _examples(session, tokenizer, window, None, random.Random(0))  # noqa: S311 - nothing is drawn
    return [(example.packed.window, _collate([example])) for example in examples]


def _examples(
    session: RatedSession, tokenizer: TurnTokenizer, window: WindowPolicy, noise: NoiseSettings | None, rng: random.Random
) -> list[_Example]:
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
    material = _Material(
        tokens=tokens,
        features=np.zeros((len(rows), session.features.shape[1]), np.float32) if blank else _of_rows(session.features, rows),
        targets=_of_rows(session.targets, rows),
        mask=_of_rows(session.mask, rows),
    )
    windows = plan_windows([len(turn.ids) for turn in tokens], policy=policy)
    return [_Example(pack(one, tokens, cls_id=tokenizer.cls_id, sep_id=tokenizer.sep_id), material) for one in windows]


def _of_rows(values: Floats, rows: Sequence[Row]) -> Floats:
    """Return the values of each row: the highest of its source turns, 0 where it has none."""
    blank = np.zeros(values.shape[1], np.float32)
    return np.array([values[list(row.sources)].max(axis=0) if row.sources else blank for row in rows], dtype=np.float32)


def _collate(group: Sequence[_Example]) -> Batch:
    length = max(len(example.packed.ids) for example in group)
    turns = max(len(example.packed.role_at) for example in group)
    n_features, n_outputs = group[0].material.features.shape[1], group[0].material.targets.shape[1]
    ids, attention = np.zeros((len(group), length), np.int64), np.zeros((len(group), length), np.int64)
    owner, role_at = np.full((len(group), length), -1, np.int64), np.zeros((len(group), turns), np.int64)
    features = np.zeros((len(group), turns, n_features), np.float32)
    targets, mask = np.zeros((len(group), turns, n_outputs), np.float32), np.zeros((len(group), turns, n_outputs), np.float32)
    for row, example in enumerate(group):
        packed, place = example.packed, example.packed.window
        size, count = len(packed.ids), place.end - place.first
        ids[row, :size], attention[row, :size], owner[row, :size] = packed.ids, 1, packed.owner
        role_at[row, :count] = packed.role_at
        features[row, :count] = example.material.features[place.first : place.end]
        scored = slice(place.score_first - place.first, place.score_end - place.first)
        targets[row, scored] = example.material.targets[place.score_first : place.score_end]
        mask[row, scored] = example.material.mask[place.score_first : place.score_end]
    return Batch(*(torch.from_numpy(array) for array in (ids, attention, owner, role_at, features, targets, mask)))
