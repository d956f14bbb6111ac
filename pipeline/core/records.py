"""The frozen records of ingestion: turns, marks, transcripts and what was noticed while reading them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

ANON_TOKEN = "[ANON]"  # noqa: S105 - a word of the transcript, no secret
"""The one neutral form that every anonymisation placeholder becomes."""

Index = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
SafeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Record(BaseModel):
    """Describe one value that crosses a file, a socket or a process: frozen, closed, silent about its content."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SpeakerRole(StrEnum):
    """Name who is speaking; `unknown` is legal, visible and stays unscored."""

    CLIENT = "client"
    THERAPIST = "therapist"
    OTHER = "other"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """Rank an issue: `info` was done and is said, `warning` needs a look, `error` kept something from being scored."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class MarkKind(StrEnum):
    """Type an inline mark that normalisation keeps in the text because it carries meaning."""

    FILLER = "filler"
    PAUSE = "pause"
    LAUGH = "laugh"
    CRY = "cry"
    SIGH = "sigh"
    NONVERBAL = "nonverbal"
    OVERLAP = "overlap"
    CUT_OFF = "cut_off"
    UNINTELLIGIBLE = "unintelligible"
    AFFIRM = "affirm"
    NEGATE = "negate"
    BACKCHANNEL = "backchannel"
    ANON = "anon"


class Mark(Record):
    """Point at one inline mark of a turn; `start` and `end` are code points of `Turn.text`, half-open."""

    kind: MarkKind
    start: Index
    end: Index
    duration_s: Seconds | None = None


class Turn(Record):
    """Hold what one party says until the other speaks, normalised.

    `speaker` is a label that cannot name a person: a generic label of the file (`T`, `P1`, `SPEAKER_00`) or one that the
    reader made (`speaker_2`). `source_line` is the one-based line or row of the file where the turn begins.
    """

    index: Index
    speaker: str
    role: SpeakerRole
    text: str
    start_s: Seconds | None = None
    end_s: Seconds | None = None
    source_line: Index | None = None
    marks: tuple[Mark, ...] = ()


class IngestIssue(Record):
    """Say what was skipped, merged, changed or could not be told, with a count and no text."""

    code: str
    severity: Severity
    message: str
    place: str = ""
    count: Annotated[int, Field(ge=1)] = 1


class QualityVerdict(StrEnum):
    """Say whether a file looks like a session."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


class Quality(Record):
    """Describe a transcript as a session: counts, shares, and a verdict with its reasons."""

    verdict: QualityVerdict
    reasons: tuple[str, ...]
    turns: int
    words: int
    client_turns: int
    therapist_turns: int
    client_word_share: Probability | None
    median_client_words: float | None
    repeated_turn_share: Probability
    unintelligible_share: Probability
    duration_s: Seconds | None


class Transcript(Record):
    """Hold one normalised session.

    `dyad_id` names one client with one therapist, from the file or the caller, so that splits and comparisons can respect it.
    `text_sha256` covers roles and texts of all turns: ratings refer to it, and it changes when a word does.
    """

    transcript_id: str
    dyad_id: str | None = None
    session_no: int | None = None
    turns: tuple[Turn, ...]
    source_format: str
    source_sha256: str
    text_sha256: str
    issues: tuple[IngestIssue, ...] = ()
    quality: Quality

    @model_validator(mode="after")
    def _indices_count_up(self) -> Transcript:
        if any(turn.index != place for place, turn in enumerate(self.turns)):
            raise ValueError("turn indices must count up from 0")
        return self
