"""The outputs of the network, in their fixed order.

Each of withdrawal and confrontation has three ordinal outputs, the likelihoods that the rating is at least 1, 2 and 3; a turn is
*clear* from 2 on, and that output is the score. Marker codes are predicted on client turns, resolution and
contribution codes on therapist turns; they train the shared encoder and are not shown as findings.
"""

from __future__ import annotations

from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.results import RuptureKind

LEVELS = (1, 2, 3)
CLEAR = 2


def output_names() -> tuple[str, ...]:
    """Return the name of each output column: six ordinal ones, then every code of the manual."""
    ordinal = tuple(f"{kind.value}>={level}" for kind in RuptureKind for level in LEVELS)
    return ordinal + client_codes() + therapist_codes()


def client_codes() -> tuple[str, ...]:
    """Return the marker codes rated on client turns."""
    return codebook().of(CodeFamily.WITHDRAWAL) + codebook().of(CodeFamily.CONFRONTATION)


def therapist_codes() -> tuple[str, ...]:
    """Return the resolution and contribution codes rated on therapist turns."""
    return codebook().of(CodeFamily.RESOLUTION) + codebook().of(CodeFamily.CONTRIBUTION)


def clear_column(kind: RuptureKind) -> int:
    """Return the column that holds the likelihood of a clear rating of `kind`."""
    return output_names().index(f"{kind.value}>={CLEAR}")
