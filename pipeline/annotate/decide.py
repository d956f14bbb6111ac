"""The decision policy, apart from the scores: present, absent or unsure, by the model's thresholds.

Withdrawal accumulates: a client turn takes over a share of what the client turns right before it showed, so that two or three
middling turns in a row can be flagged where one would not be. Confrontation stands on its own turn.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.classifier.calibration import band_of
from pipeline.classifier.manifest import KindPolicy, ModelManifest
from pipeline.core.results import Decision, RuptureKind, Scores, Verdict
from pipeline.core.settings import PolicySettings

CARRIED_TURNS = 2


def policy_of(manifest: ModelManifest, kind: RuptureKind) -> KindPolicy:
    """Return the manifest's policy for one kind."""
    return manifest.withdrawal if kind is RuptureKind.WITHDRAWAL else manifest.confrontation


def decide(scores: Sequence[Scores], *, manifest: ModelManifest, settings: PolicySettings) -> tuple[tuple[Decision, ...], ...]:
    """Decide for each segment, in session order, about both kinds."""
    return tuple(
        tuple(_decide_one(scores[: place + 1], kind=kind, policy=policy_of(manifest, kind), settings=settings) for kind in RuptureKind)
        for place in range(len(scores))
    )


def _decide_one(history: Sequence[Scores], *, kind: RuptureKind, policy: KindPolicy, settings: PolicySettings) -> Decision:
    p = likelihood(history[-1], kind)
    weighed = carried(history, kind=kind, share=policy.accumulate)
    present = min(1.0, max(0.0, policy.present + settings.present_shift))
    unsure = min(present, max(0.0, policy.unsure + settings.unsure_shift))
    verdict = Verdict.PRESENT if weighed >= present else Verdict.UNSURE if weighed >= unsure else Verdict.ABSENT
    rule = f"accumulate:{policy.accumulate:g}" if policy.accumulate else "single turn"
    return Decision(kind=kind, verdict=verdict, band=band_of(p, bands=policy.bands).name, threshold=present, policy=rule)


def likelihood(scores: Scores, kind: RuptureKind) -> float:
    """Return the score of one kind."""
    return scores.p_withdrawal if kind is RuptureKind.WITHDRAWAL else scores.p_confrontation


def carried(history: Sequence[Scores], *, kind: RuptureKind, share: float) -> float:
    """Return the last segment's likelihood joined with a falling share of the two before it.

    `1 - (1 - p0)(1 - s p1)(1 - s^2 p2)` with s = `share`; equal to p0 when `share` is 0.
    """
    none = 1.0
    for steps, scores in enumerate(reversed(history[-1 - CARRIED_TURNS :])):
        none *= 1.0 - share**steps * likelihood(scores, kind)
    return 1.0 - none
