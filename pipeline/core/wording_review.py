"""The sentences of the supervision brief, of ratings and of agreement: sections of the wording table."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from pipeline.core.records import Record
from pipeline.core.sentences import Counted, OfN, Plain, slots


class ReadingWording(Record):
    """Name what two people may make of a moment."""

    withdrawal: Plain
    confrontation: Plain
    both: Plain
    neither: Plain
    unsure: Plain


class FlaggedByWording(Record):
    """Say who pointed at a moment."""

    tool: Plain
    people: Plain
    both: Plain


class ChipWording(Record):
    """Name the ready answers; the keys are those of `pipeline.review.notes.Chip`."""

    felt_misunderstood: Plain
    felt_judged: Plain
    miscommunication: Plain
    hesitation: Plain
    boundary: Plain
    something_else: Plain
    we_do_not_know: Plain
    confusion: Plain
    frustration: Plain
    disengagement: Plain
    cannot_tell: Plain
    acknowledged: Plain
    worked_through: Plain
    picked_up_later: Plain
    not_acknowledged_yet: Plain
    disengaged_or_left: Plain
    not_known: Plain


class BriefWording(Record):
    """Hold the sentences of the one-page brief."""

    title: Plain
    client_code: Plain
    session: Plain
    month: Plain
    trainee: Plain
    prepared: Plain
    yes: Plain
    yes_or_no: Plain
    question: Plain
    moment: Annotated[str, AfterValidator(slots("n", "turns", "kinds", "by"))]
    turns: Annotated[str, AfterValidator(slots("first", "last"))]
    one_turn: Annotated[str, AfterValidator(slots("first"))]
    no_kind: Plain
    by: FlaggedByWording
    said: Plain
    said_left_out: Plain
    client: Plain
    therapist: Plain
    shows: Plain
    band: Annotated[str, AfterValidator(slots("band", "tested"))]
    tested: Annotated[str, AfterValidator(slots("tenths", "low", "high", "n"))]
    few_tested: Plain
    untested: Plain
    felt: Plain
    managed: Plain
    going_on: Plain
    next: Plain
    next_choices: Plain
    reading: Plain
    reading_choices: Plain
    readings: ReadingWording
    chips: ChipWording
    earlier: Plain
    earlier_one: Annotated[str, AfterValidator(slots("measure", "where"))]
    earlier_usual: Plain
    earlier_few: Plain
    try_next: Plain
    rehearsed: Plain
    helped: Plain
    no_moment: Plain
    moments_left_out: Counted
    limits: Plain
    model: Annotated[str, AfterValidator(slots("model", "hash"))]
    missed: Annotated[str, AfterValidator(slots("turns", "clear", "tenths"))]
    delete_by: Plain


class RatingsWording(Record):
    """Hold what `rupture ratings` says."""

    exported: Annotated[str, AfterValidator(slots("ratings", "sessions", "path"))]
    incomplete: Annotated[str, AfterValidator(slots("sessions"))]
    imported: Annotated[str, AfterValidator(slots("ratings", "folder"))]
    known: OfN
    near: OfN
    refused: Annotated[str, AfterValidator(slots("sessions", "problem"))]
    whole: Annotated[str, AfterValidator(slots("events", "erased"))]
    not_whole: Annotated[str, AfterValidator(slots("problem"))]
    ratings: Counted
    events: Counted
    sessions: Counted


class ConditionWording(Record):
    """Name the conditions under which ratings were given."""

    blind: Plain
    assisted: Plain
    unstated: Plain


class CoefficientWording(Record):
    """Name the rows of the table of agreement; the keys are those of the figures."""

    agreement: Plain
    kappa: Plain
    kappa_linear: Plain
    kappa_quadratic: Plain
    alpha_nominal: Plain
    alpha_ordinal: Plain
    alpha_interval: Plain
    ac1: Plain
    ac2_quadratic: Plain
    icc_a1: Plain
    given: Plain


class LeftOutWording(Record):
    """Say why ratings were not compared."""

    roles: OfN
    adjudicated: OfN
    unsure: OfN
    whole: OfN
    sessions: OfN


class AgreeWording(Record):
    """Hold what `rupture agree` says."""

    heading: Annotated[str, AfterValidator(slots("condition", "raters"))]
    conditions: ConditionWording
    rows: CoefficientWording
    scale: Plain
    clear: Plain
    codes: Plain
    n: Plain
    withdrawal: Plain
    confrontation: Plain
    either: Plain
    units: Annotated[str, AfterValidator(slots("units", "sessions", "level", "resampled"))]
    resampled_dyads: OfN
    resampled_sessions: OfN
    resampled_mixed: Annotated[str, AfterValidator(slots("dyads", "sessions"))]
    figure: Annotated[str, AfterValidator(slots("value", "low", "high"))]
    no_interval: Annotated[str, AfterValidator(slots("value"))]
    not_enough: Plain
    no_group: Plain
    unused_codes: Annotated[str, AfterValidator(slots("codes"))]
    note: Plain
    left_out: LeftOutWording
