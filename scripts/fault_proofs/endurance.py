"""Proofs over many sessions: memory that stays level, a second run that costs little, and sessions an hour."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from pipeline.batch.limits import memory_in_use
from pipeline.core.paths import default_model_dir
from scripts.fault_proofs.ground import Ground, Proof, rupture
from tests.batches import ROOT, command, environment, folder_of, plain, state

MEGABYTE = 1e6
WORDS = 7_000


def memory(ground: Ground, *, sessions: int) -> Proof:
    """Watch the memory of the run and of its worker over many sessions, from the second tenth on."""
    source = folder_of(ground.work / "many", {f"{number}.txt": plain(number) for number in range(sessions)})
    out = ground.new_folder()
    line = command("score", source, "--out", out, "--model", ground.model, "--jobs", 1)
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    seen: list[tuple[int, float, float]] = []
    while process.poll() is None:
        done = _rows(out)
        worker = max((memory_in_use(pid) or 0 for pid in _children(process.pid)), default=0)
        if done > sessions // 10 and worker:
            seen.append((done, worker / MEGABYTE, (memory_in_use(process.pid) or 0) / MEGABYTE))
        time.sleep(0.1)
    slopes = [100 * _slope([(done, held[which]) for done, *held in seen]) for which in (0, 1)]
    peaks = [max((one[which] for one in seen), default=0.0) for which in (1, 2)]
    figures = {
        "sessions": sessions,
        "worker, MB a 100 sessions": round(slopes[0], 3),
        "run, MB a 100 sessions": round(slopes[1], 3),
        "worker, most MB": round(peaks[0]),
        "run, most MB": round(peaks[1]),
    }
    return Proof("memory", "grows by at most 1 MB in 100 sessions", 1, int(process.returncode == 0 and max(slopes) <= 1), figures)


def second_run(ground: Ground, *, files: int) -> Proof:
    """Score the same files twice; the second run may write nothing, and take two seconds a thousand files."""
    source, out = folder_of(ground.work / "twice", {f"{number}.txt": plain(number) for number in range(files)}), ground.new_folder()
    rupture("score", source, "--out", out, "--model", ground.model, "--jobs", 2)
    before, began = state(out), time.monotonic()
    done = rupture("score", source, "--out", out, "--model", ground.model, "--jobs", 2)
    seconds = time.monotonic() - began
    held = done.returncode == 0 and state(out) == before and seconds <= max(2.0, 2.0 * files / 1_000)
    return Proof("second run", "writes nothing; at most 2 s a 1,000 files", 1, int(held), {"files": files, "seconds": round(seconds, 2)})


def throughput(ground: Ground, *, sessions: int, shipped: bool) -> list[Proof]:
    """Score copies of an example session, stretched to 7,000 words, with one worker and with two; start-up is left out."""
    model = default_model_dir() if shipped else ground.model
    text = _stretched(ROOT / "data" / "examples" / "second_session.txt")
    proofs = []
    for jobs in (1, 2):
        source = folder_of(ground.work / f"long-{jobs}", {f"{number}.txt": f"{text}C: Number {number}.\n" for number in range(sessions)})
        out = ground.new_folder()
        line = command("score", source, "--out", out, "--model", model, "--jobs", jobs, "--allow-identifiers")
        process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        while _rows(out) < jobs and process.poll() is None:
            time.sleep(0.02)
        began, first = time.monotonic(), _rows(out)
        code = process.wait()
        hourly = 3600 * (sessions - first) / max(0.001, time.monotonic() - began)
        figures = {"words a session": len(text.split()), "sessions an hour": round(hourly), "a worker": round(hourly / jobs)}
        proofs.append(Proof(f"throughput, {jobs} at a time", "all are scored", sessions, sessions if code == 0 else 0, figures))
    return proofs


def _stretched(path: Path) -> str:
    text = path.read_text(encoding="utf-8").strip() + "\n"
    return text * -(-WORDS // len(text.split()))


def _rows(out: Path) -> int:
    path = out / "manifest.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(child) for child in path.read_text(encoding="ascii").split()]
    except OSError:
        return []


def _slope(points: list[tuple[int, float]]) -> float:
    """Return the slope of the line of least squares; 0 for fewer than two points."""
    if len({x for x, _ in points}) < 2:
        return 0.0
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
