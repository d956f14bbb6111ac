"""An evaluation from files to figures, and the figures as a table and a plot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.annotate.scorer import Scorer
from pipeline.core.canonical import write_atomic
from pipeline.core.errors import UsageError
from pipeline.training.baselines import baseline_scores
from pipeline.training.evaluate import EITHER, Judged, evaluate, judge
from pipeline.training.metrics import auroc, average_precision, over_sessions, told
from pipeline.training.rated import load_rated, read_splits
from pipeline.training.run import load_corpus

KINDS = ("withdrawal", "confrontation", EITHER)
_PLOT = 320
_INSET = 40


def evaluation(sessions: Path, *, ratings: Sequence[Path], model: Path | None, baselines: Path | None) -> dict[str, Any]:
    """Evaluate `model` on rated sessions; `baselines` names a corpus whose training split fits the plain ways beside it."""
    if len(ratings) > 2:
        raise UsageError("EVA-004", "ratings of more than two raters were given", way_out="Give one or two files.")
    scorer = Scorer.load(model)
    rated = load_rated(sessions, ratings=ratings, stage=scorer.features)
    if not rated:
        raise UsageError("EVA-002", "no session of the file has a rating", way_out="Session ids of both files must agree.")
    judged = judge(rated, scorer=scorer)
    figures = evaluate(judged)
    figures["model_id"] = scorer.classifier.manifest.model_id
    if baselines:
        corpus = load_corpus(baselines)
        train = [corpus[name] for name in read_splits(baselines)["train"] if name in corpus]
        if {one.transcript.text_sha256 for one in train} & {one.transcript.text_sha256 for one in rated}:
            raise UsageError("EVA-003", "sessions to evaluate on stand in the training split", way_out="Evaluate on sessions kept apart.")
        figures["baselines"] = _baselines(baseline_scores(train, rated), judged)
    return figures


def _baselines(scores: dict[str, dict[str, list[Any]]], judged: Sequence[Judged]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, by_kind in scores.items():
        figures[name] = {}
        for kind in KINDS:
            truth = [one.clear[kind] for one in judged]
            found = {
                metric.__name__: over_sessions(metric, truth=truth, score=by_kind[kind], rng=np.random.default_rng(0))
                for metric in (auroc, average_precision)
            }
            figures[name][kind] = {metric: {"value": one.value, "low": one.low, "high": one.high} for metric, one in found.items()}
    return figures


def table(figures: dict[str, Any]) -> str:
    """Return the figures as plain text, 95 % session-bootstrap intervals in brackets."""
    lines = [f"{figures['sessions']} sessions, {figures['client_turns']} client turns; 95 % intervals from resampling sessions", ""]
    lines.append(f"{'':46} {'AUROC':22} {'average precision':22}")
    rows = {figures["model_id"]: figures["kinds"], **figures.get("baselines", {})}
    for kind in KINDS:
        own = figures["kinds"][kind]
        lines.append(f"{kind}: {own['clear']} clear turns ({own['prevalence']:.1%})")
        lines += [
            f"  {name:44} {told(by_kind[kind]['auroc']):22} {told(by_kind[kind]['average_precision']):22}" for name, by_kind in rows.items()
        ]
        lines.append(
            f"  decisions: precision {told(own['precision'])}, recall {told(own['recall'])}, {own['flags_per_session']:.1f} flags a session"
        )
        lines.append(f"  Brier {told(own['brier'])}, calibration error {told(own['calibration_error'])}")
    episodes = figures["episodes"]
    within = ", ".join(f"{budget}: {told(one)}" for budget, one in episodes["recall_within_budget"].items())
    lines += ["", f"clear episodes {episodes['clear_episodes']}; share reached within moments a session, {within}"]
    for kind, pairs in figures["agreement"].items():
        lines += [
            f"kappa {kind}, {name}: {told(one['kappa_clear'])}, weighted {told(one['kappa_weighted'])}" for name, one in pairs.items()
        ]
    for source, one in figures["by_source"].items():
        ranking = "not enough" if one["auroc"] is None else f"AUROC {one['auroc']:.2f}, average precision {one['average_precision']:.2f}"
        lines.append(f"{source}: {one['client_turns']} turns, {one['clear']} clear, {ranking}, mean likelihood {one['mean_p']:.3f}")
    lines.append("clear turns flagged, by code: " + ", ".join(_code(code, one) for code, one in figures["by_code"].items() if one["clear"]))
    return "\n".join(lines)


def _code(code: str, one: dict[str, int]) -> str:
    return f"{code} {one['flagged']} of {one['clear']}"


def plot_reliability(figures: dict[str, Any], *, path: Path) -> None:
    """Write said against seen likelihood as SVG: one line a kind, one dot a bin of equal count."""
    styles = {"withdrawal": "#2b6cb0", "confrontation": "#c05621", EITHER: "#4a5568"}
    size, top = _PLOT - 2 * _INSET, max(0.2, *(max(bin_["said"], bin_["seen"]) for kind in KINDS for bin_ in figures["reliability"][kind]))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_PLOT + 110} {_PLOT}" font-family="sans-serif" font-size="11">',
        f'<path d="M{_INSET} {_INSET}V{_PLOT - _INSET}H{_PLOT - _INSET}" fill="none" stroke="#333"/>',
        f'<path d="M{_INSET} {_PLOT - _INSET}L{_PLOT - _INSET} {_INSET}" stroke="#999" stroke-dasharray="3 3"/>',
        f'<text x="{_PLOT / 2 - 30}" y="{_PLOT - 10}">said (to {top:.2f})</text>',
        f'<text x="12" y="{_PLOT / 2 + 20}" transform="rotate(-90 12 {_PLOT / 2 + 20})">seen</text>',
    ]
    for place, (kind, colour) in enumerate(styles.items()):
        dots = [(_INSET + size * one["said"] / top, _PLOT - _INSET - size * one["seen"] / top) for one in figures["reliability"][kind]]
        parts.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in dots)}" fill="none" stroke="{colour}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in dots]
        parts.append(f'<text x="{_PLOT - 20}" y="{_INSET + 16 * place}" fill="{colour}">{kind}</text>')
    write_atomic(path, ("\n".join(parts) + "\n</svg>\n").encode("utf-8"))
