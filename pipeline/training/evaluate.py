"""How a model does on rated sessions: ranking, decisions, moments, calibration and agreement, each with its interval."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np

from pipeline.annotate.scorer import Scorer
from pipeline.classifier.targets import client_codes, output_names
from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.errors import UsageError
from pipeline.core.manual_form import episodes_of
from pipeline.core.results import AnnotatedSession, RuptureKind, Verdict
from pipeline.core.settings import MomentSettings, OutputSettings, PolicySettings, SegmentSettings
from pipeline.training.metrics import Floats, Ints, auroc, average_precision, brier, calibration_error, kappa, over_sessions
from pipeline.training.rated import RatedSession

CLEAR_MEAN = 1.5
BUDGETS = (3, 5, 8)
EITHER = "either"
PairMetric = Callable[[Sequence[Any]], float | None]


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold one rated session beside what the model made of it, over its client turns.

    `p` maps a kind (and `either`) to likelihoods [client turns]; `clear` to 0 or 1; `flagged` to the policy's *present*; `level` to the
    model's own 0 to 3. `places` are the turn indices of the client turns.
    """

    session: RatedSession
    places: Ints
    p: Mapping[str, Floats]
    clear: Mapping[str, Ints]
    flagged: Mapping[str, Ints]
    level: Mapping[str, Ints]
    moments: tuple[tuple[int, int], ...]


def judge(sessions: Sequence[RatedSession], *, scorer: Scorer) -> tuple[Judged, ...]:
    """Score each session by exchanges under the model's own thresholds, whatever the environment says, with room for all budgets."""
    room = MomentSettings(per_session=max(BUDGETS), per_hour=100)
    plain = {"segment": SegmentSettings(), "policy": PolicySettings(), "output": OutputSettings(), "moments": room}
    wide = dataclasses.replace(scorer, settings=scorer.settings.model_copy(update=plain))
    return tuple(_judge(session, wide.score_transcript(session.transcript)) for session in sessions)


def _judge(session: RatedSession, scored: AnnotatedSession) -> Judged:
    places = np.flatnonzero(session.client).astype(np.int64)
    turns = [scored.turns[place] for place in places]
    p = {kind.value: np.array([getattr(turn, f"p_{kind.value}") for turn in turns], dtype=np.float64) for kind in RuptureKind}
    clear = {kind.value: (session.mean_rating(kind)[places] >= CLEAR_MEAN).astype(np.int64) for kind in RuptureKind}
    verdicts = {one.end_turn - 1: {decision.kind.value: decision.verdict for decision in one.decisions} for one in scored.segments}
    level = {kind.value: np.array([_level(verdicts[int(place)][kind.value]) for place in places], dtype=np.int64) for kind in RuptureKind}
    flagged = {kind: (levels >= 2).astype(np.int64) for kind, levels in level.items()}
    by_priority = sorted(scored.moments, key=lambda moment: moment.priority)
    return Judged(
        session=session,
        places=places,
        p={**p, EITHER: 1 - np.prod([1 - one for one in p.values()], axis=0)},
        clear={**clear, EITHER: np.max(list(clear.values()), axis=0)},
        flagged={**flagged, EITHER: np.max(list(flagged.values()), axis=0)},
        level=level,
        moments=tuple((moment.first_turn, moment.end_turn) for moment in by_priority),
    )


def _level(verdict: Verdict) -> int:
    return {Verdict.ABSENT: 0, Verdict.UNSURE: 1, Verdict.PRESENT: 2}[verdict]


def evaluate(judged: Sequence[Judged], *, seed: int = 0) -> dict[str, Any]:
    """Return all figures of one model on one set of sessions; undefined ones are null, never perfect.

    Raises `UsageError` when a session stands twice in the set, since its turns would then be counted twice.
    """
    ids = [one.session.session_id for one in judged]
    if len(ids) != len(set(ids)):
        raise UsageError("EVA-001", "a session stands in the set twice", way_out="Give each session once.")
    kinds = [*(kind.value for kind in RuptureKind), EITHER]
    return {
        "sessions": len(judged),
        "dyads": len({one.session.dyad_id for one in judged}),
        "client_turns": int(sum(len(one.places) for one in judged)),
        "kinds": {kind: _kind_figures(judged, kind, seed=seed) for kind in kinds},
        "episodes": _episode_figures(judged, seed=seed),
        "agreement": _agreement(judged, seed=seed),
        "by_source": _by_source(judged),
        "by_code": _by_code(judged),
        "reliability": {kind: reliability(judged, kind) for kind in kinds},
    }


def _kind_figures(judged: Sequence[Judged], kind: str, *, seed: int) -> dict[str, Any]:
    truth, p, flagged = ([getattr(one, name)[kind] for one in judged] for name in ("clear", "p", "flagged"))
    prevalence = float(np.concatenate(truth).mean())
    precision = _interval(average_precision, truth, p, seed)
    return {
        "clear": int(sum(part.sum() for part in truth)),
        "prevalence": prevalence,
        "auroc": _interval(auroc, truth, p, seed),
        "average_precision": precision,
        "lift": None if precision["value"] is None or not prevalence else precision["value"] / prevalence,
        "brier": _interval(brier, truth, p, seed),
        "calibration_error": _interval(calibration_error, truth, p, seed),
        "precision": _interval(_precision, truth, [part.astype(np.float64) for part in flagged], seed),
        "recall": _interval(_recall, truth, [part.astype(np.float64) for part in flagged], seed),
        "flags_per_session": float(sum(part.sum() for part in flagged)) / len(judged),
    }


def _interval(metric: Callable[[Ints, Floats], float | None], truth: Sequence[Ints], score: Sequence[Floats], seed: int) -> dict[str, Any]:
    return dataclasses.asdict(over_sessions(metric, truth=truth, score=score, rng=np.random.default_rng(seed)))


def _precision(truth: Ints, flagged: Floats) -> float | None:
    return float(truth[flagged > 0].mean()) if (flagged > 0).any() else None


def _recall(truth: Ints, flagged: Floats) -> float | None:
    return float((flagged[truth > 0] > 0).mean()) if truth.any() else None


def _episode_figures(judged: Sequence[Judged], *, seed: int) -> dict[str, Any]:
    """Return how many clear episodes the first 3, 5 and 8 moments of a session reach: one is reached by sharing a client turn."""
    found: dict[int, list[Ints]] = {budget: [] for budget in BUDGETS}
    for one in judged:
        episodes = _clear_episodes(one)
        for budget in BUDGETS:
            kept = one.moments[:budget]
            found[budget].append(
                np.array([any(first <= last_ and end > first_ for first, end in kept) for first_, last_ in episodes], dtype=np.int64)
            )
    total = int(sum(len(hits) for hits in found[BUDGETS[0]]))
    recall = {
        str(budget): _interval(
            lambda hits, _: float(hits.mean()) if len(hits) else None, parts, [part.astype(np.float64) for part in parts], seed
        )
        for budget, parts in found.items()
    }
    return {
        "clear_episodes": total,
        "recall_within_budget": recall,
        "moments_per_session": sum(min(5, len(one.moments)) for one in judged) / len(judged),
    }


def _clear_episodes(one: Judged) -> tuple[tuple[int, int], ...]:
    """Return the manual's episodes over the raters' mean, a mean of 1.5 counting as clear and 0.5 as rated."""
    mean = np.max([one.session.mean_rating(kind) for kind in RuptureKind], axis=0)
    strengths = {int(place): 2 if mean[place] >= CLEAR_MEAN else int(mean[place] >= 0.5) for place in one.places}
    return episodes_of([int(place) for place in one.places], strengths=strengths)


def _agreement(judged: Sequence[Judged], *, seed: int) -> dict[str, Any]:
    """Return kappa at clear and weighted kappa of the model against each rater, beside the raters' own; model levels stop at 2."""
    raters = min(one.session.ratings.shape[0] for one in judged)
    figures: dict[str, Any] = {}
    for place, kind in enumerate(RuptureKind):
        given = [[np.minimum(one.session.ratings[rater, one.places, place], 2) for one in judged] for rater in range(raters)]
        model = [one.level[kind.value] for one in judged]
        pairs = {f"model and rater {rater + 1}": (model, given[rater]) for rater in range(raters)}
        if raters == 2:
            pairs["rater 1 and rater 2"] = (given[0], given[1])
        figures[kind.value] = {
            name: {"kappa_clear": _kappa(first, second, seed, weighted=False), "kappa_weighted": _kappa(first, second, seed, weighted=True)}
            for name, (first, second) in pairs.items()
        }
    return figures


def _kappa(first: Sequence[Ints], second: Sequence[Ints], seed: int, *, weighted: bool) -> dict[str, Any]:
    def metric(one: Ints, other: Floats) -> float | None:
        if weighted:
            return kappa(one, other.astype(np.int64), weighted=True)
        return kappa((one >= 2).astype(np.int64), (other >= 2).astype(np.int64))

    return _interval(metric, first, [part.astype(np.float64) for part in second], seed)


def _by_source(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return ranking figures by source: the letters that a session id begins with."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[source_of(one.session.session_id)].append(one)
    figures = {}
    for source, members in sorted(groups.items()):
        truth, p = (np.concatenate([getattr(one, name)[EITHER] for one in members]) for name in ("clear", "p"))
        figures[source] = {
            "sessions": len(members),
            "client_turns": len(truth),
            "clear": int(truth.sum()),
            "auroc": auroc(truth, p),
            "average_precision": average_precision(truth, p),
            "mean_p": float(p.mean()),
        }
    return figures


def _by_code(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return for each marker code of the manual how many clear turns carry it and how many of those the decisions flag."""
    figures = {}
    withdrawal = codebook().of(CodeFamily.WITHDRAWAL)
    for code in client_codes():
        column = output_names().index(code)
        kind = RuptureKind.WITHDRAWAL.value if code in withdrawal else RuptureKind.CONFRONTATION.value
        carried = [(one.session.targets[one.places, column] > 0) & (one.clear[kind] > 0) for one in judged]
        flagged = [one.flagged[EITHER][which] for one, which in zip(judged, carried, strict=True)]
        clear = int(sum(which.sum() for which in carried))
        figures[code] = {"clear": clear, "flagged": int(sum(part.sum() for part in flagged))}
    return figures


def source_of(session_id: str) -> str:
    """Return the leading letters of a session id, which name its source in the sets that this project knows."""
    letters = "".join(takewhile(str.isalpha, session_id))
    return letters or "sessions"


def reliability(judged: Sequence[Judged], kind: str, *, bins: int = 10) -> list[dict[str, float]]:
    """Return what was said and what was seen in bins of equal count, lowest first."""
    truth, p = (np.concatenate([getattr(one, name)[kind] for one in judged]) for name in ("clear", "p"))
    order = np.argsort(p, kind="stable")
    return [
        {"turns": len(part), "said": float(p[part].mean()), "seen": float(truth[part].mean())}
        for part in np.array_split(order, bins)
        if len(part)
    ]
