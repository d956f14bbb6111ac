"""`rupture models` and `rupture export`: what models there are, where they come from, and handing one out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import options
from pipeline.cli.console import count, one_line_errors, say, say_json

if TYPE_CHECKING:
    from pipeline.training.site.registry import ModelRow


def models(models: options.Models = None, json: options.Json = False) -> None:
    """List the models with where they come from, what they learnt from, their figures, and who promoted them when.

    Example: rupture models
    """
    with one_line_errors():
        from pipeline.core.paths import models_dir
        from pipeline.training.site.registry import list_models

        rows = list_models(models or models_dir())
    if json:
        say_json([_as_json(row) for row in rows])
        return
    for row in rows:
        _tell(row)


def export(
    model_id: Annotated[str, typer.Argument(help="Id of the model, as `rupture models` lists it.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="New folder to copy the model to.", show_default=False)],
    models: options.Models = None,
) -> None:
    """Copy a model for another machine; refused when it learnt from a forgotten dyad or gives too much away.

    Example: rupture export site-1a2b3c4d5e --out /media/stick/site-model
    """
    with one_line_errors():
        from pipeline.core.paths import models_dir
        from pipeline.training.site.registry import hand_out

        folder = hand_out(models or models_dir(), model_id, out=out)
        say(f"Copied to {folder}/. A model that learnt from people's words is to be kept as their words are.")


def _tell(row: ModelRow) -> None:
    lineage = row.manifest.lineage
    marks = [
        *(["current"] if row.is_current else []),
        *(["retrain needed"] if row.retrain_needed else []),
        *(["do not share"] if row.do_not_share else []),
    ]
    say(" ".join([row.manifest.model_id, *(f"({one})" for one in marks)]))
    say(f"  {row.sha256[:12]}, {f'{lineage.way.value} from {lineage.parent_id}' if lineage else 'no parent'}")
    if lineage:
        learnt = f"{count(sum(lineage.dyads.values()), 'session')} of {count(len(lineage.dyads), 'dyad')}"
        say(f"  learnt from {learnt}: " + ", ".join(f"{dyad[:8]} {number}" for dyad, number in lineage.dyads.items()))
    for name, kinds in row.manifest.metrics.items():
        figures = [f"{kind} {_figure(one['average_precision'])}" for kind, one in kinds.items() if "average_precision" in one]
        say(f"  average precision, {name}: {', '.join(figures)}")
    for step in row.promoted:
        say(f"  promoted by {step.by} at {step.at.isoformat()}{', for a stated reason: ' + step.reason if step.reason else ''}")


def _figure(value: Any) -> str:
    """Return a figure of a manifest, which older models write with its interval."""
    found = value.get("value") if isinstance(value, dict) else value
    return "not enough" if found is None else f"{found:.2f}"


def _as_json(row: ModelRow) -> dict[str, Any]:
    return {
        "model_id": row.manifest.model_id,
        "sha256": row.sha256,
        "current": row.is_current,
        "retrain_needed": row.retrain_needed,
        "do_not_share": row.do_not_share,
        "lineage": row.manifest.lineage.model_dump(mode="json") if row.manifest.lineage else None,
        "data": row.manifest.data_fingerprint,
        "metrics": row.manifest.metrics,
        "promoted": [step.model_dump(mode="json") for step in row.promoted],
    }
