"""The frozen records of a scored session: the shape of `<transcript_id>.rupture.json`, schema 1.0."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from pipeline.core.records import Index, IngestIssue, Mark, Probability, Quality, Record, Seconds, SpeakerRole

SCHEMA_VERSION = "1.0"


class RuptureKind(StrEnum):
    """Name the two ways in which a client moves: away from, or against, the therapist or the work."""

    WITHDRAWAL = "withdrawal"
    CONFRONTATION = "confrontation"


class Polarity(StrEnum):
    """Say in which scope a marker was found; only `asserted` ones count as evidence."""

    ASSERTED = "asserted"
    NEGATED = "negated"
    HYPOTHETICAL = "hypothetical"
    REPORTED = "reported"


class Verdict(StrEnum):
    """Say what the decision policy made of the scores of a segment."""

    PRESENT = "present"
    ABSENT = "absent"
    UNSURE = "unsure"


class MarkerHit(Record):
    """Point at the words that a marker rule found, with the reason in plain words.

    `turn`, `start` and `end` are the turn index and half-open code points of that turn's text.
    """

    rule_id: str
    code: str
    turn: Index
    start: Index
    end: Index
    polarity: Polarity
    reason: str


class CarriedBy(Record):
    """Name one part of the transcript that carried a flagged turn's score, found by leaving it out and scoring again.

    `turn`, `start` and `end` are a turn index and half-open code points; `share` is how much of the raw score is lost without
    these words (or, where the part is another turn, without that turn).
    """

    kind: RuptureKind
    turn: Index
    start: Index
    end: Index
    share: Probability


class Scores(Record):
    """Hold the likelihoods of one segment or turn; withdrawal and confrontation may both hold.

    `p_rupture` is the likelihood of either. `cut_tokens` counts tokens of the scored turns that did not fit the window.
    """

    p_withdrawal: Probability
    p_confrontation: Probability
    p_rupture: Probability
    calibrated: bool
    cut_tokens: Annotated[int, Field(ge=0)] = 0


class Decision(Record):
    """Hold what a stated policy made of the scores, apart from the scores themselves."""

    kind: RuptureKind
    verdict: Verdict
    band: str
    threshold: Probability
    policy: str


class ScoredTurn(Record):
    """Hold one turn with its scores; the three likelihoods are null on every turn that is not the client's.

    `text` is null when the result was written without text. `carried_by` is filled on flagged client turns only.
    """

    index: Index
    speaker: str
    role: SpeakerRole
    text: str | None
    start_s: Seconds | None = None
    end_s: Seconds | None = None
    source_line: Index | None = None
    marks: tuple[Mark, ...] = ()
    p_withdrawal: Probability | None = None
    p_confrontation: Probability | None = None
    p_rupture: Probability | None = None
    markers: tuple[MarkerHit, ...] = ()
    carried_by: tuple[CarriedBy, ...] = ()


class ScoredSegment(Record):
    """Hold one scored unit: turns `first_turn` to `end_turn` (half-open) cut by `policy`."""

    segment_id: str
    first_turn: Index
    end_turn: Index
    policy: str
    scores: Scores
    decisions: tuple[Decision, ...]


class Addressed(StrEnum):
    """Say what the transcript shows of the therapist's answer to a moment; never a verdict on the repair itself."""

    MOVES_SEEN = "repair moves seen"
    NO_MOVES_SEEN = "no repair moves seen"


class Moment(Record):
    """Hold a run of segments that belong together: what a supervision hour would talk about.

    Turns are half-open. `priority` 1 is the moment to look at first. `peak_turn` is the client turn with the highest score.
    `repair_moves` are the therapist's resolution markers after its first client turn and shortly after its end.
    """

    moment_id: str
    first_turn: Index
    end_turn: Index
    priority: Annotated[int, Field(ge=1)]
    kinds: tuple[RuptureKind, ...]
    band: str
    peak_turn: Index
    p_peak: Probability
    markers: tuple[MarkerHit, ...]
    repair_moves: tuple[MarkerHit, ...]
    addressed: Addressed
    reasons: tuple[str, ...]


class Measure(Record):
    """Hold one session-level measure of the exchange, with its unit and, where known, the client's own earlier values."""

    name: str
    value: float | None
    unit: str
    note: str = ""


class Provenance(Record):
    """Say what made this result, so that it can be made again."""

    pipeline_version: str
    model_id: str
    model_sha256: str
    config_sha256: str
    codebook_version: str
    key: str
    identifiers_allowed: bool
    text_included: bool


class TranscriptRef(Record):
    """Point at the transcript that was scored."""

    transcript_id: str
    dyad_id: str | None
    session_no: int | None
    source_format: str
    source_sha256: str
    text_sha256: str


class AnnotatedSession(Record):
    """Hold the whole result for one session: the record behind `<transcript_id>.rupture.json`."""

    schema_version: Literal["1.0"] = "1.0"
    purpose: Literal["reflection, not evaluation"] = "reflection, not evaluation"
    transcript: TranscriptRef
    quality: Quality
    turns: tuple[ScoredTurn, ...]
    segments: tuple[ScoredSegment, ...]
    moments: tuple[Moment, ...]
    measures: tuple[Measure, ...]
    warnings: tuple[IngestIssue, ...]
    provenance: Provenance
