"""Plain ways to rank client turns, in the same table as the model: what it must beat to be worth its weight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.core.results import RuptureKind
from pipeline.features.stage import FEATURE_NAMES
from pipeline.training.base import MINILM_PACKAGE, find_base
from pipeline.training.evaluate import CLEAR_MEAN, EITHER
from pipeline.training.metrics import Floats, Ints
from pipeline.training.rated import RatedSession

Matrix = Any
_MARKERS = [place for place, name in enumerate(FEATURE_NAMES) if name.startswith("marker.")]


def baseline_scores(train: Sequence[RatedSession], test: Sequence[RatedSession]) -> dict[str, dict[str, list[Floats]]]:
    """Fit every baseline on `train` and return its scores on `test`: by name, by kind, one array [client turns] a session."""
    ways: dict[str, Callable[[], tuple[Matrix, Matrix]]] = {
        "constant": lambda: (_constant(train), _constant(test)),
        "length only": lambda: (_length(train), _length(test)),
        "TF-IDF + logistic regression": lambda: _tfidf(train, test),
        "markers only": lambda: (_markers(train), _markers(test)),
        "MiniLM sentence vector + logistic regression": lambda: (_vectors(train), _vectors(test)),
    }
    return {name: _fit(*make(), train=train, test=test) for name, make in ways.items()}


def _fit(seen: Matrix, unseen: Matrix, *, train: Sequence[RatedSession], test: Sequence[RatedSession]) -> dict[str, list[Floats]]:
    cuts = np.cumsum([int(session.client.sum()) for session in test])[:-1]
    scores = {}
    for kind in (*RuptureKind, EITHER):
        model = LogisticRegression(max_iter=2000, class_weight="balanced").fit(seen, _clear(train, kind))
        scores[str(kind)] = np.split(np.asarray(model.predict_proba(unseen)[:, 1], dtype=np.float64), cuts)
    return scores


def _clear(sessions: Sequence[RatedSession], kind: RuptureKind | str) -> Ints:
    kinds = list(RuptureKind) if kind == EITHER else [RuptureKind(kind)]
    parts = [np.max([session.mean_rating(one) for one in kinds], axis=0)[session.client] >= CLEAR_MEAN for session in sessions]
    return np.concatenate(parts).astype(np.int64)


def _texts(sessions: Sequence[RatedSession]) -> list[str]:
    return [turn.text for session in sessions for turn, client in zip(session.transcript.turns, session.client, strict=True) if client]


def _constant(sessions: Sequence[RatedSession]) -> Floats:
    return np.zeros((len(_texts(sessions)), 1))


def _length(sessions: Sequence[RatedSession]) -> Floats:
    return np.log1p([[len(text.split())] for text in _texts(sessions)])


def _tfidf(train: Sequence[RatedSession], test: Sequence[RatedSession]) -> tuple[Matrix, Matrix]:
    vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit(_texts(train))
    return vectors.transform(_texts(train)), vectors.transform(_texts(test))


def _markers(sessions: Sequence[RatedSession]) -> Floats:
    return np.concatenate([session.features[session.client][:, _MARKERS] for session in sessions]).astype(np.float64)


@torch.no_grad()
def _vectors(sessions: Sequence[RatedSession]) -> Floats:
    """Return the base model's sentence vector of each client turn: mean of its token states, length one."""
    base = find_base(MINILM_PACKAGE)
    encoder, tokenizer = base.encoder().eval(), base.tokenizer()
    vectors = []
    for text in _texts(sessions):
        ids = torch.tensor([tokenizer.plain_ids(text)])
        state = encoder(input_ids=ids).last_hidden_state[0].mean(dim=0)
        vectors.append(torch.nn.functional.normalize(state, dim=0).numpy())
    return np.asarray(vectors, dtype=np.float64)
