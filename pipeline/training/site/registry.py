"""The models of a site: what there is and where it comes from, which one is current, and what must not leave."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from pipeline.classifier.manifest import MANIFEST, ModelManifest, read_manifest, verify_folder
from pipeline.core.canonical import TEMP_PREFIX, canonical_json, write_atomic
from pipeline.core.errors import ModelError, UsageError
from pipeline.core.ids import safe_id
from pipeline.core.paths import model_dir
from pipeline.core.pointer import SHIPPED, Pointer, Step, StepKind, move_pointer, read_pointer
from pipeline.core.records import Record, SafeId
from pipeline.training.site.comparison import read_comparison
from pipeline.training.site.gate import Criterion, judge_gate

MARKS = "marks.json"


class Marks(Record):
    """Hold the ids of models that learnt from a forgotten dyad, and of models that give too much away to be shared."""

    retrain_needed: tuple[SafeId, ...] = ()
    do_not_share: tuple[SafeId, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelRow:
    """Hold one model as it is listed; `promoted` are its promotions, oldest first."""

    manifest: ModelManifest
    sha256: str
    is_current: bool
    retrain_needed: bool
    do_not_share: bool
    promoted: tuple[Step, ...]


def list_models(models: Path) -> tuple[ModelRow, ...]:
    """Return the models of a folder, by id, the shipped one among them; a folder that holds no model is passed over."""
    ids = {path.parent.name for path in models.glob(f"*/{MANIFEST}") if not path.parent.name.startswith(TEMP_PREFIX)}
    ids = {model_id for model_id in ids if _is_model(models / model_id)} | {SHIPPED}
    pointer, marks = read_pointer(models), read_marks(models)
    return tuple(_row(model_id, models=models, pointer=pointer, marks=marks) for model_id in sorted(ids))


def _is_model(folder: Path) -> bool:
    """Tell whether a folder's manifest is a model's; the word vectors have one of their own."""
    try:
        ModelManifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return False
    return True


def _row(model_id: str, *, models: Path, pointer: Pointer, marks: Marks) -> ModelRow:
    manifest, sha256 = read_manifest(model_dir(model_id, models=models))
    return ModelRow(
        manifest=manifest,
        sha256=sha256,
        is_current=pointer.current_id == model_id,
        retrain_needed=model_id in marks.retrain_needed,
        do_not_share=model_id in marks.do_not_share,
        promoted=tuple(step for step in pointer.steps if step.kind is StepKind.PROMOTE and step.model_id == model_id),
    )


def read_marks(models: Path) -> Marks:
    """Read the marks of a models folder."""
    path = models / MARKS
    try:
        return Marks.model_validate_json(path.read_bytes()) if path.is_file() else Marks()
    except ValidationError:
        raise ModelError("MOD-013", "the marks of the models cannot be read", place=MARKS, way_out="Restore it from a backup.") from None


def mark(models: Path, *, retrain_needed: Sequence[str] = (), do_not_share: Sequence[str] = ()) -> Marks:
    """Add marks and return all; a mark is never taken off, a new model takes the place of a marked one."""
    old = read_marks(models)
    new = Marks(
        retrain_needed=tuple(sorted({*old.retrain_needed, *retrain_needed})),
        do_not_share=tuple(sorted({*old.do_not_share, *do_not_share})),
    )
    if new != old:
        write_atomic(models / MARKS, canonical_json(new))
    return new


def ancestry(models: Path, model_id: str) -> tuple[str, ...]:
    """Return a model's id and those of its parents, up to one without a lineage."""
    found: list[str] = []
    at: str | None = model_id
    while at is not None and at not in found:
        found.append(at)
        folder = model_dir(at, models=models)
        lineage = read_manifest(folder)[0].lineage if (folder / MANIFEST).is_file() else None
        at = lineage.parent_id if lineage else None
    return tuple(found)


def start_from(models: Path) -> str:
    """Return the model to learn on from: the current one, or its nearest parent that learnt from no forgotten dyad."""
    marked = set(read_marks(models).retrain_needed)
    for model_id in ancestry(models, read_pointer(models).current_id):
        if model_id not in marked and (model_dir(model_id, models=models) / MANIFEST).is_file():
            return model_id
    return SHIPPED


def promote(
    models: Path,
    model_id: str,
    *,
    by: str,
    now: datetime,
    reason: str | None = None,
    time_ratio: Callable[[Path, Path], float] | None = None,
) -> tuple[Criterion, ...]:
    """Make a model current if it passes the gate, or for a stated reason although it does not; return what the gate saw.

    Raises `ModelError` `MOD-014` when the gate refuses and no reason is given, and `MOD-015` when the model was compared with another
    one than the current. The pointer moves last and in one step, so that a killed promotion has not happened.
    """
    folder = _known(models, model_id)
    _, sha256 = verify_folder(folder)
    criteria: tuple[Criterion, ...] = ()
    if model_id != SHIPPED:
        comparison = read_comparison(folder)
        champion = read_pointer(models).current_id
        if comparison.champion_id != champion and reason is None:
            way_out = "Run `rupture retrain` again, or give a reason with --force."
            raise ModelError("MOD-015", "the model was compared with another one than the current", place=champion, way_out=way_out)
        slower = time_ratio(model_dir(champion, models=models), folder) if time_ratio else None
        criteria = judge_gate(comparison, slower=slower)
    failed = [one.name for one in criteria if not one.met]
    if (failed or model_id in read_marks(models).retrain_needed) and reason is None:
        place = "; ".join(failed) or "it learnt from a dyad that was forgotten"
        raise ModelError("MOD-014", "the gate refuses the model", place=place, way_out="Give a reason with --force to overrule it.")
    move_pointer(models, _step(kind=StepKind.PROMOTE, model_id=model_id, manifest_sha256=sha256, by=by, at=now, reason=reason))
    return criteria


def _known(models: Path, model_id: str) -> Path:
    """Return the folder of a model that is listed; a path is no id."""
    folder = model_dir(model_id, models=models)
    if safe_id(model_id) != model_id or not _is_model(folder):
        raise ModelError("MOD-001", "no model has this id", way_out="`rupture models` lists them.")
    return folder


def _step(*, kind: StepKind, model_id: str, manifest_sha256: str, by: str, at: datetime, reason: str | None = None) -> Step:
    try:
        return Step(kind=kind, model_id=model_id, manifest_sha256=manifest_sha256, by=by, at=at, reason=reason)
    except ValidationError:
        way_out = "Name a role without spaces, such as supervisor, and give a reason of at most 300 characters."
        raise UsageError("MOD-021", "who decides, or the reason, is not in a form that can be kept", way_out=way_out) from None


def roll_back(models: Path, *, by: str, now: datetime) -> str:
    """Go back to the model that was current before the last promotion, after checking its bytes; return its id."""
    standing = read_pointer(models).standing()
    if not standing:
        raise UsageError("MOD-016", "the shipped model is current, there is nothing to go back to")
    before = standing[-2] if len(standing) > 1 else None
    target = before.model_id if before else SHIPPED
    _, sha256 = verify_folder(model_dir(target, models=models))
    if before and sha256 != before.manifest_sha256:
        raise ModelError("MOD-017", "the earlier model differs from what was promoted", place=target, way_out="Restore its folder.")
    move_pointer(models, _step(kind=StepKind.ROLLBACK, model_id=target, manifest_sha256=sha256, by=by, at=now))
    return target


def hand_out(models: Path, model_id: str, *, out: Path) -> Path:
    """Copy a model for use elsewhere; refuses one that learnt from a forgotten dyad or gives too much away."""
    marks = read_marks(models)
    if model_id in marks.retrain_needed:
        raise ModelError("MOD-018", "the model learnt from a dyad that was forgotten", place=model_id, way_out="Run `rupture retrain`.")
    if model_id in marks.do_not_share:
        raise ModelError("MOD-019", "the model gives away too much of what it learnt from", place=model_id, way_out="Keep it here.")
    folder = _known(models, model_id)
    verify_folder(folder)
    if out.exists():
        raise UsageError("MOD-020", "the target exists already", way_out="Name a new folder with --out.")
    temporary = out.with_name(f"{TEMP_PREFIX}{out.name}")
    shutil.rmtree(temporary, ignore_errors=True)
    shutil.copytree(folder, temporary)
    temporary.rename(out)
    return out
