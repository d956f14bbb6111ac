"""How long a model takes beside another, on the same made-up exchange."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from pipeline.classifier.manifest import read_manifest
from pipeline.classifier.runtime import TurnGraph
from pipeline.core.records import SpeakerRole, Turn

ROUNDS = 5
_SPOKEN = ("How was the week, and how did you get on with what we planned?", "It was fine. I did not get round to it, there was a lot on.")


def time_ratio(champion: Path, challenger: Path, *, clock: Callable[[], float]) -> float:
    """Return the challenger's best time over the champion's; rounds take turns, so that a busy machine slows both."""
    runs = [_runner(folder) for folder in (champion, challenger)]
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for place, run in enumerate(runs):
            began = clock()
            run()
            best[place] = min(best[place], clock() - began)
    return best[1] / max(best[0], 1e-9)


def _runner(folder: Path) -> Callable[[], object]:
    manifest, _ = read_manifest(folder)
    graph = TurnGraph.open(folder, window=manifest.window)
    roles = (SpeakerRole.THERAPIST, SpeakerRole.CLIENT)
    turns = [
        Turn(index=place, speaker="T" if place % 2 == 0 else "C", role=roles[place % 2], text=_SPOKEN[place % 2]) for place in range(40)
    ]
    features = np.zeros((len(turns), len(manifest.features)), dtype=np.float32)
    return lambda: graph.raw(turns, features=features)
