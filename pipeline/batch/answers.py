"""What a worker's answer means for its task, and the same back again for an answer that travels on."""

from __future__ import annotations

from typing import Any

from pipeline.batch.codes import BatchCode
from pipeline.batch.frames import Frame
from pipeline.batch.tasks import Outcome, OutcomeKind
from pipeline.core.errors import InputError, ModelError, OutputError, PipelineError, RunError, UsageError

STOPPING = "stopped"
"""The kind of an answer that no other task would get around: it ends the run."""

_FAMILIES = {family.__name__: family for family in (ModelError, OutputError, RunError, UsageError)}


def outcome_of(answer: Frame, *, seconds: float) -> Outcome:
    """Return what an answer says of its task."""
    head: dict[str, Any] = answer.head
    match head["kind"]:
        case OutcomeKind.OPENED:
            return Outcome(OutcomeKind.OPENED, seconds, transcript_ids=tuple(head["ids"]))
        case OutcomeKind.SCORED:
            return Outcome(OutcomeKind.SCORED, seconds, content=answer.body, summary=head["summary"])
        case OutcomeKind.REFUSED | OutcomeKind.FAILED as kind:
            error = InputError(head["code"], head["problem"], place=head["place"], way_out=head["way_out"])
            return Outcome(OutcomeKind(kind), seconds, error=error)
        case _:
            return Outcome(OutcomeKind.FAILED, seconds, error=BatchCode.BROKE.error(place=head["place"]))


def answer_of(outcome: Outcome) -> Frame:
    """Return the answer that says of a task what `outcome` says, its time apart."""
    head: dict[str, Any] = {"kind": outcome.kind.value}
    if outcome.error is not None:
        head |= told(outcome.error)
    elif outcome.kind is OutcomeKind.OPENED:
        head["ids"] = list(outcome.transcript_ids)
    else:
        head["summary"] = outcome.summary
    return Frame(head, outcome.content)


def stopping(error: PipelineError) -> Frame:
    """Return the answer that ends the run with an error."""
    return Frame({"kind": STOPPING, "family": type(error).__name__, **told(error)})


def stopping_error(answer: Frame) -> PipelineError:
    """Return the error with which an answer ends the run."""
    head = answer.head
    return _FAMILIES.get(head["family"], RunError)(head["code"], head["problem"], place=head["place"], way_out=head["way_out"])


def told(error: PipelineError) -> dict[str, str]:
    """Return the parts of an error that a message carries."""
    return {"code": error.code, "problem": error.problem, "place": error.place, "way_out": error.way_out}
