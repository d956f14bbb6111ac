"""A run that is killed, interrupted or out of disk leaves whole results, and the same command goes on from them."""

from __future__ import annotations

import resource
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.batch.run import plan_batch, score_batch
from pipeline.core.faults import VARIABLE, FaultPoint
from tests.batches import command, environment, folder_of, lines, manifest, plain, request, results, rupture, started


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Hold inputs and the results that a run makes of them when nothing disturbs it."""

    source: Path
    model: Path
    results: dict[str, bytes]

    def check_goes_on(self, out: Path) -> None:
        """Run again over what another run left behind: the same bytes, and nothing that should not be there."""
        score_batch(request(self.source, out=out, model=self.model))
        assert results(out) == self.results


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, tiny_model):
    """Score sessions of which some name their dyad and number, so that a run also compares."""
    folder = tmp_path_factory.mktemp("crash")
    files = {f"{number}.txt": plain(number) for number in range(3)}
    files |= {f"d{number}.jsonl": lines([f"d{number}"], dyad_id="pair", session_no=number) for number in range(1, 5)}
    source = folder_of(folder / "in", files)
    score_batch(request(source, out=folder / "out", model=tiny_model))
    return Undisturbed(source, tiny_model, results(folder / "out"))


@pytest.mark.parametrize("point", [FaultPoint.TEMPORARY_WRITTEN, FaultPoint.ROW_HALF_WRITTEN, FaultPoint.COMPARISON_WRITTEN])
def test_run_killed_at_a_fault_point_goes_on(point, undisturbed, tmp_path):
    out = tmp_path / "out"
    fault = {VARIABLE: f"{point.value}:2"}
    died = rupture("score", undisturbed.source, "--out", out, "--model", undisturbed.model, "--jobs", 1, **fault)
    assert died.returncode == -signal.SIGKILL
    undisturbed.check_goes_on(out)


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("point", list(FaultPoint))
def test_run_killed_at_any_fault_point_goes_on(point, times, undisturbed, tmp_path):
    out = tmp_path / "out"
    fault = {VARIABLE: f"{point.value}:{times}"}
    rupture("score", undisturbed.source, "--out", out, "--model", undisturbed.model, "--jobs", 2, **fault)
    undisturbed.check_goes_on(out)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_run_that_is_asked_to_stop_ends_at_once_and_goes_on(number, code, undisturbed, tmp_path):
    out = tmp_path / "out"
    process = started("score", undisturbed.source, "--out", out, "--model", undisturbed.model, "--jobs", 1)
    while process.poll() is None and not list(out.glob("*.rupture.json")):
        time.sleep(0.01)
    process.send_signal(number)
    asked_s = time.monotonic()
    _, err = process.communicate(timeout=30)
    assert (process.returncode, time.monotonic() - asked_s < 5) == (code, True), err
    assert "Traceback" not in err
    assert "The same command goes on" in err
    undisturbed.check_goes_on(out)


def test_session_that_a_stopped_run_was_at_is_interrupted_and_done_next_time(tiny_model, tmp_path):
    source = folder_of(tmp_path / "in", {"hang.txt": "POISON hang"})
    out = tmp_path / "out"
    process = started("score", source, "--out", out, "--model", tiny_model, poison=True)
    while not _children(process.pid):
        time.sleep(0.02)
    process.terminate()
    process.communicate(timeout=30)
    (row,) = manifest(out)
    assert (process.returncode, row["status"], row["reason_code"]) == (143, "interrupted", "BAT-006")
    assert plan_batch(request(source, out=out, model=tiny_model)).unopened == 1


def test_workers_die_with_a_run_that_is_killed(tiny_model, tmp_path):
    source = folder_of(tmp_path / "in", {"hang.txt": "POISON hang"})
    process = started("score", source, "--out", tmp_path / "out", "--model", tiny_model, poison=True)
    while not (workers := _children(process.pid)):
        time.sleep(0.02)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(_alive(pid) for pid in workers):
        time.sleep(0.02)
    assert not any(_alive(pid) for pid in workers)


def test_second_run_on_the_same_folder_is_locked_out_while_the_first_goes_on(tiny_model, tmp_path):
    source = folder_of(tmp_path / "in", {"hang.txt": "POISON hang"})
    out = tmp_path / "out"
    first = started("score", source, "--out", out, "--model", tiny_model, poison=True)
    while not (out / ".rupture.lock").exists() or not _children(first.pid):
        time.sleep(0.02)
    second = rupture("score", source, "--out", out, "--model", tiny_model)
    assert (second.returncode, "OUT-003" in second.stderr) == (5, True)
    first.kill()
    first.communicate()
    (source / "hang.txt").write_text(plain(), encoding="utf-8")
    assert rupture("score", source, "--out", out, "--model", tiny_model).returncode == 0


def test_full_disk_ends_the_run_and_keeps_what_is_there(undisturbed, tmp_path):
    """A limit on the size of files stands in for a full disk: the third result is made larger than it."""
    out = tmp_path / "out"
    big = folder_of(tmp_path / "in", {"0.txt": plain(0), "1.txt": plain(1), "2.txt": plain(2) * 40})
    done = subprocess.run(
        command("score", big, "--out", out, "--model", undisturbed.model, "--jobs", 1),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000)),
        env=environment(),
        check=False,
    )
    assert (done.returncode, "OUT-001" in done.stderr) == (4, True), done.stderr
    kept = results(out)
    assert len(kept) == 2
    assert all(kept[name] == undisturbed.results[name] for name in kept)
    assert score_batch(request(big, out=out, model=undisturbed.model)).scored == 1


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
