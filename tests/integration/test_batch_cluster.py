"""The same run on a real Dask scheduler with two worker processes over TCP, one of which is killed in the middle."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.batch.cluster import host_and_port
from pipeline.batch.run import score_batch
from pipeline.core.errors import UsageError
from tests.batches import ROOT, environment, folder_of, lines, manifest, plain, request, results, rupture, started

SCHEDULER = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
WORKER = ("distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class DaskCluster:
    """Hold a scheduler, two workers and the file that they all log to."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    log: Path


@pytest.fixture
def cluster(tmp_path):
    """Start a scheduler and two workers, each a process of its own."""
    file, log = tmp_path / "scheduler.json", tmp_path / "dask.log"
    with log.open("wb") as handle:

        def dask(*arguments):
            command = [sys.executable, "-m", *map(str, arguments), "--scheduler-file", str(file)]
            return subprocess.Popen(command, stdout=handle, stderr=handle, cwd=ROOT, env=environment())

        scheduler = dask(*SCHEDULER)
        workers = [dask(*WORKER, "--local-directory", tmp_path / f"w{number}") for number in range(2)]
        while not file.exists() or not file.read_text(encoding="utf-8").endswith("}"):
            time.sleep(0.05)
        yield DaskCluster(json.loads(file.read_bytes())["address"], scheduler, workers, log)
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


@pytest.mark.slow
def test_cluster_that_loses_a_machine_makes_the_same_results(cluster, tiny_model, tmp_path):
    source = folder_of(tmp_path / "in", {f"{number}.txt": plain(number) for number in range(30)} | {"m.jsonl": lines(list("abcdef"))})
    local = tmp_path / "local"
    score_batch(request(source, out=local, model=tiny_model))
    out = tmp_path / "out"
    run = started("score", source, "--out", out, "--model", tiny_model, "--cluster", cluster.address)
    while run.poll() is None and len(list(out.glob("*.rupture.json"))) < 8:
        time.sleep(0.01)
    cluster.workers[0].kill()
    stdout, stderr = run.communicate(timeout=120)
    assert run.returncode == 0, stderr
    assert f"they go to {cluster.address} and to the workers behind it" in stderr
    assert "36 sessions" in stdout
    assert results(out) == results(local)


@pytest.mark.slow
def test_poison_on_a_cluster_is_a_row_and_no_word_of_it_is_logged(cluster, tiny_model, tmp_path):
    source = folder_of(tmp_path / "in", {"a.txt": plain(), "cut.json": '{"turns": [{"speaker": "ZQ-CANARY-7f3a'})
    done = rupture("score", source, "--out", tmp_path / "out", "--model", tiny_model, "--cluster", cluster.address)
    assert done.returncode == 3, done.stderr
    assert sorted(row["status"] for row in manifest(tmp_path / "out")) == ["refused", "scored"]
    told = done.stdout + done.stderr + (tmp_path / "out" / "manifest.jsonl").read_text(encoding="utf-8")
    assert "CANARY" not in told + cluster.log.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(("lost", "code"), [("run", 143), ("scheduler", 1)])
def test_run_that_ends_early_on_a_cluster_goes_on_here(lost, code, cluster, tiny_model, tmp_path):
    source = folder_of(tmp_path / "in", {f"{number}.txt": plain(number) for number in range(40)})
    out = tmp_path / "out"
    run = started("score", source, "--out", out, "--model", tiny_model, "--cluster", cluster.address)
    while run.poll() is None and not list(out.glob("*.rupture.json")):
        time.sleep(0.01)
    (run if lost == "run" else cluster.scheduler).terminate()
    _, stderr = run.communicate(timeout=100)
    assert (run.returncode, "Traceback" in stderr) == (code, False), stderr
    assert rupture("score", source, "--out", out, "--model", tiny_model).returncode == 0
    assert len(list(out.glob("*.rupture.json"))) == 40


@pytest.mark.slow
def test_scheduler_that_is_not_there_is_a_usage_error(tiny_model, tmp_path):
    source = folder_of(tmp_path / "in", {"a.txt": plain()})
    done = rupture("score", source, "--out", tmp_path / "out", "--model", tiny_model, "--cluster", "tcp://127.0.0.1:9")
    assert (done.returncode, "CLU-002" in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


@pytest.mark.parametrize("address", ["host", "host:", ":8786", "http://host:1", "tcp://host:99999", ""])
def test_address_that_names_no_port_is_a_usage_error(address):
    with pytest.raises(UsageError):
        host_and_port(address)


@pytest.mark.parametrize(("address", "parts"), [("tcp://10.0.0.5:87", ("10.0.0.5", 87)), ("tls://[::1]:1", ("::1", 1)), ("a:2", ("a", 2))])
def test_address_is_parted_into_host_and_port(address, parts):
    assert host_and_port(address) == parts
