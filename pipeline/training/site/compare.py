"""Champion and challenger on the same frozen sessions: differences with intervals from resampling dyads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.classifier.calibration import calibrate
from pipeline.classifier.manifest import ModelManifest, read_manifest
from pipeline.classifier.packing import WindowPolicy
from pipeline.classifier.runtime import TurnGraph
from pipeline.classifier.targets import clear_column
from pipeline.core.results import RuptureKind
from pipeline.features.stage import FEATURE_NAMES
from pipeline.training.evaluate import CLEAR_MEAN, EITHER
from pipeline.training.metrics import Floats, Ints, average_precision, calibration_error
from pipeline.training.rated import RatedSession
from pipeline.training.site.comparison import Change, KindComparison, SetComparison

DRAWS = 300
Metric = Callable[[Ints, Floats], float | None]


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """Hold what one model says of a set of sessions, one array [client turns] a session: `p` by kind and `either`, `flags` by kind."""

    p: Mapping[str, Sequence[Floats]]
    flags: Mapping[str, int]


def raw_outputs(
    folder: Path, sessions: Sequence[RatedSession], *, window: WindowPolicy | None = None, features: Sequence[str] | None = None
) -> list[Floats]:
    """Return the raw outputs [turns, outputs] of a model folder's graph for each session.

    A folder that has no manifest yet is read with the window policy and the feature names given.
    """
    manifest = None if window else read_manifest(folder)[0]
    graph = TurnGraph.open(folder, window=manifest.window if manifest else window or WindowPolicy())
    names = manifest.features if manifest else features or FEATURE_NAMES
    columns = [FEATURE_NAMES.index(name) for name in names]
    return [graph.raw(one.transcript.turns, features=one.features[:, columns])[0] for one in sessions]


def likelihoods(outputs: Sequence[Floats], sessions: Sequence[RatedSession], *, manifest: ModelManifest) -> Likelihoods:
    """Calibrate raw outputs under a manifest; a flag is a client turn that reaches `present` by itself."""
    p: dict[str, list[Floats]] = {}
    flags = {}
    for kind in RuptureKind:
        policy = manifest.withdrawal if kind is RuptureKind.WITHDRAWAL else manifest.confrontation
        p[kind.value] = [calibrate(raw[one.client, clear_column(kind)], policy=policy) for raw, one in zip(outputs, sessions, strict=True)]
        flags[kind.value] = int(sum((part >= policy.present).sum() for part in p[kind.value]))
    pairs = zip(*p.values(), strict=True)
    return Likelihoods(p={**p, EITHER: [np.asarray(1 - (1 - first) * (1 - second)) for first, second in pairs]}, flags=flags)


def compare_on(
    sessions: Sequence[RatedSession], *, sources: Sequence[str], champion: Likelihoods, challenger: Likelihoods, seed: int
) -> SetComparison:
    """Compare two models on one set; `sources` names where each session comes from."""
    dyads = [one.dyad_id for one in sessions]
    kinds = {}
    for kind in RuptureKind:
        truth = [_clear(one, kind) for one in sessions]
        both = (champion.p[kind.value], challenger.p[kind.value])
        kinds[kind.value] = KindComparison(
            clear=int(sum(part.sum() for part in truth)),
            average_precision=_change(average_precision, truth, both, dyads=dyads, seed=seed),
            calibration_error=_change(calibration_error, truth, both, dyads=dyads, seed=seed),
            flags_per_session=_flags(champion, challenger, kind, len(sessions)),
        )
    return SetComparison(
        sessions=len(sessions),
        dyads=len(set(dyads)),
        client_turns=int(sum(one.client.sum() for one in sessions)),
        kinds=kinds,
        sources=_by_source(sessions, sources, champion, challenger, seed),
    )


def _clear(one: RatedSession, kind: RuptureKind) -> Ints:
    return np.asarray(one.mean_rating(kind)[one.client] >= CLEAR_MEAN, dtype=np.int64)


def _flags(champion: Likelihoods, challenger: Likelihoods, kind: RuptureKind, sessions: int) -> Change:
    if not sessions:
        return Change()
    return Change(champion=champion.flags[kind.value] / sessions, challenger=challenger.flags[kind.value] / sessions)


def _by_source(
    sessions: Sequence[RatedSession], sources: Sequence[str], champion: Likelihoods, challenger: Likelihoods, seed: int
) -> dict[str, Change]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, source in enumerate(sources):
        places[source].append(place)
    found = {}
    for source, own in sorted(places.items()):
        truth = [np.max([_clear(sessions[place], kind) for kind in RuptureKind], axis=0) for place in own]
        both = ([champion.p[EITHER][place] for place in own], [challenger.p[EITHER][place] for place in own])
        dyads = [sessions[place].dyad_id for place in own]
        found[source] = _change(average_precision, truth, both, dyads=dyads, seed=seed)
    return found


def _change(
    metric: Metric, truth: Sequence[Ints], both: tuple[Sequence[Floats], Sequence[Floats]], *, dyads: Sequence[str], seed: int
) -> Change:
    """Return both figures with the interval of their difference: dyads are drawn anew, each draw judges both models."""
    if not truth:
        return Change()
    first, second = (metric(np.concatenate(truth), np.concatenate(scores)) for scores in both)
    if first is None or second is None:
        return Change()
    rng = np.random.default_rng(seed)
    groups = [[place for place, dyad in enumerate(dyads) if dyad == one] for one in sorted(set(dyads))]
    drawn = []
    for _ in range(DRAWS):
        places = [place for group in rng.integers(0, len(groups), len(groups)) for place in groups[group]]
        picked = np.concatenate([truth[place] for place in places])
        old, new = (metric(picked, np.concatenate([scores[place] for place in places])) for scores in both)
        if old is not None and new is not None:
            drawn.append(new - old)
    low, high = np.percentile(drawn, [2.5, 97.5]) if drawn else (None, None)
    return Change(champion=first, challenger=second, low=None if low is None else float(low), high=None if high is None else float(high))
