"""Splits by session, balanced over the grid, frozen once made."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.core.canonical import sha256_bytes, write_atomic

SHARES = {"train": 0.70, "validation": 0.13, "test": 0.17}
SPLITS = "splits.json"


def extend_splits(
    frozen: Mapping[str, Iterable[str]], *, plan: Mapping[str, Mapping[str, str]], sessions: Iterable[str]
) -> dict[str, list[str]]:
    """Return the splits with new sessions dealt out; a session that has its place keeps it.

    Sessions are dealt stratum by stratum (rupture profile, then setting, then style), each to the split that is furthest below
    its share of that stratum's profile, so that every axis of the grid lies in every split. The order within a stratum comes from a hash
    of the id: no draw, no order of files.
    """
    splits = {name: list(frozen.get(name, ())) for name in SHARES}
    placed = {session for ids in splits.values() for session in ids}
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SHARES, 0))
    for name, ids in splits.items():
        for session in ids:
            counts[_profile(plan, session)][name] += 1
    new = sorted(set(sessions) - placed, key=lambda session: (_stratum(plan, session), sha256_bytes(session.encode())))
    for session in new:
        have = counts[_profile(plan, session)]
        total = sum(have.values()) + 1
        name = min(SHARES, key=lambda split: (have[split] - SHARES[split] * total, split))
        splits[name].append(session)
        have[name] += 1
    return {name: sorted(ids) for name, ids in splits.items()}


def _profile(plan: Mapping[str, Mapping[str, str]], session: str) -> str:
    return plan.get(session, {}).get("profile", "")


def _stratum(plan: Mapping[str, Mapping[str, str]], session: str) -> tuple[str, ...]:
    row = plan.get(session, {})
    return tuple(row.get(axis, "") for axis in ("profile", "setting", "style"))


def write_splits(folder: Path, splits: Mapping[str, list[str]]) -> None:
    """Write `splits.json`."""
    path = folder / SPLITS
    write_atomic(path, (json.dumps(splits, indent=1) + "\n").encode("utf-8"))
    path.chmod(0o644)


def read_frozen(folder: Path) -> dict[str, list[str]]:
    """Return the frozen splits, empty when there are none yet."""
    path = folder / SPLITS
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
