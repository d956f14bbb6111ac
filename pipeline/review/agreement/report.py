"""All figures of agreement: by condition, by pair of raters and all together, by kind and by code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.records import SpeakerRole
from pipeline.core.results import RuptureKind
from pipeline.review.agreement.alpha import Metric, krippendorff
from pipeline.review.agreement.bootstrap import DRAWS, Estimate, draw_clusters, with_interval
from pipeline.review.agreement.coefficient import Coefficient, Floats, Weighting
from pipeline.review.agreement.gwet import gwet, percent_agreement
from pipeline.review.agreement.icc import icc_a1
from pipeline.review.agreement.kappa import cohen
from pipeline.review.agreement.plain import prevalence
from pipeline.review.agreement.sources import EITHER, Condition, Read
from pipeline.review.agreement.units import line_up, raters_of

LEVELS = 4
CLEAR = 2
KINDS = (*(kind.value for kind in RuptureKind), EITHER)
_SIDES = {
    CodeFamily.WITHDRAWAL: SpeakerRole.CLIENT,
    CodeFamily.CONFRONTATION: SpeakerRole.CLIENT,
    CodeFamily.RESOLUTION: SpeakerRole.THERAPIST,
    CodeFamily.CONTRIBUTION: SpeakerRole.THERAPIST,
}
Figures = dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Group:
    """Hold the figures of two raters, or of all together, under one condition.

    `units` is how many client turns (or segments) at least two of them rated, `therapist_units` the same of therapist turns, `resampled`
    how many clusters the intervals resample, `dyads` how many of these are dyads, the others being single sessions. `kinds` has the
    ratings 0 to 3, `clear` the same cut at 2, `codes` each code.
    """

    condition: Condition
    raters: tuple[str, ...]
    units: int
    therapist_units: int
    sessions: int
    resampled: int
    dyads: int
    kinds: Mapping[str, Figures]
    clear: Mapping[str, Figures]
    codes: Mapping[str, Figures]

    def units_of(self, code: str) -> int:
        """Return how many turns at least two raters rated of the party that a code belongs to."""
        return self.units if _side_of_code()[code] is SpeakerRole.CLIENT else self.therapist_units


@dataclass(frozen=True, slots=True)
class Agreement:
    """Hold all groups, and how many ratings were not compared, by reason."""

    groups: tuple[Group, ...]
    left_out: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return plain values for a machine; a figure that is undefined has the value null."""
        return asdict(self)


def agreement(read: Read, *, rng: np.random.Generator, draws: int = DRAWS) -> Agreement:
    """Compute every figure; the same ratings and seed give the same figures."""
    groups = []
    for condition in Condition:
        raters = raters_of(read.observations, condition)
        together = [raters] if len(raters) > 2 else []
        groups += [_group(read, condition, chosen, rng=rng, draws=draws) for chosen in (*combinations(raters, 2), *together)]
    return Agreement(tuple(group for group in groups if group.units), dict(sorted(read.left_out.items())))


def _group(read: Read, condition: Condition, raters: Sequence[str], *, rng: np.random.Generator, draws: int) -> Group:
    tables = {
        side: line_up(read.observations, condition=condition, side=side, raters=raters, known=read.known)
        for side in (SpeakerRole.CLIENT, SpeakerRole.THERAPIST)
    }
    drawn = {side: draw_clusters(max(1, table.cluster_count), draws=draws, rng=rng) for side, table in tables.items()}

    def figures(name: str, side: SpeakerRole, coefficients: Mapping[str, Coefficient], *, at_least: int = 0) -> Figures:
        values = _cut(tables[side].values(name), at_least)
        return {key: with_interval(one, values, clusters=tables[side].clusters, drawn=drawn[side]) for key, one in coefficients.items()}

    client = tables[SpeakerRole.CLIENT]
    scale, binary = _scale_coefficients(len(raters)), _binary_coefficients(len(raters))
    return Group(
        condition=condition,
        raters=tuple(raters),
        units=len(client.rows),
        therapist_units=len(tables[SpeakerRole.THERAPIST].rows),
        sessions=client.sessions,
        resampled=client.cluster_count,
        dyads=client.dyads,
        kinds={kind: figures(kind, SpeakerRole.CLIENT, scale) for kind in KINDS},
        clear={kind: figures(kind, SpeakerRole.CLIENT, binary, at_least=CLEAR) for kind in KINDS},
        codes={code: figures(code, side, binary) for code, side in _side_of_code().items()},
    )


def _side_of_code() -> dict[str, SpeakerRole]:
    return {code.code: _SIDES[code.family] for code in codebook().codes}


def _cut(values: Floats, at_least: int) -> Floats:
    """Return values as they are, or as 1 and 0 by whether they reach `at_least`."""
    return np.where(np.isnan(values), np.nan, (values >= at_least).astype(np.float64)) if at_least else values


def _scale_coefficients(raters: int) -> dict[str, Coefficient]:
    kappas = {
        "kappa": cohen(LEVELS),
        "kappa_linear": cohen(LEVELS, weighting=Weighting.LINEAR),
        "kappa_quadratic": cohen(LEVELS, weighting=Weighting.QUADRATIC),
    }
    return {
        "agreement": percent_agreement(LEVELS),
        **(kappas if raters == 2 else {}),
        **{f"alpha_{metric.value}": krippendorff(LEVELS, metric=metric) for metric in Metric},
        "ac1": gwet(LEVELS),
        "ac2_quadratic": gwet(LEVELS, weighting=Weighting.QUADRATIC),
        "icc_a1": icc_a1(raters),
    }


def _binary_coefficients(raters: int) -> dict[str, Coefficient]:
    return {
        "given": prevalence(at_least=1),
        "agreement": percent_agreement(2),
        **({"kappa": cohen(2)} if raters == 2 else {}),
        "alpha_nominal": krippendorff(2, metric=Metric.NOMINAL),
        "ac1": gwet(2),
    }
