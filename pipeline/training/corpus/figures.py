"""Figures of the corpus: sizes, codes, near misses, lengths, how far its style can be told from real sessions, agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from pipeline.core.codebook import codebook
from pipeline.core.manual_form import SessionRating, TurnRating
from pipeline.training.corpus.store import Corpus
from pipeline.training.metrics import kappa

FLOORS = {"sessions": 360, "turns": 22_000, "client_code": 120, "therapist_code": 80, "near_sessions": 40, "second_ratings": 120}
CLEAR_SHARE = (0.04, 0.09)
STYLE_CEILING = 0.90
_CALM = TurnRating(turn=0)


def figures(corpus: Corpus) -> dict[str, Any]:
    """Return counts and shares over the whole corpus, first ratings."""
    client = [(name, place) for name, turns in corpus.sessions.items() for place, turn in enumerate(turns) if turn["speaker"] == "client"]
    entries = {name: rating.by_turn() for name, rating in corpus.first.items()}
    strength = [max(entry.w, entry.c) for entry in (entries.get(name, {}).get(place, _CALM) for name, place in client)]
    codes: Counter[str] = Counter()
    code_sessions: Counter[str] = Counter()
    near_sessions: Counter[str] = Counter()
    for turns in entries.values():
        found = [code for entry in turns.values() for code in (*entry.m, *entry.res, *entry.tc)]
        codes.update(found)
        code_sessions.update(set(found))
        near_sessions.update({entry.near for entry in turns.values() if entry.near})
    return {
        "sessions": len(corpus.sessions),
        "turns": sum(len(turns) for turns in corpus.sessions.values()),
        "client_turns": len(client),
        "clear_share": sum(value >= 2 for value in strength) / max(1, len(client)),
        "faint_share": sum(value == 1 for value in strength) / max(1, len(client)),
        "codes": {code.code: {"n": codes[code.code], "sessions": code_sessions[code.code]} for code in codebook().codes},
        "near_sessions": dict(sorted(near_sessions.items())),
        "outcomes": dict(Counter(episode.outcome.value for rating in corpus.first.values() for episode in rating.episodes).most_common()),
        "overall": dict(sorted(Counter(rating.overall for rating in corpus.first.values()).items(), key=lambda pair: pair[0] or 0)),
        "lengths": lengths(corpus),
    }


def lengths(corpus: Corpus) -> dict[str, Any]:
    """Return turn counts and client words a turn: mean, deciles, share of three words or fewer, type-token ratio."""
    words = [turn["text"].split() for turns in corpus.sessions.values() for turn in turns if turn["speaker"] == "client"]
    sizes = np.array([len(turn) for turn in words])
    tokens = [word.lower().strip(".,!?") for turn in words for word in turn]
    block = 10_000
    ratios = [len(set(tokens[first : first + block])) / block for first in range(0, len(tokens) - block + 1, block)]
    return {
        "turns_per_session": [
            int(value) for value in np.percentile([len(turns) for turns in corpus.sessions.values()], [0, 10, 50, 90, 100])
        ],
        "client_words_mean": round(float(sizes.mean()), 2),
        "client_words_deciles": [int(value) for value in np.percentile(sizes, range(10, 100, 10))],
        "three_words_or_fewer": round(float((sizes <= 3).mean()), 3),
        "type_token_per_10000": round(float(np.mean(ratios)), 3) if ratios else None,
    }


def style_gap(authored: Corpus, real: Corpus, *, seed: int = 0) -> float:
    """Return the AUROC with which a bag of words tells authored from real client turns, cross-validated by session.

    Word uni- and bigrams with TF-IDF into a logistic regression; as many authored as real turns, drawn with `seed`.
    """
    rng = np.random.default_rng(seed)
    own, other = _client_texts(authored), _client_texts(real)
    size = min(len(own), len(other))
    picked = [own[place] for place in rng.permutation(len(own))[:size]] + [other[place] for place in rng.permutation(len(other))[:size]]
    truth = np.array([1] * size + [0] * size)
    groups = [name for name, _ in picked]
    features = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit_transform([text for _, text in picked])
    scores = cross_val_predict(
        LogisticRegression(max_iter=1000), features, truth, groups=groups, cv=GroupKFold(5), method="decision_function"
    )
    return float(roc_auc_score(truth, scores))


def _client_texts(corpus: Corpus) -> list[tuple[str, str]]:
    return [(name, turn["text"]) for name, turns in corpus.sessions.items() for turn in turns if turn["speaker"] == "client"]


def agreement(corpus: Corpus) -> dict[str, Any]:
    """Return kappa at 2 or more and linearly weighted kappa of first and second rating over client turns, per scale."""
    shared = sorted(set(corpus.first) & set(corpus.second))
    pairs: dict[str, Any] = {"sessions": len(shared)}
    for scale in ("w", "c"):
        first, second = (_values(corpus, ratings, shared, scale) for ratings in (corpus.first, corpus.second))
        pairs[scale] = {
            "turns": len(first),
            "kappa_clear": kappa((first >= 2).astype(np.int64), (second >= 2).astype(np.int64)),
            "kappa_weighted": kappa(first, second, weighted=True),
            "clear_first": int((first >= 2).sum()),
            "clear_second": int((second >= 2).sum()),
            "clear_both": int(((first >= 2) & (second >= 2)).sum()),
        }
    return pairs


def _values(corpus: Corpus, ratings: Mapping[str, SessionRating], names: Sequence[str], scale: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    values = []
    for name in names:
        entries = ratings[name].by_turn()
        values += [
            getattr(entries.get(place, _CALM), scale) for place, turn in enumerate(corpus.sessions[name]) if turn["speaker"] == "client"
        ]
    return np.array(values, dtype=np.int64)


def shortfalls(found: Mapping[str, Any]) -> list[str]:
    """Return one line for each floor of the corpus that is not reached."""
    lines = [f"{name}: {found[name]} of {FLOORS[name]}" for name in ("sessions", "turns") if found[name] < FLOORS[name]]
    for code, count in found["codes"].items():
        floor = FLOORS["client_code"] if code[:2] in ("WD", "CF") else FLOORS["therapist_code"]
        if count["n"] < floor:
            lines.append(f"{code}: {count['n']} of {floor}")
    lines += [
        f"near {kind}: {count} of {FLOORS['near_sessions']} sessions"
        for kind, count in found["near_sessions"].items()
        if count < FLOORS["near_sessions"]
    ]
    if not CLEAR_SHARE[0] <= found["clear_share"] <= CLEAR_SHARE[1]:
        lines.append(f"clear share {found['clear_share']:.3f} outside {CLEAR_SHARE[0]} to {CLEAR_SHARE[1]}")
    return lines
