from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_generated_documentation_is_fresh():
    done = subprocess.run(
        [sys.executable, "scripts/make_docs.py", "--check"], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_result_schema_names_the_contract():
    schema = json.loads((ROOT / "docs" / "reference" / "result.schema.json").read_text(encoding="utf-8"))
    turn = schema["$defs"]["ScoredTurn"]["properties"]
    assert {"index", "speaker", "role", "text", "start_s", "end_s", "p_withdrawal", "p_confrontation", "p_rupture", "markers"} <= set(turn)
    assert schema["properties"]["purpose"]["const"] == "reflection, not evaluation"


def test_links_of_the_readme_lead_somewhere():
    import re

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http") and not (ROOT / link).exists()]
    assert missing == []


def test_lock_file_pins_every_dependency_that_is_declared():
    import re
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *(name for names in project["optional-dependencies"].values() for name in names)]
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "configs" / "requirements.lock").read_text().splitlines()
        if "==" in line
    }
    assert [name for name in declared if name.lower() not in pinned] == []
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in declared)
