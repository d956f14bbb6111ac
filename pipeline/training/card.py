"""The model card of a model folder, written from figures; it holds no word of a transcript."""

from __future__ import annotations

from typing import Any

from pipeline.training.metrics import told

_CARD = """---
license: apache-2.0
language: en
base_model: {base}
---
# {model_id}

Scores client turns of session transcripts for possible withdrawal and confrontation ruptures, 3RS-informed, for reflection
and supervision. It was fine-tuned on {train_sessions} sessions that language models wrote and rated with the project's coding
manual; it has seen no real session in training. It is not a diagnosis, not an assessment of a client or a therapist, and no measure of
outcome. No flag does not mean that nothing happened.

## How it did
{rows}

AP is average precision; its floor is the share of clear turns. A turn is clear when the raters' mean is 1.5 or more. The ratings of
the authored corpus were made by language models; no certified 3RS coder has seen them. Intervals are 95 %, from resampling sessions. Real
conversations, where named, were rated by language models too and used for choosing between settings, so their figures are optimistic.

## Where it fails
Figures of the corpus test split, each turn by itself against the thresholds below: `present` or not.

| clear turns with this code | flagged |
|---|---|
{codes}

| calm turns that look like a rupture | flagged |
|---|---|
{near}

On real sessions it misses more than this: a strain that runs through a session in small steps, complaints broken into fragments, dry
irony, and yielding that sounds like thanks.

## Decisions
Withdrawal: present from {w_present:.2f}, unsure from {w_unsure:.2f}, taking over {w_share:g} of the turns before.
Confrontation: present from {c_present:.2f}, unsure from {c_unsure:.2f}. All on calibrated likelihoods.

## Limits
One language (English), invented training sessions, text only: tone, pauses and faces are not seen. How flags differ between
ways of speaking (terse, dialect, second-language, neurodivergent) has not been measured yet.

## Licences
Base weights: all-MiniLM-L6-v2, Apache-2.0. Training sessions: CC BY 4.0, `data/corpus/`. This model: Apache-2.0.
"""


def model_card(
    *, model_id: str, base: str, train_sessions: int, metrics: dict[str, Any], failed: dict[str, str], withdrawal: Any, confrontation: Any
) -> str:
    """Return the card as Markdown; `metrics` maps a set of sessions to figures by kind, `failed` holds the rows of where it fails."""
    return _CARD.format(
        model_id=model_id,
        base=base,
        train_sessions=train_sessions,
        rows=_rows(metrics),
        **failed,
        w_present=withdrawal.present,
        w_unsure=withdrawal.unsure,
        w_share=withdrawal.accumulate,
        c_present=confrontation.present,
        c_unsure=confrontation.unsure,
    )


def _rows(metrics: dict[str, Any]) -> str:
    lines = ["| sessions | kind | client turns | clear | AUROC | AP |", "|---|---|---|---|---|---|"]
    for name, kinds in metrics.items():
        for kind, figures in kinds.items():
            ranking = f"{told(figures['auroc'])} | {told(figures['average_precision'])}"
            lines.append(f"| {name} | {kind} | {figures['turns']} | {figures['clear']} | {ranking} |")
    return "\n".join(lines)
