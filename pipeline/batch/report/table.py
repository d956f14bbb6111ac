"""The two tables for statistics programs: one row a session, one row a moment; what each column holds is said here, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Generic, TypeVar

from pipeline.batch.report.collect import PlacedMoment, Session
from pipeline.core.records import IngestIssue, Severity
from pipeline.core.results import Addressed, MarkerHit, RuptureKind
from pipeline.core.tables import csv_bytes
from pipeline.core.wording import BandWording
from pipeline.features.compare import NOT_COMPARED, SUFFIX

MEASURES = {
    "client_talk_share": "client's share of the words of both, 0 to 1",
    "client_words_a_turn": "words a client turn, median",
    "client_bare_turns": "share of client turns with four words or fewer and no content, 0 to 1",
    "client_short_answers": "share of open questions answered in four words or fewer, 0 to 1",
    "client_emotion_words": "emotion words per 100 words of the client",
    "client_hedges": "hedges per 100 words of the client",
    "client_negations": "negations per 100 words of the client",
    "client_negations_at_therapist": "negations towards the therapist per 100 words of the client",
    "client_topic_distance": "distance of client turns from the turn before, 0 same topic to 1 unrelated",
    "client_latency": "seconds before the client replies, median",
    "withdrawal_markers": "client turns with a withdrawal marker, per 100 client turns",
    "confrontation_markers": "client turns with a confrontation marker, per 100 client turns",
    "shift_at_turn": "turn at which a lasting shift begins",
}
"""The measures of a session that have a column, with meaning and unit."""
LEVELS = tuple(BandWording.model_fields)
Row = TypeVar("Row")


class Kind(StrEnum):
    """Say what a statistics program should take a column for."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "0 or 1"
    ORDERED = "ordered text"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """Describe one column and how its value is read from what a row stands for; None is missing."""

    name: str
    kind: Kind
    meaning: str
    value: Callable[[Row], object]


@dataclass(frozen=True, slots=True)
class MomentRow:
    """Hold what a row of the second table stands for; `place` counts a session's moments from 1 in its order."""

    session: Session
    place: int
    placed: PlacedMoment


def sessions_csv(sessions: Sequence[Session]) -> bytes:
    """Return the table with one row a session, in the order of the page."""
    return _csv(sessions, SESSION_COLUMNS)


def moments_csv(sessions: Sequence[Session]) -> bytes:
    """Return the table with one row a moment; a session without one has no row here."""
    rows = [MomentRow(session, place, placed) for session in sessions for place, placed in enumerate(session.moments, 1)]
    return _csv(rows, MOMENT_COLUMNS)


def _csv(rows: Sequence[Row], columns: Sequence[Column[Row]]) -> bytes:
    filled = ({column.name: _plain(column.value(row)) for column in columns} for row in rows)
    return csv_bytes(filled, columns=[column.name for column in columns])


def _plain(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def _bands(session: Session, *, kind: RuptureKind) -> list[str]:
    if kind is RuptureKind.WITHDRAWAL:
        return [cell.withdrawal for cell in session.cells]
    return [cell.confrontation for cell in session.cells]


def _segments_in(session: Session, *, kind: RuptureKind, band: str) -> int:
    return _bands(session, kind=kind).count(band)


def _highest(session: Session, *, kind: RuptureKind) -> str | None:
    present = set(_bands(session, kind=kind))
    return next((level for level in reversed(LEVELS) if level in present), None)


def _moments_of(session: Session, *, kind: RuptureKind) -> int:
    return sum(kind in placed.moment.kinds for placed in session.moments)


def _measure(session: Session, *, name: str) -> float | None:
    return next((measure.value for measure in session.measures if measure.name == name), None)


def _warnings(session: Session) -> list[IngestIssue]:
    return [issue for issue in session.warnings if issue.severity is not Severity.INFO]


def _codes(hits: Sequence[MarkerHit]) -> str | None:
    return " ".join(dict.fromkeys(hit.code for hit in hits)) or None


def _band_columns(kind: RuptureKind) -> tuple[Column[Session], ...]:
    counts = (
        Column(f"{kind}_{band}", Kind.INTEGER, f"segments in the {kind} band `{band}`", partial(_segments_in, kind=kind, band=band))
        for band in LEVELS
    )
    highest = Column(
        f"{kind}_highest", Kind.ORDERED, f"highest {kind} band of the session: {' < '.join(LEVELS)}", partial(_highest, kind=kind)
    )
    return (*counts, highest)


def _measure_columns() -> tuple[Column[Session], ...]:
    own = (Column(name, Kind.NUMBER, meaning, partial(_measure, name=name)) for name, meaning in MEASURES.items())
    compared = (
        Column(
            f"{name}_against_earlier",
            Kind.NUMBER,
            f"share of the dyad's earlier sessions with a lower `{name}`, ties half, 0 to 1; missing with fewer than three earlier ones",
            partial(_measure, name=f"{name}{SUFFIX}"),
        )
        for name in MEASURES
        if name not in NOT_COMPARED
    )
    return (*own, *compared)


SESSION_COLUMNS: tuple[Column[Session], ...] = (
    Column("transcript_id", Kind.TEXT, "code of the session", lambda row: row.reference.transcript_id),
    Column("dyad_id", Kind.TEXT, "code of one client with one therapist", lambda row: row.reference.dyad_id or None),
    Column("session_no", Kind.INTEGER, "number of the session within its dyad", lambda row: row.reference.session_no),
    Column("quality", Kind.TEXT, "whether the file looks like a session: accept, review or reject", lambda row: row.quality.verdict.value),
    Column("turns", Kind.INTEGER, "turns", lambda row: row.quality.turns),
    Column("client_turns", Kind.INTEGER, "turns of the client", lambda row: row.quality.client_turns),
    Column("therapist_turns", Kind.INTEGER, "turns of the therapist", lambda row: row.quality.therapist_turns),
    Column("unknown_turns", Kind.INTEGER, "turns of unknown role, not scored", lambda row: row.unknown_turns),
    Column("words", Kind.INTEGER, "words of all turns", lambda row: row.quality.words),
    Column("duration_s", Kind.NUMBER, "length in seconds; missing where the file has no times", lambda row: row.quality.duration_s),
    Column("segment_policy", Kind.TEXT, "how the session was cut: exchange, turns:N or minutes:N", lambda row: row.policy or None),
    Column("segments", Kind.INTEGER, "scored segments", lambda row: len(row.cells)),
    Column("moments", Kind.INTEGER, "possible ruptures within the review budget", lambda row: len(row.moments)),
    Column("withdrawal_moments", Kind.INTEGER, "of these, with possible withdrawal", partial(_moments_of, kind=RuptureKind.WITHDRAWAL)),
    Column(
        "confrontation_moments",
        Kind.INTEGER,
        "of these, with possible confrontation; one moment may be both",
        partial(_moments_of, kind=RuptureKind.CONFRONTATION),
    ),
    *_band_columns(RuptureKind.WITHDRAWAL),
    *_band_columns(RuptureKind.CONFRONTATION),
    *_measure_columns(),
    Column("warnings", Kind.INTEGER, "warnings of reading and scoring", lambda row: len(_warnings(row))),
    Column(
        "warning_codes",
        Kind.TEXT,
        "their codes, separated by blanks",
        lambda row: " ".join(sorted({w.code for w in _warnings(row)})) or None,
    ),
    Column("identifiers_allowed", Kind.YES_NO, "1 where names or numbers may remain", lambda row: row.provenance.identifiers_allowed),
    Column("model_id", Kind.TEXT, "model that scored it", lambda row: row.provenance.model_id),
    Column("model_sha256", Kind.TEXT, "fingerprint of the model", lambda row: row.provenance.model_sha256),
    Column("config_sha256", Kind.TEXT, "fingerprint of the settings", lambda row: row.provenance.config_sha256),
    Column("pipeline_version", Kind.TEXT, "version of the program", lambda row: row.provenance.pipeline_version),
    Column("codebook_version", Kind.TEXT, "version of the codebook", lambda row: row.provenance.codebook_version),
    Column("text_sha256", Kind.TEXT, "hash of roles and texts, to which ratings are bound", lambda row: row.reference.text_sha256),
    Column("result_file", Kind.TEXT, "name of the result file", lambda row: row.result_file),
)
"""The columns of the first table, in order."""

MOMENT_COLUMNS: tuple[Column[MomentRow], ...] = (
    Column("transcript_id", Kind.TEXT, "code of the session", lambda row: row.session.reference.transcript_id),
    Column("dyad_id", Kind.TEXT, "code of one client with one therapist", lambda row: row.session.reference.dyad_id or None),
    Column("session_no", Kind.INTEGER, "number of the session within its dyad", lambda row: row.session.reference.session_no),
    Column("moment_id", Kind.TEXT, "code of the moment", lambda row: row.placed.moment.moment_id),
    Column("moment_no", Kind.INTEGER, "place in the order of the session, from 1; no rank", lambda row: row.place),
    Column("first_turn", Kind.INTEGER, "index of its first turn, from 0", lambda row: row.placed.moment.first_turn),
    Column("last_turn", Kind.INTEGER, "index of its last turn", lambda row: row.placed.moment.end_turn - 1),
    Column("start_s", Kind.NUMBER, "start in seconds; missing where the file has no times", lambda row: row.placed.start_s),
    Column("end_s", Kind.NUMBER, "end in seconds; missing where the file has no times", lambda row: row.placed.end_s),
    Column("withdrawal", Kind.YES_NO, "possible withdrawal", lambda row: RuptureKind.WITHDRAWAL in row.placed.moment.kinds),
    Column("confrontation", Kind.YES_NO, "possible confrontation", lambda row: RuptureKind.CONFRONTATION in row.placed.moment.kinds),
    Column("band", Kind.ORDERED, f"band of its highest segment: {' < '.join(LEVELS)}", lambda row: row.placed.moment.band),
    Column("peak_turn", Kind.INTEGER, "index of the client turn that stands out most", lambda row: row.placed.moment.peak_turn),
    Column("marker_codes", Kind.TEXT, "codes of its client markers, separated by blanks", lambda row: _codes(row.placed.moment.markers)),
    Column(
        "repair_moves_seen",
        Kind.YES_NO,
        "1 where a therapist turn in it or shortly after it carries a resolution marker; no verdict on a repair",
        lambda row: row.placed.moment.addressed is Addressed.MOVES_SEEN,
    ),
    Column("repair_codes", Kind.TEXT, "their codes, separated by blanks", lambda row: _codes(row.placed.moment.repair_moves)),
)
"""The columns of the second table, in order."""
