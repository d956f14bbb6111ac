"""One raw session to one `Transcript`: tidied, with roles, merged, marked, checked and described."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.ids import safe_id, text_sha256
from pipeline.core.records import IngestIssue, QualityVerdict, SpeakerRole, Transcript, Turn
from pipeline.ingest.cast import Cast, cast_of, described
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.identifiers import check_identifiers
from pipeline.ingest.labels import without_turn_numbers
from pipeline.ingest.marks import mark
from pipeline.ingest.merge import merged
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.quality import assess
from pipeline.ingest.raw import RawSession, RawUtterance
from pipeline.ingest.tidy import tidied


@dataclass(frozen=True, slots=True)
class Origin:
    """Say where a session comes from: the format, the hash of the bytes, and the id to use where the file gives none."""

    source_format: str
    source_sha256: str
    fallback_id: str
    issues: tuple[IngestIssue, ...] = ()


def assemble(raw: RawSession, origin: Origin, options: ReadOptions) -> Transcript:
    """Return the transcript of one session; raise `InputError` when it cannot be scored by anyone."""
    _check_size(raw, options)
    utterances, tidy_issues = tidied(raw.utterances)
    utterances, numbers = without_turn_numbers(utterances)
    cast = cast_of(utterances, options.roles)
    _check_cast(utterances, cast, raw.place)
    pieces, joined = merged(utterances)
    turns = _turns(pieces, cast, raw.place, options)
    quality = assess(turns)
    issues = (
        *origin.issues,
        *raw.issues,
        *tidy_issues,
        *([IngestCode.TURN_NUMBERS.issue(count=numbers)] if numbers else []),
        *([IngestCode.TURNS_MERGED.issue(count=joined)] if joined else []),
        *_role_issues(cast),
        *check_identifiers(turns, options, place=raw.place),
        *([IngestCode.QUALITY.issue(detail="; ".join(quality.reasons))] if quality.verdict is not QualityVerdict.ACCEPT else []),
    )
    return Transcript(
        transcript_id=(safe_id(raw.session_id) if raw.session_id else None) or origin.fallback_id,
        dyad_id=(safe_id(raw.dyad_id) if raw.dyad_id else None) or options.dyad_id,
        session_no=raw.session_no if raw.session_no is not None else options.session_no,
        turns=turns,
        source_format=origin.source_format,
        source_sha256=origin.source_sha256,
        text_sha256=text_sha256(turns),
        issues=issues,
        quality=quality,
    )


def _check_size(raw: RawSession, options: ReadOptions) -> None:
    lengths = [len(utterance.text) for utterance in raw.utterances]
    if len(lengths) > options.max_turns:
        raise IngestCode.TOO_MANY_TURNS.error(place=raw.place, detail=f"more than {options.max_turns}")
    if sum(lengths) > options.max_session_chars or max(lengths, default=0) > options.max_turn_chars:
        raise IngestCode.TOO_LONG.error(place=raw.place)
    if any(len(utterance.speaker or "") > options.max_label_chars for utterance in raw.utterances):
        raise IngestCode.TOO_LONG.error(place=raw.place, detail="a speaker label")


def _check_cast(utterances: Sequence[RawUtterance], cast: Cast, place: str) -> None:
    if not utterances:
        raise IngestCode.NO_SPEECH.error(place=place)
    if all(speaker.label is None for speaker in cast.speakers):
        raise IngestCode.NO_SPEAKERS.error(place=place)
    if len(cast.speakers) == 1:
        raise IngestCode.ONE_SPEAKER.error(place=place)
    if not cast.has_client():
        raise IngestCode.NO_CLIENT.error(place=place, detail=described(cast.speakers))


def _turns(pieces: Sequence[RawUtterance], cast: Cast, place: str, options: ReadOptions) -> tuple[Turn, ...]:
    if max(len(piece.text) for piece in pieces) > options.max_turn_chars:
        raise IngestCode.TOO_LONG.error(place=place)
    speakers = cast.by_label()
    return tuple(_turn(index, piece, speakers[piece.speaker].name, speakers[piece.speaker].role) for index, piece in enumerate(pieces))


def _turn(index: int, piece: RawUtterance, speaker: str, role: SpeakerRole) -> Turn:
    marked = mark(piece.text)
    return Turn(
        index=index,
        speaker=speaker,
        role=role,
        text=marked.text,
        start_s=piece.start_s,
        end_s=piece.end_s,
        source_line=piece.line,
        marks=marked.marks,
    )


def _role_issues(cast: Cast) -> list[IngestIssue]:
    unknown = cast.unknown()
    issues = []
    if unknown:
        issues.append(IngestCode.ROLES_UNKNOWN.issue(count=len(unknown), detail=f"{described(unknown)}. {IngestCode.NO_CLIENT.way_out}"))
    if cast.unused_entries:
        issues.append(IngestCode.ROLE_MAP_UNUSED.issue(count=cast.unused_entries))
    return issues
