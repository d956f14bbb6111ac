"""Whether retraining pays: figures after 0, 5, 10, 20, 40 and 80 newly rated sessions of a new kind of service.

The new service is a setting and a style that a first model has never seen: all corpus sessions of that setting and style are kept out
of its training. Of them half are kept for testing, whatever the number of new sessions. Three ways are compared: going on from the first
model (`retrained`), training from the base weights on corpus and new sessions together (`scratch`), and fitting likelihoods and thresholds
alone (`recalibrated`). One row a run is appended to `--out`; a run that stands there is not done again, so the script can be killed and
started again at any time.

  python scripts/retrain_curve.py --out runs/curve.jsonl                           whole: three seeds, hours on two cores
  python scripts/retrain_curve.py --out runs/small.jsonl --seeds 1 --sizes 0 5 --most-corpus 12 --epochs 1    small: minutes
  python scripts/retrain_curve.py --out runs/curve.jsonl --table                   the table for docs/method.md
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.classifier.calibration import calibrate
from pipeline.classifier.manifest import KindPolicy
from pipeline.classifier.network import TurnTagger
from pipeline.classifier.targets import clear_column
from pipeline.core.results import RuptureKind
from pipeline.features.stage import FEATURE_NAMES, FeatureStage
from pipeline.training.base import find_base
from pipeline.training.calibrate import fit_policy
from pipeline.training.config import TrainingConfig, load_config
from pipeline.training.corpus.store import PLAN, RATINGS_A, RATINGS_B, SESSIONS
from pipeline.training.evaluate import CLEAR_MEAN
from pipeline.training.fit import fit, predict
from pipeline.training.metrics import average_precision, calibration_error
from pipeline.training.rated import RatedSession, load_rated, read_splits
from pipeline.training.run import fingerprint

WAYS = ("recalibrated", "retrained", "scratch")
SETTING, STYLE = "peer support chat", "chat"
HELD_OUT_SHARE = 0.2
Outputs = list[np.ndarray]


@dataclass(frozen=True)
class World:
    """Hold the sessions: what the first model learnt (`old`), its validation, the new service's pool and its test sessions."""

    old: list[RatedSession]
    validation: list[RatedSession]
    pool: list[RatedSession]
    test: list[RatedSession]


def world(config: TrainingConfig, *, setting: str, style: str, most_corpus: int) -> World:
    with (config.corpus / PLAN).open(encoding="utf-8", newline="") as handle:
        plan = {row["session"]: row for row in csv.DictReader(handle)}
    splits = read_splits(config.corpus)

    def is_new(name: str) -> bool:
        return plan[name]["setting"].startswith(setting) and plan[name]["style"] == style

    named = [name for ids in splits.values() for name in ids if name in plan]
    new = sorted(filter(is_new, named))
    random.Random(0).shuffle(new)
    others = {split: [name for name in ids if name in plan and not is_new(name)] for split, ids in splits.items()}
    if most_corpus:
        new, others = new[:most_corpus], {split: ids[:most_corpus] for split, ids in others.items()}
    wanted = [*new, *others["train"], *others["validation"]]
    ratings = [config.corpus / name for name in (RATINGS_A, RATINGS_B) if (config.corpus / name).is_file()]
    loaded = load_rated(config.corpus / SESSIONS, ratings=ratings, stage=FeatureStage.load(), only=wanted)
    by_id = {one.session_id: one for one in loaded}
    half = len(new) // 2
    groups = (others["train"], others["validation"], new[half:], new[:half])
    return World(*([by_id[name] for name in names if name in by_id] for names in groups))


def fitted(
    network: TurnTagger, *, train: Sequence[RatedSession], validation: Sequence[RatedSession], config: TrainingConfig, run_dir: Path
) -> TurnTagger:
    parts = fingerprint({"train": train, "validation": validation})
    key = json.dumps([config.model_dump(mode="json"), parts], sort_keys=True)
    tokenizer = find_base(config.base).tokenizer()
    fit(network, train=train, validation=validation, tokenizer=tokenizer, config=config, run_dir=run_dir, run_sha256=key, report=print)
    return network


def fresh(config: TrainingConfig) -> TurnTagger:
    return TurnTagger(find_base(config.base).encoder(), n_features=len(FEATURE_NAMES), dropout=config.fit.dropout)


def figures(outputs: Outputs, world: World, policies: dict[str, KindPolicy]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    flags = 0
    for kind in RuptureKind:
        truth = np.concatenate([(one.mean_rating(kind)[one.client] >= CLEAR_MEAN).astype(np.int64) for one in world.test])
        raw = np.concatenate([out[one.client, clear_column(kind)] for out, one in zip(outputs, world.test, strict=True)])
        p = calibrate(raw, policy=policies[kind.value])
        flags += int((p >= policies[kind.value].present).sum())
        found[kind.value] = {"average_precision": average_precision(truth, p), "calibration_error": calibration_error(truth, p)}
    return {**found, "flags_per_session": flags / max(1, len(world.test))}


def policies_from(network: TurnTagger, sessions: Sequence[RatedSession], own: Sequence[RatedSession], config: TrainingConfig) -> dict:
    """Fit likelihoods on sessions not learnt from, at the prevalence of the new service's sessions drawn towards the configured one."""
    outputs = predict(network, sessions, tokenizer=find_base(config.base).tokenizer(), config=config)
    found = {}
    for kind in RuptureKind:
        prior, weight = config.calibration.prevalence(kind) or 0.03, config.retrain.prior_turns
        clear = sum(int((one.mean_rating(kind)[one.client] >= CLEAR_MEAN).sum()) for one in own)
        share = (clear + weight * prior) / (sum(int(one.client.sum()) for one in own) + weight)
        found[kind.value] = fit_policy(kind, sessions=sessions, outputs=outputs, prevalence=share)
    return found


def one_run(world: World, *, way: str, size: int, seed: int, config: TrainingConfig, runs: Path) -> dict[str, Any]:
    config = config.model_copy(update={"seed": seed})
    new = random.Random(seed).sample(world.pool, min(size, len(world.pool)))
    cut = max(1, round(HELD_OUT_SHARE * len(new))) if way != "recalibrated" and new else 0
    held_out, learnt = new[:cut], new[cut:]
    first = fitted(fresh(config), train=world.old, validation=world.validation, config=config, run_dir=runs / f"first-{seed}")
    network = first
    name = f"{way}-{size}-{seed}"
    if way == "retrained" and learnt:
        own = config.retrain
        rates = {"epochs": own.epochs, "learning_rate": own.learning_rate, "head_learning_rate": own.head_learning_rate}
        gentle = config.model_copy(update={"fit": config.fit.model_copy(update=rates)})
        replay = random.Random(seed).sample(world.old, min(len(world.old), max(own.replay, len(learnt))))
        repeat = max(1, min(own.repeat, len(replay) // len(learnt)))
        kept = [*held_out, *world.validation[: own.corpus_validation]]
        network = fitted(first, train=[*replay, *learnt * repeat], validation=kept, config=gentle, run_dir=runs / name)
    elif way == "scratch" and learnt:
        kept = [*held_out, *world.validation]
        network = fitted(fresh(config), train=[*world.old, *learnt], validation=kept, config=config, run_dir=runs / name)
    fitting = [*(new if way == "recalibrated" else held_out), *world.validation]
    policies = policies_from(network, fitting, new, config)
    outputs = predict(network, world.test, tokenizer=find_base(config.base).tokenizer(), config=config)
    return {"way": way, "size": size, "seed": seed, "test_sessions": len(world.test), **figures(outputs, world, policies)}


def table(rows: Sequence[dict[str, Any]]) -> str:
    groups: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["way"], row["size"]].append(row)
    lines = ["| way | new sessions | AP withdrawal | AP confrontation | calibration error | flags a session |", "|---|---|---|---|---|---|"]
    for (way, size), own in sorted(groups.items(), key=lambda entry: (WAYS.index(entry[0][0]), entry[0][1])):
        aps = [_over([row[kind.value]["average_precision"] for row in own]) for kind in RuptureKind]
        error = _over([max(row[kind.value]["calibration_error"] for kind in RuptureKind) for row in own])
        lines.append(f"| {way} | {size} | {aps[0]} | {aps[1]} | {error} | {_over([row['flags_per_session'] for row in own])} |")
    return "\n".join(lines)


def _over(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{np.mean(known):.2f} ({min(known):.2f} to {max(known):.2f})" if known else "not enough"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("configs/training.toml"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 5, 10, 20, 40, 80])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--setting", default=SETTING)
    parser.add_argument("--style", default=STYLE)
    parser.add_argument("--base", help="base weights, for a small trial")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--most-corpus", type=int, default=0, help="at most so many sessions of each split, for a small trial")
    parser.add_argument("--table", action="store_true")
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.out.read_text().splitlines()] if args.out.is_file() else []
    if args.table:
        print(table(rows))
        return
    config = load_config(args.config)
    more = {"base": args.base or config.base, "corpus": args.corpus or config.corpus}
    if args.epochs:
        more["fit"] = config.fit.model_copy(update={"epochs": args.epochs})
        more["retrain"] = config.retrain.model_copy(update={"epochs": args.epochs})
    config = config.model_copy(update=more)
    sessions = world(config, setting=args.setting, style=args.style, most_corpus=args.most_corpus)
    print(f"{len(sessions.old)} old, {len(sessions.pool)} new, {len(sessions.test)} test sessions")
    done = {(row["way"], row["size"], row["seed"]) for row in rows}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    for seed in range(1, args.seeds + 1):
        for size in args.sizes:
            for way in args.ways:
                if (way, size, seed) in done:
                    continue
                runs = args.out.with_suffix("")
                row = one_run(sessions, way=way, size=size, seed=seed, config=config, runs=runs)
                with args.out.open("a", encoding="utf-8") as handle:
                    handle.write(json.dumps(row) + "\n")
                    handle.flush()
                    os.fsync(handle.fileno())
                print(json.dumps(row))
    print(table([json.loads(line) for line in args.out.read_text().splitlines()]))


if __name__ == "__main__":
    main()
