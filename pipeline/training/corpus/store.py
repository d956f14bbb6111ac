"""The corpus folder: sessions, ratings, plan and splits, read together."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.canonical import write_atomic
from pipeline.core.manual_form import SessionRating, read_ratings, sparse

SESSIONS, RATINGS_A, RATINGS_B, PLAN = "sessions.jsonl", "ratings_a.jsonl", "ratings_b.jsonl", "plan.csv"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Hold a corpus folder: turns by session, first and second ratings, and the grid row of each session."""

    sessions: dict[str, list[dict[str, str]]]
    first: dict[str, SessionRating]
    second: dict[str, SessionRating]
    plan: dict[str, dict[str, str]]


def read_corpus(folder: Path) -> Corpus:
    """Read a folder in the corpus form; ratings and plan may be missing, as in `shared/real-dev`."""
    rows = [json.loads(line) for line in (folder / SESSIONS).read_text(encoding="utf-8").splitlines() if line.strip()]
    return Corpus(
        sessions={row["session"]: row["turns"] for row in rows},
        first=read_ratings(folder / RATINGS_A) if (folder / RATINGS_A).is_file() else {},
        second=read_ratings(folder / RATINGS_B) if (folder / RATINGS_B).is_file() else {},
        plan=_read_plan(folder / PLAN),
    )


def _read_plan(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["session"]: row for row in csv.DictReader(handle)}


def write_sessions(folder: Path, sessions: dict[str, list[dict[str, str]]]) -> None:
    """Write `sessions.jsonl`, one session a line, in the order of their ids."""
    _write_lines(folder / SESSIONS, ({"session": name, "turns": sessions[name]} for name in sorted(sessions)))


def write_ratings(path: Path, ratings: dict[str, SessionRating]) -> None:
    """Write ratings in the manual's sparse form, one session a line."""
    _write_lines(path, (sparse(ratings[name]) for name in sorted(ratings)))


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    write_atomic(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8"))
    path.chmod(0o644)
