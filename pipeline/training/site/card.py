"""The model card of a retrained model, written from its comparison; it holds no word of a transcript."""

from __future__ import annotations

from pipeline.classifier.manifest import Lineage
from pipeline.training.site.comparison import Comparison
from pipeline.training.site.told import HEADINGS, finding_told, privacy_told, rows, way_told

_CARD = """---
language: en
base_model: {base}
---
# {model_id}

A site's own model, made from `{parent}` with the site's own ratings. {way} It scores client turns of session transcripts for possible
withdrawal and confrontation ruptures, 3RS-informed, for reflection and supervision. It is not a diagnosis, not an assessment of a client or
a therapist, and no measure of outcome. No flag does not mean that nothing happened.

It learnt from people's words. Treat its files as you treat transcripts.

## Beside the model that was current
Frozen sessions that neither model learnt from. Average precision: higher is better. Calibration error: lower is better. Intervals are 95 %,
from resampling dyads.

| {headings} |
|---|---|---|---|---|
{figures}

## Ratings
{findings}

## What it gives away
{privacy}
"""


def site_card(comparison: Comparison, *, lineage: Lineage | None, base: str) -> str:
    """Return the card as Markdown."""
    return _CARD.format(
        base=base,
        model_id=comparison.challenger_id,
        parent=lineage.parent_id if lineage else comparison.champion_id,
        way=way_told(comparison),
        headings=" | ".join(HEADINGS),
        figures="\n".join(f"| {' | '.join(row)} |" for row in rows(comparison)),
        findings="\n".join(f"- {finding_told(one)}" for one in comparison.findings) or "The checks of the ratings found nothing.",
        privacy=privacy_told(comparison.privacy),
    )
