"""Result files: one validated JSON a session, and the summary table without text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.core.canonical import canonical_json, make_private_dir, write_atomic, write_changed
from pipeline.core.errors import OutputError
from pipeline.core.records import SpeakerRole
from pipeline.core.results import AnnotatedSession, RuptureKind
from pipeline.core.tables import csv_bytes
from pipeline.ingest.companions import RESULT_SUFFIX, SUMMARY_NAME

SUMMARY_COLUMNS = (
    "transcript_id", "dyad_id", "session_no", "quality", "turns", "client_turns", "unknown_turns", "words", "moments", "withdrawal_moments",
    "confrontation_moments", "highest_p_withdrawal", "highest_p_confrontation", "warnings", "model_id", "result_file",
)  # fmt: skip


def result_name(transcript_id: str) -> str:
    """Return the file name of a session's result."""
    return f"{transcript_id}{RESULT_SUFFIX}"


def check_writable(folder: Path) -> None:
    """Make the output folder, or raise `OutputError` before any work is done for it."""
    try:
        make_private_dir(folder)
    except OSError as error:
        raise OutputError(
            "OUT-002", f"the output folder cannot be made: {os.strerror(error.errno or 0).lower()}", way_out="Check --out."
        ) from None
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise OutputError("OUT-002", "the output folder is not a folder that can be written to", way_out="Check --out.")


def write_session(session: AnnotatedSession, *, folder: Path) -> Path:
    """Write one session whole or not at all and return where it lies; the bytes depend on input, model and settings only."""
    path = folder / result_name(session.transcript.transcript_id)
    write_atomic(path, session_bytes(session))
    return path


def session_bytes(session: AnnotatedSession) -> bytes:
    """Return the bytes of a result file, after reading them back as a result."""
    content = canonical_json(session)
    AnnotatedSession.model_validate_json(content)
    return content


def summary_row(session: AnnotatedSession) -> dict[str, object]:
    """Return the row of one session for `summary.csv`: counts and scores, no word of anybody."""
    client = [turn for turn in session.turns if turn.p_rupture is not None]
    return {
        "transcript_id": session.transcript.transcript_id,
        "dyad_id": session.transcript.dyad_id or "",
        "session_no": session.transcript.session_no if session.transcript.session_no is not None else "",
        "quality": session.quality.verdict.value,
        "turns": len(session.turns),
        "client_turns": len(client),
        "unknown_turns": sum(turn.role is SpeakerRole.UNKNOWN for turn in session.turns),
        "words": session.quality.words,
        "moments": len(session.moments),
        "withdrawal_moments": sum(RuptureKind.WITHDRAWAL in moment.kinds for moment in session.moments),
        "confrontation_moments": sum(RuptureKind.CONFRONTATION in moment.kinds for moment in session.moments),
        "highest_p_withdrawal": round(max((turn.p_withdrawal or 0.0 for turn in client), default=0.0), 4),
        "highest_p_confrontation": round(max((turn.p_confrontation or 0.0 for turn in client), default=0.0), 4),
        "warnings": sum(issue.severity.value != "info" for issue in session.warnings),
        "model_id": session.provenance.model_id,
        "result_file": result_name(session.transcript.transcript_id),
    }


def write_summary(rows: Iterable[Mapping[str, object]], *, folder: Path) -> bool:
    """Write `summary.csv`, sorted by transcript id, every field safe to open in a spreadsheet; tell whether it changed."""
    ordered = sorted(rows, key=lambda row: str(row["transcript_id"]))
    return write_changed(folder / SUMMARY_NAME, csv_bytes(ordered, columns=SUMMARY_COLUMNS))
