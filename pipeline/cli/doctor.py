"""`rupture doctor`: versions, model integrity, and a proof that scoring stays on this machine."""

from __future__ import annotations

import platform
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

import typer

from pipeline import __version__
from pipeline.cli import options
from pipeline.cli.console import Exit, one_line_errors, say, say_json

PACKAGES = ("spacy", "onnxruntime", "tokenizers", "numpy", "pydantic", "torch", "transformers", "datasets", "scikit-learn")
_PROBE = """T: How was the week?
C: Fine.
T: You sound a little flat when you say that.
C: Do I. I don't know. It was fine.
T: Okay.
C: Can we talk about the plan?
"""


def doctor(model: options.Model = None, json: options.Json = False) -> None:
    """Check the installation: versions, every file of the model, and a scoring run that may not reach the network.

    Example: rupture doctor
    """
    with one_line_errors():
        from pipeline.classifier.manifest import verify_folder
        from pipeline.core.paths import default_model_dir

        manifest, sha256 = verify_folder(model or default_model_dir())
        report: dict[str, Any] = {
            "rupture_review": __version__,
            "python": platform.python_version(),
            "packages": {name: _version(name) for name in PACKAGES},
            "model": {"id": manifest.model_id, "sha256": sha256, "files_verified": len(manifest.files), "base": manifest.base},
            "offline": _offline_proof(model),
        }
    if json:
        say_json(report)
    else:
        _tell(report)
    if not report["offline"]["proven"]:
        raise typer.Exit(Exit.UNEXPECTED)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _offline_proof(model: Path | None) -> dict[str, Any]:
    """Score a made-up exchange while every connection beyond loopback is refused and counted, and test the guard itself."""
    import socket

    from pipeline.annotate.scorer import Scorer
    from pipeline.core.offline import NetworkRefusedError, attempts

    try:
        socket.getaddrinfo("guard-test.invalid", 443)
        guarded = False
    except NetworkRefusedError:
        guarded = True
    except OSError:
        guarded = False
    before = len(attempts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "probe.txt"
        path.write_text(_PROBE, encoding="utf-8")
        scored = len(Scorer.load(model).score_file(path).turns)
    return {
        "guard_active": guarded,
        "turns_scored": scored,
        "attempts": len(attempts) - before,
        "proven": guarded and len(attempts) == before,
    }


def _tell(report: dict[str, Any]) -> None:
    say(f"rupture-review {report['rupture_review']}, Python {report['python']}")
    for name, version in report["packages"].items():
        say(f"  {name} {version or 'not installed (only needed for training)'}")
    model, offline = report["model"], report["offline"]
    say(f"model {model['id']}: {model['files_verified']} files verified against the manifest ({model['sha256'][:12]})")
    guard = "active" if offline["guard_active"] else "NOT active"
    say(f"offline: guard {guard}, {offline['turns_scored']} turns scored, {offline['attempts']} attempts to reach a network")
    say("All well." if offline["proven"] else "Something is wrong: see above.")
