"""Moments: runs of flagged segments that belong together, what a supervision hour would talk about.

After the episode rule of the coding manual: flagged segments with at most `calm_turns` unflagged client turns between them are one
moment; a moment needs at least one segment decided *present*, *unsure* ones only widen it. At most the review budget's
moments are kept, those with the highest peaks, and they are told in session order with their priority.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.records import SpeakerRole, Transcript
from pipeline.core.results import Addressed, MarkerHit, Moment, Polarity, RuptureKind, ScoredSegment, Verdict
from pipeline.core.settings import MomentSettings


@dataclass(frozen=True, slots=True)
class Found:
    """Hold the moments that are offered and how many more the review budget left out."""

    moments: tuple[Moment, ...]
    left_out: int


def find_moments(
    transcript: Transcript,
    *,
    segments: Sequence[ScoredSegment],
    hits: Sequence[MarkerHit],
    p_turns: Sequence[float | None],
    settings: MomentSettings,
) -> Found:
    """Group flagged segments into moments within the review budget."""
    runs = _runs(transcript, segments, calm_turns=settings.calm_turns)
    peaks = [max(_segment_peak(segment) for segment in run) for run in runs]
    order = sorted(range(len(runs)), key=lambda place: (-peaks[place], place))
    kept = order[: _budget(transcript, settings)]
    priority = {place: rank for rank, place in enumerate(kept, 1)}
    moments = [
        _moment(transcript, runs[place], hits=hits, p_turns=p_turns, priority=priority[place], window=settings.repair_window)
        for place in sorted(kept)
    ]
    return Found(tuple(moments), len(runs) - len(kept))


def _runs(transcript: Transcript, segments: Sequence[ScoredSegment], *, calm_turns: int) -> list[list[ScoredSegment]]:
    runs: list[list[ScoredSegment]] = []
    calm = 0
    for segment in segments:
        if not _flagged(segment):
            calm += len(_client_turns(transcript, segment.first_turn, segment.end_turn))
            continue
        if runs and calm <= calm_turns:
            runs[-1].append(segment)
        else:
            runs.append([segment])
        calm = 0
    return [run for run in runs if any(_verdicts(segment, Verdict.PRESENT) for segment in run)]


def _client_turns(transcript: Transcript, first: int, end: int) -> list[int]:
    return [place for place in range(first, end) if transcript.turns[place].role is SpeakerRole.CLIENT]


def _flagged(segment: ScoredSegment) -> bool:
    return bool(_verdicts(segment, Verdict.PRESENT) or _verdicts(segment, Verdict.UNSURE))


def _verdicts(segment: ScoredSegment, verdict: Verdict) -> tuple[RuptureKind, ...]:
    return tuple(decision.kind for decision in segment.decisions if decision.verdict is verdict)


def _segment_peak(segment: ScoredSegment) -> float:
    return max(segment.scores.p_withdrawal, segment.scores.p_confrontation)


def _budget(transcript: Transcript, settings: MomentSettings) -> int:
    duration_s = transcript.quality.duration_s
    if not duration_s:
        return settings.per_session
    return max(1, min(settings.per_session, math.ceil(settings.per_hour * duration_s / 3600)))


def _moment(
    transcript: Transcript,
    run: Sequence[ScoredSegment],
    *,
    hits: Sequence[MarkerHit],
    p_turns: Sequence[float | None],
    priority: int,
    window: int,
) -> Moment:
    first, end = run[0].first_turn, run[-1].end_turn
    clients = _client_turns(transcript, first, end)
    peak = max(clients, key=lambda place: (p_turns[place] or 0.0, -place))
    kinds = tuple(kind for kind in RuptureKind if any(kind in _verdicts(segment, Verdict.PRESENT) for segment in run))
    resolution = set(codebook().of(CodeFamily.RESOLUTION))
    asserted = [hit for hit in hits if hit.polarity is Polarity.ASSERTED]
    markers = tuple(hit for hit in asserted if hit.turn in clients)
    repairs = tuple(hit for hit in asserted if hit.code in resolution and clients[0] < hit.turn < end + window)
    top = max(run, key=_segment_peak)
    return Moment(
        moment_id=f"m-{run[0].segment_id[2:]}",
        first_turn=first,
        end_turn=end,
        priority=priority,
        kinds=kinds,
        band=max(top.decisions, key=lambda decision: _kind_score(top, decision.kind)).band,
        peak_turn=peak,
        p_peak=p_turns[peak] or 0.0,
        markers=markers,
        repair_moves=repairs,
        addressed=Addressed.MOVES_SEEN if repairs else Addressed.NO_MOVES_SEEN,
        reasons=_reasons(markers),
    )


def _kind_score(segment: ScoredSegment, kind: RuptureKind) -> float:
    return segment.scores.p_withdrawal if kind is RuptureKind.WITHDRAWAL else segment.scores.p_confrontation


def _reasons(markers: Sequence[MarkerHit]) -> tuple[str, ...]:
    """Return each marker's reason once, in the order in which they occur."""
    told = tuple(dict.fromkeys(hit.reason for hit in markers))
    return told or ("no marker rule fired here; the score comes from the wording and the exchange as a whole",)
