"""How far a retrained model gives away what it learnt from: a membership attack, and a search for words in its bytes.

The attack knows each turn's rating and has both the model and its parent: a turn whose loss fell more than that of others was probably
learnt (difficulty calibration, Watson et al. 2022). It is stronger than the loss alone and needs no shadow models.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pipeline.classifier.targets import clear_column
from pipeline.core.results import RuptureKind
from pipeline.training.metrics import Floats, auroc
from pipeline.training.rated import RatedSession
from pipeline.training.site.comparison import PrivacyFigures

MOST_RECORD_AUC, MOST_DYAD_AUC, MOST_TPR = 0.60, 0.65, 0.03
LEAST_DYADS, LEAST_OUTSIDE = 5, 100
WORDS = 6
VOCABULARY = frozenset(("tokenizer.json", "vocab.txt"))


def gives_away(figures: PrivacyFigures) -> bool:
    """Tell whether a model gives too much away to be shared; figures that could not be told count as no proof either way."""
    limits = ((figures.record_auc, MOST_RECORD_AUC), (figures.dyad_auc, MOST_DYAD_AUC), (figures.tpr_at_1, MOST_TPR))
    return figures.words_found > 0 or any(value is not None and value > most for value, most in limits)


def membership(
    learnt: Sequence[RatedSession], unseen: Sequence[RatedSession], *, gains: tuple[Sequence[Floats], Sequence[Floats]], folder: Path
) -> PrivacyFigures:
    """Attack a model: `gains` are the falls in loss [client turns] of the learnt and of the unseen sessions."""
    inside, outside = (np.concatenate([*part, np.zeros(0)]) for part in gains)
    members = _by_dyad(learnt, gains[0])
    others = _by_dyad(unseen, gains[1])
    enough = min(len(members), len(others)) >= LEAST_DYADS
    records = len(outside) >= LEAST_OUTSIDE and len(inside) > 0
    return PrivacyFigures(
        records=len(inside),
        dyads=len(members),
        record_auc=_auc(inside, outside) if records else None,
        dyad_auc=_auc(np.array(list(members.values())), np.array(list(others.values()))) if enough else None,
        tpr_at_1=float((inside > np.quantile(outside, 0.99)).mean()) if records else None,
        words_found=words_in(folder, learnt),
    )


def loss_of(outputs: Floats, one: RatedSession) -> Floats:
    """Return the cross-entropy of the two clear outputs on each client turn [client turns]."""
    columns = [clear_column(kind) for kind in RuptureKind]
    p = np.clip(outputs[one.client][:, columns], 1e-6, 1 - 1e-6)
    said = one.targets[one.client][:, columns]
    return np.asarray(-(said * np.log(p) + (1 - said) * np.log(1 - p)).sum(axis=1), dtype=np.float64)


def words_in(folder: Path, sessions: Sequence[RatedSession]) -> int:
    """Return how many client turns of six words or more stand, word for word, in any file of a model folder."""
    content = b"\n".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file() and path.name not in VOCABULARY)
    long = {
        turn.text.encode("utf-8")
        for one in sessions
        for turn, client in zip(one.transcript.turns, one.client, strict=True)
        if client and len(turn.text.split()) >= WORDS
    }
    return sum(turn in content for turn in sorted(long))


def _by_dyad(sessions: Sequence[RatedSession], gains: Sequence[Floats]) -> Mapping[str, float]:
    by_dyad: dict[str, list[Floats]] = defaultdict(list)
    for one, gain in zip(sessions, gains, strict=True):
        by_dyad[one.dyad_id].append(gain)
    return {dyad: float(np.concatenate(parts).mean()) for dyad, parts in sorted(by_dyad.items())}


def _auc(inside: Floats, outside: Floats) -> float | None:
    truth = np.concatenate([np.ones(len(inside), dtype=np.int64), np.zeros(len(outside), dtype=np.int64)])
    return auroc(truth, np.concatenate([inside, outside]))
