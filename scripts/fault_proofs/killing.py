"""Proofs by SIGKILL at random times and at named places, and by SIGINT and SIGTERM."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

from pipeline.core.faults import VARIABLE, FaultPoint
from scripts.fault_proofs.ground import Ground, Proof, broken_results
from tests.batches import results

SAME = "re-run gives the same bytes; no broken result, no temporary file; at most one finished result made again"


def random_kills(ground: Ground, *, times: int) -> Proof:
    """Kill runs at times drawn evenly from the length of an undisturbed one."""
    held = broken = again = 0
    for _ in range(times):
        out = ground.new_folder()
        process = ground.start(out)
        time.sleep(ground.rng.uniform(0, ground.seconds))
        process.kill()
        process.wait()
        found = broken_results(out) if out.exists() else 0
        unvouched = _unvouched(out)
        broken, again = broken + found, max(again, unvouched)
        held += ground.goes_on(out) and not found and unvouched <= 1
    figures = {"broken results": broken, "most results made again": again}
    return Proof("SIGKILL at random times", SAME, times, held, figures)


def kills_at_points(ground: Ground, *, times: int) -> Proof:
    """Kill runs at every named place, the first time that they come by, the second, and so on."""
    held = died = 0
    for point in FaultPoint:
        for turn in range(1, times + 1):
            out = ground.new_folder()
            process = ground.start(out, **{VARIABLE: f"{point.value}:{turn}"})
            died += process.wait() == -signal.SIGKILL
            held += not broken_results(out) and ground.goes_on(out)
    tried = times * len(FaultPoint)
    return Proof(f"SIGKILL at {len(FaultPoint)} named places", SAME, tried, held, {"runs that died at the place": died})


def stops(ground: Ground, number: signal.Signals, *, times: int) -> Proof:
    """Ask runs to stop at random times; a run that had not set up yet ends by the signal itself, which a shell tells the same."""
    held, slowest = 0, 0.0
    for _ in range(times):
        out = ground.new_folder()
        process = ground.start(out)
        time.sleep(ground.rng.uniform(0, ground.seconds))
        process.send_signal(number)
        asked = time.monotonic()
        code = _code_within(process, seconds=5)
        slowest = max(slowest, time.monotonic() - asked)
        held += code in (128 + number, -number, 0) and ground.goes_on(_made(out))
    name = signal.Signals(number).name
    claim = f"ends in 5 s with {128 + number}, or 0 when it was done; re-run gives the same bytes"
    return Proof(name, claim, times, held, {"slowest end, s": round(slowest, 2)})


def _code_within(process: subprocess.Popen[bytes], *, seconds: float) -> int | None:
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def _made(out: Path) -> Path:
    out.mkdir(exist_ok=True)
    return out


def _unvouched(out: Path) -> int:
    """Return how many whole results of a killed run have no row, and will be made again."""
    path = out / "manifest.jsonl"
    known: set[str] = set()
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            known.add(json.loads(line)["output"])
        except ValueError:
            continue  # the line that the kill cut off
    return sum(name not in known for name in results(out) if name.endswith(".rupture.json")) if out.exists() else 0
