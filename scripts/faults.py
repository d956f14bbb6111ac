"""Prove that a run over many sessions need not be watched: kill it, stop it, fill its disk, poison its files, and look what is left.

Prints a table and writes the same as JSON. The defaults are the full proof, of some hours; every count is a flag, and `--small` runs
each part at about a twentieth. Needs the extras `train,dev` (the tiny model of the tests) and, for the full disk, root.

Example: PYTHONPATH=. python scripts/faults.py --small --json faults.json
"""

from __future__ import annotations

import argparse
import json
import platform
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random

from pipeline.batch.request import cores
from pipeline.core.canonical import write_atomic
from scripts.fault_proofs import endurance, killing, trouble
from scripts.fault_proofs.ground import Ground, Proof, prepare

COUNTS = {
    "kills": (200, "SIGKILL at random times"),
    "point-kills": (20, "SIGKILL at each named place"),
    "files": (1_000, "files with poison among them, and files scored twice"),
    "poison": (30, "poison files"),
    "disk-levels": (25, "sizes of a disk that is too small"),
    "locks": (20, "second runs on one folder"),
    "edits": (50, "runs whose files are edited meanwhile"),
    "stops": (50, "SIGINT, and as many SIGTERM"),
    "sessions": (2_000, "sessions over which memory is watched"),
    "throughput": (40, "long sessions to measure the speed with"),
}


def main() -> None:
    """Run the proofs that were asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, (full, meaning) in COUNTS.items():
        parser.add_argument(f"--{name}", type=int, default=None, help=f"{meaning} (default {full}; 0 leaves it out)")
    parser.add_argument("--small", action="store_true", help="a twentieth of every count that is not given")
    parser.add_argument("--model", type=Path, help="model folder instead of the tiny model of the tests")
    parser.add_argument("--shipped-speed", action="store_true", help="measure the speed with the model that is shipped")
    parser.add_argument("--seed", type=int, default=0, help="of the random times")
    parser.add_argument("--json", type=Path, help="write the proofs here")
    args = parser.parse_args()
    counts = {name: _count(getattr(args, name.replace("-", "_")), full, small=args.small) for name, (full, _) in COUNTS.items()}
    proofs = []
    with tempfile.TemporaryDirectory() as folder:
        ground = prepare(args.model or _tiny(Path(folder)), work=Path(folder), rng=Random(args.seed))
        for proof in _proofs(ground, counts, shipped=args.shipped_speed):
            proofs.append(proof)
            print(_line(proof), flush=True)
    if args.json:
        machine = {"machine": platform.platform(), "cores": cores(), "model": "tiny" if args.model is None else args.model.name}
        write_atomic(args.json, json.dumps({**machine, "proofs": [asdict(one) for one in proofs]}, indent=1).encode() + b"\n")
    raise SystemExit(any(one.held != one.tried for one in proofs))


def _count(given: int | None, full: int, *, small: bool) -> int:
    return given if given is not None else max(2, full // 20) if small else full


def _tiny(folder: Path) -> Path:
    from tests.tiny import build_tiny_model

    return build_tiny_model(folder / "models" / "tiny")


def _proofs(ground: Ground, counts: dict[str, int], *, shipped: bool) -> Iterator[Proof]:
    singles: dict[str, Callable[[int], Proof]] = {
        "kills": lambda n: killing.random_kills(ground, times=n),
        "point-kills": lambda n: killing.kills_at_points(ground, times=n),
        "poison": lambda n: trouble.poison(ground, files=max(counts["files"], n), poisoned=n),
        "disk-levels": lambda n: trouble.full_disk(ground, levels=n),
        "locks": lambda n: trouble.two_at_once(ground, times=n),
        "edits": lambda n: trouble.edits(ground, times=n),
        "sessions": lambda n: endurance.memory(ground, sessions=n),
        "files": lambda n: endurance.second_run(ground, files=n),
    }
    for name, prove in singles.items():
        if counts[name]:
            yield prove(counts[name])
    if counts["stops"]:
        yield from (killing.stops(ground, number, times=counts["stops"]) for number in (signal.SIGINT, signal.SIGTERM))
    if counts["throughput"]:
        yield from endurance.throughput(ground, sessions=counts["throughput"], shipped=shipped)


def _line(proof: Proof) -> str:
    figures = "; ".join(f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}" for name, value in proof.figures.items())
    return f"{'held  ' if proof.held == proof.tried else 'FAILED'} {proof.held:>5}/{proof.tried:<5} {proof.name:<26} {figures}"


if __name__ == "__main__":
    main()
