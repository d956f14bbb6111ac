"""What every proof stands on: a model, made-up sessions, the results of a run that nothing disturbed, and checks against them."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from pydantic import ValidationError

from pipeline.core.results import AnnotatedSession
from pipeline.ingest.companions import RESULT_SUFFIX
from tests.batches import command, environment, folder_of, lines, plain, results
from tests.batches import rupture as rupture_in_time

rupture = partial(rupture_in_time, timeout_s=86_400)
"""Run the command to its end, however busy the machine is."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Hold what one proof found: how often it was tried, how often the claim held, and further figures with their units."""

    name: str
    claim: str
    tried: int
    held: int
    figures: dict[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """Hold inputs that some runs are disturbed over, and what a run makes of them when it is left in peace.

    `seconds` is how long that run took; times of kills are drawn from it.
    """

    model: Path
    work: Path
    rng: Random
    source: Path
    whole: dict[str, bytes]
    seconds: float
    _numbers: Iterator[int] = field(default_factory=count)

    def new_folder(self) -> Path:
        """Return a folder that does not exist yet."""
        return self.work / f"out-{next(self._numbers)}"

    def start(self, out: Path, *, jobs: int = 2, poison: bool = False, **changes: str) -> subprocess.Popen[bytes]:
        """Start a run over the inputs into `out`, silent."""
        line = command("score", self.source, "--out", out, "--model", self.model, "--jobs", jobs, poison=poison)
        return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(**changes))

    def goes_on(self, out: Path) -> bool:
        """Run again to the end; tell whether the results are those of the undisturbed run, with nothing left beside them."""
        done = rupture("score", self.source, "--out", out, "--model", self.model)
        held = done.returncode == 0 and results(out) == self.whole
        shutil.rmtree(out)
        return held


def prepare(model: Path, *, work: Path, rng: Random, files: int = 8) -> Ground:
    """Write sessions, some of which name their dyad and number, and score them undisturbed."""
    texts = {f"{number}.txt": plain(number) for number in range(files)}
    texts |= {f"d{number}.jsonl": lines([f"d{number}"], dyad_id="pair", session_no=number) for number in range(1, 6)}
    texts["many.jsonl"] = lines([f"m{number}" for number in range(files)])
    source, out = folder_of(work / "in", texts), work / "whole"
    began = time.monotonic()
    done = rupture("score", source, "--out", out, "--model", model, "--jobs", 2)
    if done.returncode:
        raise SystemExit(done.stderr)
    return Ground(model, work, rng, source, results(out), time.monotonic() - began)


def broken_results(out: Path) -> int:
    """Return how many files that look like results are not whole."""
    return sum(not _is_whole(path) for path in out.glob(f"*{RESULT_SUFFIX}"))


def _is_whole(path: Path) -> bool:
    try:
        AnnotatedSession.model_validate_json(path.read_bytes())
    except ValidationError:
        return False
    return True
