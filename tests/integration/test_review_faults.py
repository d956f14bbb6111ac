"""The review store under many writers, kills and edits: `scripts/review_faults.py`, small."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("--processes", "8", "--actions", "20", "--stale", "20", "--kills", "3", "--entries", "100", "--changes", "20")


def test_nothing_is_lost_and_every_edit_is_found(tmp_path):
    command = [sys.executable, "scripts/review_faults.py", *SMALL, "--json", str(tmp_path / "rows.json")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=250, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert len(rows) == 9
    assert rows[0]["tried"] == 160
    assert [row["what"] for row in rows if row["failed"]] == []
