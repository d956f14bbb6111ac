"""Small folders of sessions and requests over them, for tests of a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.batch.plan import WHOLE, Shard
from pipeline.batch.request import BatchRequest
from pipeline.core.settings import ScoreSettings, load_settings
from pipeline.ingest.companions import group_inputs
from pipeline.ingest.options import ReadOptions

ROOT = Path(__file__).resolve().parents[1]
LINES = ("T: How was the week?", "C: It was fine.", "T: You sound flat.", "C: I do not know.", "T: Okay.", "C: Can we talk about the plan?")
VOLATILE = {"manifest.jsonl", "run.json", ".rupture.lock"}
"""Files that tell of runs and not of results, so that two runs differ in them."""


def plain(number: int = 0) -> str:
    """Return a session as plain text, different for every number."""
    return "\n".join((*LINES, f"T: And {number}?", f"C: The {number} bus, fine.")) + "\n"


def lines(session_ids: Sequence[str], *, word: str = "fine", **fields: object) -> str:
    """Return JSON Lines with one session a line."""
    turns = [{"speaker": "therapist", "text": "how was the week"}, {"speaker": "client", "text": f"it was {word}"}] * 4
    return "".join(json.dumps({"session": one, "turns": turns, **fields}) + "\n" for one in session_ids)


def folder_of(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a new folder and return it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def request(
    source: Path | Sequence[Path],
    *,
    out: Path,
    model: Path,
    limits: dict[str, float] | None = None,
    settings: ScoreSettings | None = None,
    options: ReadOptions | None = None,
    shard: Shard = WHOLE,
    jobs: int = 1,
    retry_failed: bool = False,
) -> BatchRequest:
    """Build a request over files or folders."""
    paths = [source] if isinstance(source, Path) else list(source)
    return BatchRequest(
        groups=group_inputs(paths),
        out=out,
        settings=settings or load_settings(flags={"batch": limits} if limits else None),
        options=options or ReadOptions(),
        run_id="test-run",
        model=model,
        shard=shard,
        jobs=jobs,
        retry_failed=retry_failed,
    )


def results(out: Path) -> dict[str, bytes]:
    """Return the bytes of everything in a results folder that must not differ between runs."""
    return {path.name: path.read_bytes() for path in sorted(out.iterdir()) if path.name not in VOLATILE}


def state(out: Path) -> dict[str, tuple[int, bytes]]:
    """Return bytes and time of change of every file, to tell whether a run wrote anything."""
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(out.iterdir())}


def manifest(out: Path) -> list[dict[str, object]]:
    """Return the rows of the manifest."""
    return [json.loads(line) for line in (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def command(*arguments: object, poison: bool = False) -> list[str]:
    """Return the command line of `rupture`, with workers that can be poisoned where that is asked for."""
    boot = "from pipeline.cli.app import main; main()"
    if poison:
        boot = f"from pipeline.batch import child; child.WORKER_MODULE = 'tests.poison_worker'; {boot}"
    return [sys.executable, "-c", boot, *map(str, arguments)]


def environment(**changes: str) -> dict[str, str]:
    """Return the environment in which the command is this checkout's."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **changes}


def started(*arguments: object, poison: bool = False, **changes: str) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command(*arguments, poison=poison), text=True, cwd=ROOT, env=environment(**changes), **pipes)


def rupture(*arguments: object, poison: bool = False, timeout_s: float = 240, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    process = started(*arguments, poison=poison, **changes)
    out, err = process.communicate(timeout=timeout_s)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)
