"""Features and likelihoods of one session, joined into the record that is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from pipeline.annotate.decide import decide
from pipeline.annotate.moments import find_moments
from pipeline.annotate.segments import Cut, cut_segments, segment_id, segment_scores
from pipeline.classifier.manifest import ModelManifest
from pipeline.classifier.runtime import TurnScores
from pipeline.core.records import IngestIssue, QualityVerdict, Severity, SpeakerRole, Transcript
from pipeline.core.results import (
    AnnotatedSession,
    CarriedBy,
    MarkerHit,
    Provenance,
    RuptureKind,
    ScoredSegment,
    ScoredTurn,
    TranscriptRef,
    Verdict,
)
from pipeline.core.settings import ScoreSettings
from pipeline.features.stage import SessionFeatures

Explain = Callable[[int, RuptureKind], tuple[CarriedBy, ...]]


def assemble(
    transcript: Transcript,
    *,
    found: SessionFeatures,
    scores: TurnScores,
    manifest: ModelManifest,
    settings: ScoreSettings,
    provenance: Provenance,
    explain: Explain,
) -> AnnotatedSession:
    """Build the annotated session; likelihoods stay null on every turn that is not the client's.

    `explain` says what carried the score of a turn and kind; it is asked about the client turns of segments decided *present*.
    """
    w, c = [float(p) for p in scores.p_withdrawal], [float(p) for p in scores.p_confrontation]
    cut = cut_segments(transcript, settings=settings.segment)
    segments = _segments(transcript, cut, w=w, c=c, cut_tokens=[int(n) for n in scores.cut], manifest=manifest, settings=settings)
    carried = _carried(transcript, segments, explain=explain)
    turns = _turns(transcript, w=w, c=c, hits=found.hits, carried=carried, keep_text=settings.output.text)
    moments = find_moments(
        transcript, segments=segments, hits=found.hits, p_turns=[_peak(turn) for turn in turns], settings=settings.moments
    )
    return AnnotatedSession(
        transcript=TranscriptRef(**{name: getattr(transcript, name) for name in TranscriptRef.model_fields}),
        quality=transcript.quality,
        turns=turns,
        segments=segments,
        moments=moments.moments,
        measures=found.session_measures,
        warnings=(*transcript.issues, *_warnings(transcript, cut=cut, scores=scores, left_out=moments.left_out)),
        provenance=provenance,
    )


def _segments(
    transcript: Transcript,
    cut: Cut,
    *,
    w: list[float],
    c: list[float],
    cut_tokens: list[int],
    manifest: ModelManifest,
    settings: ScoreSettings,
) -> tuple[ScoredSegment, ...]:
    scored = [segment_scores(span, transcript.turns, w=w, c=c, cut_tokens=cut_tokens) for span in cut.spans]
    decisions = decide(scored, manifest=manifest, settings=settings.policy)
    return tuple(
        ScoredSegment(
            segment_id=segment_id(transcript, span, policy=cut.policy),
            first_turn=span.first_turn,
            end_turn=span.end_turn,
            policy=cut.policy,
            scores=one,
            decisions=decided,
        )
        for span, one, decided in zip(cut.spans, scored, decisions, strict=True)
    )


def _carried(transcript: Transcript, segments: Sequence[ScoredSegment], *, explain: Explain) -> dict[int, tuple[CarriedBy, ...]]:
    """Return what carried the scores, by turn: every client turn of a segment decided *present*, kind by kind."""
    carried: dict[int, tuple[CarriedBy, ...]] = defaultdict(tuple)
    for segment in segments:
        clients = [place for place in range(segment.first_turn, segment.end_turn) if transcript.turns[place].role is SpeakerRole.CLIENT]
        for decision in segment.decisions:
            if decision.verdict is Verdict.PRESENT:
                for place in clients:
                    carried[place] += explain(place, decision.kind)
    return carried


def _turns(
    transcript: Transcript,
    *,
    w: list[float],
    c: list[float],
    hits: Sequence[MarkerHit],
    carried: Mapping[int, tuple[CarriedBy, ...]],
    keep_text: bool,
) -> tuple[ScoredTurn, ...]:
    markers: dict[int, list[MarkerHit]] = defaultdict(list)
    for hit in hits:
        markers[hit.turn].append(hit)
    scored = []
    for turn in transcript.turns:
        p_w, p_c = (w[turn.index], c[turn.index]) if turn.role is SpeakerRole.CLIENT else (None, None)
        scored.append(
            ScoredTurn(
                **turn.model_dump(exclude={"text"}),
                text=turn.text if keep_text else None,
                p_withdrawal=p_w,
                p_confrontation=p_c,
                p_rupture=None if p_w is None or p_c is None else 1 - (1 - p_w) * (1 - p_c),
                markers=tuple(markers[turn.index]),
                carried_by=carried.get(turn.index, ()),
            )
        )
    return tuple(scored)


def _peak(turn: ScoredTurn) -> float | None:
    return None if turn.p_withdrawal is None or turn.p_confrontation is None else max(turn.p_withdrawal, turn.p_confrontation)


def _warnings(transcript: Transcript, *, cut: Cut, scores: TurnScores, left_out: int) -> tuple[IngestIssue, ...]:
    found = []
    unknown = sum(turn.role is SpeakerRole.UNKNOWN for turn in transcript.turns)
    if unknown:
        found.append(_warning("ANN-001", "turns of unknown role were read as context and not scored", unknown))
    if cut.fell_back:
        found.append(_warning("ANN-002", "the file has no times for every turn, so segments are exchanges", 1))
    if any(scores.cut):
        found.append(_warning("ANN-003", "turns were longer than the model reads; their middle was left out", int((scores.cut > 0).sum())))
    if left_out:
        found.append(_warning("ANN-004", "further possible moments lie beyond the review budget", left_out))
    if transcript.quality.verdict is not QualityVerdict.ACCEPT:
        found.append(_warning("ANN-005", f"the file may not be a session: {'; '.join(transcript.quality.reasons)}", 1))
    return tuple(found)


def _warning(code: str, message: str, count: int) -> IngestIssue:
    return IngestIssue(code=code, severity=Severity.WARNING, message=message, count=count)
