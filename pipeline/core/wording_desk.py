"""The sentences of the review page's other work: rating blind, resolving, the brief and scoring a transcript."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from pipeline.core.records import Record
from pipeline.core.sentences import Counted, Plain, slots


class FamilyWording(Record):
    """Name the families of codes."""

    withdrawal: Plain
    confrontation: Plain
    resolution: Plain
    contribution: Plain


class LabelWording(Record):
    """Say what a blind rater is asked."""

    heading: Plain
    who: Plain
    begin: Plain
    rating: Plain
    withdrawal: Plain
    confrontation: Plain
    none: Plain
    possible: Plain
    clear: Plain
    strong: Plain
    unsure: Plain
    confidence: Plain
    low: Plain
    middling: Plain
    high: Plain
    save: Plain
    skip: Plain
    rated: Counted
    nothing_left: Plain
    fell_back: Plain
    families: FamilyWording


class ResolveWording(Record):
    """Say what two ratings side by side are for."""

    open: Plain
    count: Annotated[str, AfterValidator(slots("n", "differ"))]
    filter: Plain
    reviewer: Plain
    differ: Plain
    open_ones: Plain
    agreement: Plain
    nothing: Plain
    decided: Plain
    context: Plain
    decide: Plain
    neither: Plain
    values: Annotated[str, AfterValidator(slots("w", "c"))]
    counting: Plain


class BriefPageWording(Record):
    """Name what the page of the brief asks for."""

    heading: Plain
    about: Plain
    client_code: Plain
    month: Plain
    delete_by: Plain
    paper: Plain
    identifiers: Plain
    update: Plain
    print: Plain
    save: Plain
    saved: Annotated[str, AfterValidator(slots("name"))]


class ScoringWording(Record):
    """Say how a transcript is scored from the page."""

    heading: Plain
    about: Plain
    file: Plain
    roles: Plain
    dyad: Plain
    identifiers: Plain
    start: Plain
    running: Plain
    done: Plain
    not_scored: Annotated[str, AfterValidator(slots("why"))]
    too_large: Plain
