"""The scored sessions of a results folder, found by the hash of their text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline.core.errors import InputError
from pipeline.core.ids import text_sha256
from pipeline.core.ratings import SegmentRef
from pipeline.core.records import SpeakerRole, Turn
from pipeline.core.results import AnnotatedSession, ScoredSegment, TranscriptRef
from pipeline.ingest.companions import RESULT_SUFFIX


@dataclass(frozen=True, slots=True)
class ResultFile:
    """Hold where a scored session lies and which transcript it is of; the session itself is read when it is needed."""

    path: Path
    transcript: TranscriptRef


def find_results(folder: Path) -> tuple[ResultFile, ...]:
    """Return the results of a folder, by file name; files that are no result are left out."""
    return tuple(result for path in sorted(folder.glob(f"*{RESULT_SUFFIX}")) if (result := _result_file(path)) is not None)


def by_text(folder: Path) -> dict[str, ResultFile]:
    """Return the results of a folder by the hash of their text; of several with one text the first by name."""
    return {result.transcript.text_sha256: result for result in reversed(find_results(folder))}


def read_result(path: Path) -> AnnotatedSession:
    """Read one scored session; raises `InputError` when the file is none."""
    try:
        return AnnotatedSession.model_validate_json(path.read_bytes())
    except OSError:
        raise InputError("REV-030", "the result file was not found", way_out="Name a .rupture.json that `rupture score` wrote.") from None
    except ValidationError:
        raise InputError("REV-031", "the file is not a result of this version", way_out="Score the session again.") from None


def read_results(folder: Path) -> Iterator[AnnotatedSession]:
    """Yield the scored sessions of a folder, one for each text."""
    for result in sorted(by_text(folder).values(), key=lambda one: one.path):
        yield read_result(result.path)


def ref_of(session: AnnotatedSession, first_turn: int, end_turn: int) -> SegmentRef:
    """Return the reference to these turns (half-open), with the id of the scored segment that they are, if they are one."""
    known = next((one.segment_id for one in session.segments if (one.first_turn, one.end_turn) == (first_turn, end_turn)), None)
    return SegmentRef(
        text_sha256=session.transcript.text_sha256,
        segment_id=known,
        first_turn=first_turn,
        end_turn=end_turn,
        segment_text_sha256=turns_sha256(session, first_turn, end_turn),
    )


def ref_of_segment(session: AnnotatedSession, segment: ScoredSegment) -> SegmentRef:
    """Return the reference to a scored segment."""
    return ref_of(session, segment.first_turn, segment.end_turn)


def turns_sha256(session: AnnotatedSession, first_turn: int, end_turn: int) -> str | None:
    """Return the hash of roles and texts of these turns, made as a transcript's own; None in a result without text."""
    turns = session.turns[first_turn:end_turn]
    if any(turn.text is None for turn in turns):
        return None
    return text_sha256(Turn(index=turn.index, speaker=turn.speaker, role=turn.role, text=turn.text or "") for turn in turns)


def turns_of(session: AnnotatedSession, role: SpeakerRole) -> tuple[int, ...]:
    """Return the indices of one party's turns."""
    return tuple(turn.index for turn in session.turns if turn.role is role)


def _result_file(path: Path) -> ResultFile | None:
    try:
        return ResultFile(path, TranscriptRef.model_validate(json.loads(path.read_bytes())["transcript"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
