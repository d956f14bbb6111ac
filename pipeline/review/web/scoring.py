"""Scoring a new transcript from the page: `rupture score` as a child process, so that no model ever runs in the page's own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.core.canonical import TEMP_PREFIX
from pipeline.core.errors import InputError, OutputError, UsageError
from pipeline.ingest import readers
from pipeline.review.errors import RefusedError

INBOX = f"{TEMP_PREFIX}incoming-"
_COMMAND = (sys.executable, "-c", "from pipeline.cli.app import main; main()")
_STOP_S = 5.0


class Progress(StrEnum):
    """Say where the child stands."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    NOT_SCORED = "not_scored"


@dataclass(frozen=True, slots=True)
class Upload:
    """Hold a transcript that the page hands over; its name serves for its ending only."""

    name: str
    content: bytes
    roles: str = ""
    dyad: str = ""
    allow_identifiers: bool = False


class Scoring:
    """Hold the one child that may run; the transcript lies in a private temporary file beside the results until the child ends."""

    def __init__(self, folder: Path, *, model: Path | None) -> None:
        self._folder = folder
        self._model = model
        self._child: subprocess.Popen[bytes] | None = None
        self._outcome: tuple[Progress, str] = (Progress.IDLE, "")
        self._lock = threading.Lock()
        self._sweep()

    def start(self, upload: Upload) -> None:
        """Start scoring; raises `UsageError` for another kind of file, `RefusedError` while one is being scored."""
        suffix = Path(upload.name).suffix.casefold()
        if suffix not in {suffix for reader in readers.registered() for suffix in reader.suffixes}:
            raise UsageError("WEB-020", "files with this ending are not read", way_out="See the formats in the README.")
        with self._lock:
            if self._child is not None:
                raise RefusedError("WEB-021", "a transcript is being scored already", way_out="Wait until it is done.")
            path = self._put(upload.content, suffix)
            self._child = subprocess.Popen(
                [*_COMMAND, *self._arguments(path, upload)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
            )
            self._outcome = (Progress.RUNNING, "")
            threading.Thread(target=self._wait, args=(self._child,), daemon=True).start()

    def progress(self) -> tuple[Progress, str]:
        """Return where the child stands, and the code and place of what kept it from scoring."""
        with self._lock:
            return self._outcome

    def stop(self) -> None:
        """End a child that runs and remove what it was given."""
        with self._lock:
            child = self._child
        if child is not None:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_STOP_S)
            if child.poll() is None:
                child.kill()
        self._sweep()

    def _arguments(self, path: Path, upload: Upload) -> list[str]:
        told = ["score", str(path), "--out", str(self._folder), "--json"]
        told += ["--model", str(self._model)] if self._model else []
        told += [f"--roles={upload.roles}"] if upload.roles else []
        told += [f"--dyad={upload.dyad}"] if upload.dyad else []
        return [*told, "--allow-identifiers"] if upload.allow_identifiers else told

    def _put(self, content: bytes, suffix: str) -> Path:
        path = self._folder / f"{INBOX}{os.getpid()}{suffix}"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as handle:
                os.fchmod(handle.fileno(), 0o600)
                handle.write(content)
        except OSError:
            raise OutputError(
                "WEB-022", "the transcript cannot be put into the folder", way_out="Check free space and permissions."
            ) from None
        return path

    def _wait(self, child: subprocess.Popen[bytes]) -> None:
        told, _ = child.communicate()
        with self._lock:
            self._outcome = _outcome(told, child.returncode)
            self._child = None
        self._sweep()

    def _sweep(self) -> None:
        """Remove what was handed over, also by a page that was killed; that of another page that runs stays."""
        for path in self._folder.glob(f"{INBOX}*"):
            owner = path.stem.removeprefix(INBOX)
            if owner == str(os.getpid()) or not (owner.isdigit() and Path(f"/proc/{owner}").exists()):
                path.unlink(missing_ok=True)


def _outcome(told: bytes, code: int) -> tuple[Progress, str]:
    """Read what the child said in its JSON: codes and places, never a word of the transcript."""
    try:
        report = json.loads(told or b"{}")
    except ValueError:
        report = {}
    problems = report.get("not_scored") if isinstance(report, dict) else None
    if code == 0 and not problems:
        return Progress.DONE, ""
    rows = [row for row in problems if isinstance(row, dict)] if isinstance(problems, list) else []
    why = "; ".join(f"{row.get('code', '')} {row.get('place', '')}".strip() for row in rows)
    return Progress.NOT_SCORED, why or str(InputError("WEB-023", "the command ended early", place=f"exit code {code}"))
