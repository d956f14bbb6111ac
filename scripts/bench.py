"""Measure scoring: one table, every figure with its unit, on a session of about 7,000 words stitched from the corpus.

Rows: cold command on one session, a warm session from file to result, the share of each stage, the plain way beside it (the
text-classification pipeline of transformers, float32, one five-turn window a client turn, batches of eight, same base model, same
cores), sessions a minute, memory, and cost per turn at 500 and 5,000 turns.

Example: python scripts/bench.py
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from pipeline.annotate.scorer import Scorer
from pipeline.annotate.write import write_session
from pipeline.core.offline import go_offline
from pipeline.core.paths import default_model_dir
from pipeline.core.records import SpeakerRole, Transcript
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import read_sessions
from pipeline.training.base import MINILM_PACKAGE, find_base

ROOT = Path(__file__).resolve().parent.parent
WORDS = 7_000
OPTIONS = ReadOptions(allow_identifiers=True)


def stitched(*, words: int = 0, turns: int = 0) -> list[dict[str, str]]:
    """Join corpus sessions to one of at least `words` words or `turns` turns."""
    joined: list[dict[str, str]] = []
    spoken = 0
    for line in (ROOT / "data" / "corpus" / "sessions.jsonl").read_text(encoding="utf-8").splitlines():
        session = json.loads(line)["turns"]
        session = session[1:] if joined and joined[-1]["speaker"] == session[0]["speaker"] else session
        joined += session
        spoken += sum(len(turn["text"].split()) for turn in session)
        if (words and spoken >= words) or (turns and len(joined) >= turns):
            break
    return joined[:turns] if turns else joined


def written(folder: Path, name: str, turns: list[dict[str, str]]) -> Path:
    path = folder / f"{name}.jsonl"
    path.write_text(json.dumps({"session": name, "turns": turns}) + "\n", encoding="utf-8")
    return path


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the shortest of several runs in seconds: the least disturbed one."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def plain_way(transcript: Transcript) -> float:
    """Score every client turn with its four turns before it as the manual of transformers shows it, in batches of eight."""
    folder = str(find_base(MINILM_PACKAGE).folder)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    network = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    classify = pipeline("text-classification", model=network, tokenizer=tokenizer, device="cpu", batch_size=8)
    clients = [turn.index for turn in transcript.turns if turn.role is SpeakerRole.CLIENT]
    windows = [" ".join(turn.text for turn in transcript.turns[max(0, place - 4) : place + 1]) for place in clients]
    return best_of(2, lambda: classify(windows, truncation=True, max_length=512))


def main() -> None:
    go_offline()
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = written(folder, "bench", stitched(words=WORDS))
        command = [
            sys.executable,
            "-c",
            "from pipeline.cli.app import main; main()",
            "score",
            str(path),
            "--out",
            str(folder / "cold"),
            "--allow-identifiers",
        ]
        rows.append(
            ("cold `rupture score` of one session", f"{best_of(2, lambda: subprocess.run(command, check=True, capture_output=True)):.2f} s")
        )
        scorer = Scorer.load()
        (transcript,) = [one for one in read_sessions(path, options=OPTIONS) if isinstance(one, Transcript)]

        def warm() -> None:
            for session in scorer.score_sessions(path, options=OPTIONS):
                write_session(session, folder=folder)  # type: ignore[arg-type]

        own = best_of(3, warm)
        rows.append((f"warm session, {len(transcript.turns)} turns, {transcript.quality.words:,} words", f"{own:.2f} s"))
        found = scorer.features.run(transcript)
        parts = (
            best_of(3, lambda: list(read_sessions(path, options=OPTIONS))),
            best_of(3, lambda: scorer.features.run(transcript)),
            best_of(3, lambda: scorer.classifier.score(transcript.turns, features=found.turn_measures)),
        )
        rows += [(f"  {name}", f"{part:.2f} s") for name, part in zip(("reading", "features", "classifier"), parts, strict=True)]
        flagged = sum(bool(turn.carried_by) for turn in scorer.score_transcript(transcript).turns)
        rows.append((f"  of it why {flagged} turns were flagged, and writing", f"{max(0.0, own - sum(parts)):.2f} s"))
        rows.append(("sessions a minute, one process", f"{60 / own:.0f}"))
        for count in (500, 5_000):
            (long,) = read_sessions(written(folder, f"t{count}", stitched(turns=count)), options=OPTIONS)
            spent = best_of(1, lambda long=long: scorer.score_transcript(long))  # type: ignore[misc]
            rows.append((f"{count:,} turns", f"{1000 * spent / count:.2f} ms a turn"))
        rows.append(
            (
                "memory, highest so far",
                f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (with torch loaded for the next row)",
            )
        )
        plain = plain_way(transcript)
        rows.append(("the plain way, same session", f"{plain:.2f} s"))
        rows.append(("times faster than the plain way", f"{plain / own:.1f}"))
        rows.append(("model folder", f"{sum(one.stat().st_size for one in default_model_dir().iterdir()) / 1e6:.1f} MB"))
    width = max(len(label) for label, _ in rows)
    print("\n".join(f"{label:<{width}}  {value}" for label, value in rows))


if __name__ == "__main__":
    main()
