"""Where a model fails, by kind of example: clear turns it lets go by code, calm turns it flags by what they look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.calibration import calibrate
from pipeline.classifier.manifest import KindPolicy
from pipeline.classifier.targets import clear_column, client_codes, output_names
from pipeline.core.results import RuptureKind
from pipeline.training.rated import RatedSession

CLEAR_MEAN = 1.5


def failures(
    sessions: Sequence[RatedSession], outputs: Sequence[NDArray[np.float64]], *, policies: Mapping[str, KindPolicy]
) -> dict[str, dict[str, dict[str, int]]]:
    """Return `by_code` (clear turns with a code, and how many are flagged) and `by_near_miss` (calm turns of a kind, and how many are).

    A turn is flagged when either kind's calibrated likelihood reaches its threshold, each turn by itself.
    """
    clear, hit, near, alarms = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for session, raw in zip(sessions, outputs, strict=True):
        flagged = _flagged(raw, policies)
        strongest = np.max([session.mean_rating(kind) for kind in RuptureKind], axis=0)
        for code in client_codes():
            carried = (session.targets[:, output_names().index(code)] > 0) & (strongest >= CLEAR_MEAN)
            clear[code] += int(carried.sum())
            hit[code] += int(flagged[carried].sum())
        for place, kind in session.near.items():
            if strongest[place] == 0:
                near[kind] += 1
                alarms[kind] += int(flagged[place])
    return {
        "by_code": {code: {"clear": clear[code], "flagged": hit[code]} for code in client_codes() if clear[code]},
        "by_near_miss": {kind: {"calm": near[kind], "flagged": alarms[kind]} for kind in sorted(near)},
    }


def _flagged(raw: NDArray[np.float64], policies: Mapping[str, KindPolicy]) -> NDArray[np.bool_]:
    over = [calibrate(raw[:, clear_column(kind)], policy=policies[kind.value]) >= policies[kind.value].present for kind in RuptureKind]
    return np.asarray(np.any(over, axis=0))


def told(found: Mapping[str, Mapping[str, Mapping[str, int]]]) -> dict[str, str]:
    """Return the two tables of the model card as Markdown rows, the worst first."""

    def share(entry: tuple[str, Mapping[str, int]]) -> float:
        counts = entry[1]
        return counts["flagged"] / max(1, counts.get("clear", counts.get("calm", 0)))

    codes = sorted(found["by_code"].items(), key=lambda entry: (share(entry), entry[0]))
    kinds = sorted(found["by_near_miss"].items(), key=lambda entry: (-share(entry), entry[0]))
    return {
        "codes": "\n".join(f"| `{code}` | {one['flagged']} of {one['clear']} |" for code, one in codes),
        "near": "\n".join(f"| {kind.replace('_', ' ')} | {one['flagged']} of {one['calm']} |" for kind, one in kinds),
    }
