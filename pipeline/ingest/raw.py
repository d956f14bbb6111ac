"""What readers hand over: sessions as the file has them, before anything is tidied."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.records import IngestIssue, SpeakerRole


@dataclass(frozen=True, slots=True)
class RawUtterance:
    """Hold one piece of speech of the file.

    `speaker` is the file's own label, None where the file has none; `line` is the one-based line, row or list position where
    the piece begins; `declared_role` is set where the file states a role apart from the label. Times may still be nonsense.
    """

    speaker: str | None
    text: str
    start_s: float | None = None
    end_s: float | None = None
    line: int | None = None
    declared_role: SpeakerRole | None = None


@dataclass(frozen=True, slots=True)
class RawSession:
    """Hold the pieces of one session in the order of the file, with its own ids where it gives any.

    `place` says which session of the file this is, without quoting (`session 3`, `line 12`); empty when it is the only one.
    """

    utterances: tuple[RawUtterance, ...]
    place: str = ""
    session_id: str | None = None
    dyad_id: str | None = None
    session_no: int | None = None
    issues: tuple[IngestIssue, ...] = ()
