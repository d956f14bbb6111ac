"""The command itself in a process of its own, and a browser to look at it with."""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"http://127\.0\.0\.1:(\d+)/#(\S+)")
WAIT_S = 120
WAIT_MS = 60_000


class Running:
    """Hold a running `rupture review`; `link` waits for the next link that it prints."""

    def __init__(self, folder: Path, *flags: str) -> None:
        command = [sys.executable, "-c", "from pipeline.cli.app import main; main()", "review", str(folder), "--no-browser", *flags]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        self.lines: list[str] = []
        self._links: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def link(self) -> str:
        return self._links.get(timeout=WAIT_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(WAIT_S)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(WAIT_S)

    def cpu_s(self) -> float:
        """Return the processor time that the process has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(line)
            if found := LINK.search(line):
                self._links.put(found[0])


@contextmanager
def running(folder: Path, *flags: str) -> Iterator[Running]:
    """Run the command for the body and kill it afterwards."""
    page = Running(folder, *flags)
    try:
        yield page
    finally:
        if page.process.poll() is None:
            page.kill()


def chromium() -> str:
    """Return where Chromium lies; a machine without it cannot run these tests."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise FileNotFoundError("Chromium is not installed: apt-get install -y --no-install-recommends chromium")
    return found


def tab_to(page, text: str, *, most: int = 120) -> None:
    """Press Tab until the element with this text has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.textContent?.replace(/\\s+/g, ' ').trim() ?? ''").startswith(text):
            return
    raise AssertionError(f"nothing that begins with {text!r} can be reached by Tab")
