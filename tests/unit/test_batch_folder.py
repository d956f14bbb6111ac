from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.batch.folder import held
from pipeline.core.errors import LockedError

HOLD = """
import sys, pathlib
from pipeline.batch.folder import held
with held(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_run(tmp_path):
    """Hold a folder from another process, until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


def test_folder_that_another_run_holds_is_refused_and_free_after_its_kill(other_run, tmp_path):
    with pytest.raises(LockedError), held(tmp_path):
        pass
    other_run.kill()
    other_run.wait()
    with held(tmp_path):
        pass


def test_temporary_files_of_dead_runs_are_swept_and_those_of_the_living_are_not(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    gone, own, alive = (tmp_path / f".~s1.rupture.json.{pid}" for pid in (dead.pid, os.getpid(), os.getppid()))
    kept = tmp_path / ".~no-temporary"
    for path in (gone, own, alive, kept):
        path.touch()
    with held(tmp_path):
        assert [path.exists() for path in (gone, own, alive, kept)] == [False, False, True, True]


def test_lock_is_not_written_to_by_a_run(tmp_path):
    with held(tmp_path):
        before = (tmp_path / ".rupture.lock").stat().st_mtime_ns
    with held(tmp_path):
        assert (tmp_path / ".rupture.lock").stat().st_mtime_ns == before
