"""Which model is current: one small file, replaced whole, that keeps every step that led there."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, Field, ValidationError

from pipeline.core.canonical import canonical_json, write_atomic
from pipeline.core.errors import ModelError
from pipeline.core.records import Record, SafeId, Sha256

POINTER = "current.json"
SHIPPED = "default"
"""The id of the model that comes with the program; it is current until another is promoted."""


class StepKind(StrEnum):
    """Name what moves the pointer: `promote` to a new model, `rollback` to the one before it."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"


class Step(Record):
    """Hold one move: to which model, by whom (a role, never a name) and when; `reason` is there when the gate was overruled."""

    kind: StepKind
    model_id: SafeId
    manifest_sha256: Sha256
    by: SafeId
    at: AwareDatetime
    reason: Annotated[str, Field(min_length=1, max_length=300)] | None = None


class Pointer(Record):
    """Hold all steps, oldest first; the current model follows from them."""

    steps: tuple[Step, ...] = ()

    def standing(self) -> tuple[Step, ...]:
        """Return the promotions that no rollback took back; the last one names the current model, none means the shipped one."""
        kept: list[Step] = []
        for step in self.steps:
            if step.kind is StepKind.PROMOTE:
                kept.append(step)
            elif kept:
                kept.pop()
        return tuple(kept)

    @property
    def current_id(self) -> str:
        """Return the id of the current model."""
        standing = self.standing()
        return standing[-1].model_id if standing else SHIPPED


def read_pointer(models: Path) -> Pointer:
    """Read the pointer of a models folder, empty where nothing was promoted; raises `ModelError` when it cannot be read."""
    path = models / POINTER
    if not path.is_file():
        return Pointer()
    try:
        return Pointer.model_validate_json(path.read_bytes())
    except ValidationError:
        raise ModelError("MOD-010", "the file that names the current model cannot be read", place=POINTER, way_out=_RESTORE) from None


_RESTORE = f"Restore {POINTER} from a backup, or remove it to go back to the shipped model."


def move_pointer(models: Path, step: Step) -> Pointer:
    """Append a step and replace the pointer in one move: a reader sees the old model or the new one."""
    pointer = Pointer(steps=(*read_pointer(models).steps, step))
    write_atomic(models / POINTER, canonical_json(pointer))
    return pointer
