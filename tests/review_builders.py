"""Builders for reviews: scored sessions, drafts and notes; the words in them are made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.annotate.segments import cut_segments, segment_id
from pipeline.annotate.write import write_session
from pipeline.core.ratings import Judgement
from pipeline.core.records import SpeakerRole
from pipeline.core.results import (
    Addressed,
    AnnotatedSession,
    Decision,
    Measure,
    Moment,
    Provenance,
    RuptureKind,
    ScoredSegment,
    ScoredTurn,
    TranscriptRef,
    Verdict,
)
from pipeline.core.settings import SegmentSettings
from pipeline.review.events import DECISIONS, Action, Draft
from pipeline.review.results import ref_of
from tests.builders import hit, scores, transcript

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def later(minutes: int) -> datetime:
    """Return a time some minutes after NOW."""
    return NOW + timedelta(minutes=minutes)


def scored(
    script: str | Sequence[str] = "TCTCTCTC",
    *,
    transcript_id: str = "s1",
    dyad_id: str | None = None,
    session_no: int | None = None,
    w: Mapping[int, float] | None = None,
    moments: Sequence[Moment] = (),
    measures: Sequence[Measure] = (),
    text: bool = True,
    segment: SegmentSettings | None = None,
) -> AnnotatedSession:
    """Build a scored session from role letters or lines; `w` gives withdrawal likelihoods by client turn."""
    source = transcript(script, transcript_id=transcript_id)
    cut = cut_segments(source, settings=segment or SegmentSettings())
    high = dict(w or {})
    segments = []
    for span in cut.spans:
        p = max(high.get(turn, 0.05) for turn in range(span.first_turn, span.end_turn))
        verdict = Verdict.PRESENT if p >= 0.5 else Verdict.ABSENT
        decisions = tuple(Decision(kind=kind, verdict=verdict, band="calm", threshold=0.5, policy="test") for kind in RuptureKind)
        name = segment_id(source, span, policy=cut.policy)
        own = {"segment_id": name, "first_turn": span.first_turn, "end_turn": span.end_turn, "policy": cut.policy}
        segments.append(ScoredSegment(**own, scores=scores(p, 0.05), decisions=decisions))
    turns = [
        ScoredTurn(
            **turn.model_dump(exclude={"text"}),
            text=turn.text if text else None,
            p_withdrawal=high.get(turn.index, 0.05) if turn.role is SpeakerRole.CLIENT else None,
            p_confrontation=0.05 if turn.role is SpeakerRole.CLIENT else None,
            p_rupture=high.get(turn.index, 0.05) if turn.role is SpeakerRole.CLIENT else None,
        )
        for turn in source.turns
    ]
    reference = {name: getattr(source, name) for name in TranscriptRef.model_fields}
    return AnnotatedSession(
        transcript=TranscriptRef(**(reference | {"dyad_id": dyad_id, "session_no": session_no})),
        quality=source.quality,
        turns=tuple(turns),
        segments=tuple(segments),
        moments=tuple(moments),
        measures=tuple(measures),
        warnings=(),
        provenance=provenance(text=text),
    )


def provenance(*, text: bool = True, model_sha256: str = "1" * 64) -> Provenance:
    """Build a provenance block."""
    return Provenance(
        pipeline_version="0",
        model_id="tiny",
        model_sha256=model_sha256,
        config_sha256="2" * 64,
        codebook_version="2",
        key="3" * 64,
        identifiers_allowed=False,
        text_included=text,
    )


def moment(first: int, end: int, *, priority: int = 1, peak: int | None = None, kinds: Sequence[RuptureKind] = ()) -> Moment:
    """Build a moment whose peak is its last turn, unless another is named."""
    return Moment(
        moment_id=f"m-{first:016d}",
        first_turn=first,
        end_turn=end,
        priority=priority,
        kinds=tuple(kinds) or (RuptureKind.WITHDRAWAL,),
        band="marked",
        peak_turn=end - 1 if peak is None else peak,
        p_peak=0.8,
        markers=(hit(end - 1),),
        repair_moves=(),
        addressed=Addressed.NO_MOVES_SEEN,
        reasons=("reason for WD-MIN",),
    )


def draft(
    session: AnnotatedSession,
    first: int = 0,
    end: int = 2,
    *,
    action: Action = Action.RELABEL,
    reviewer: str = "rater_a",
    w: int = 2,
    c: int = 0,
    codes: Sequence[str] = (),
    **more: object,
) -> Draft:
    """Build a draft about turns of a session; values are left out where the action takes none."""
    judgement = Judgement(w=w, c=c, codes=tuple(codes)) if action in DECISIONS else Judgement()
    fields = {"guideline_version": "2", "judgement": judgement} | more
    return Draft(action=action, reviewer_role_id=reviewer, ref=ref_of(session, first, end), **fields)


def folder_with(folder: Path, *sessions: AnnotatedSession) -> Path:
    """Write sessions as results into a folder and return it."""
    folder.mkdir(exist_ok=True)
    for session in sessions:
        write_session(session, folder=folder)
    return folder
