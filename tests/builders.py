"""Small builders of records for tests; the words in them are made up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.classifier.manifest import Band, KindPolicy, ModelManifest
from pipeline.classifier.packing import WindowPolicy
from pipeline.classifier.targets import output_names
from pipeline.core.ids import text_sha256
from pipeline.core.records import IngestIssue, Quality, QualityVerdict, SpeakerRole, Transcript, Turn
from pipeline.core.results import (
    Addressed,
    AnnotatedSession,
    Decision,
    MarkerHit,
    Measure,
    Moment,
    Polarity,
    Provenance,
    RuptureKind,
    ScoredSegment,
    ScoredTurn,
    Scores,
    TranscriptRef,
    Verdict,
)

ROLES = {"C": SpeakerRole.CLIENT, "T": SpeakerRole.THERAPIST, "O": SpeakerRole.OTHER, "?": SpeakerRole.UNKNOWN}


def turns(script: str | Sequence[str], *, seconds_each: float | None = None) -> tuple[Turn, ...]:
    """Build turns from role letters (`"TCTC"`) or lines (`["T: Hello.", "C: Hi."]`)."""
    lines = [f"{letter}: word {place}" for place, letter in enumerate(script)] if isinstance(script, str) else script
    built = []
    for place, line in enumerate(lines):
        letter, text = line.split(": ", 1)
        start = None if seconds_each is None else place * seconds_each
        end = None if start is None or seconds_each is None else start + seconds_each
        built.append(Turn(index=place, speaker=letter, role=ROLES[letter], text=text, start_s=start, end_s=end))
    return tuple(built)


def quality(*, duration_s: float | None = None, verdict: QualityVerdict = QualityVerdict.ACCEPT) -> Quality:
    """Build a quality block."""
    return Quality(
        verdict=verdict,
        reasons=() if verdict is QualityVerdict.ACCEPT else ("few turns",),
        turns=4,
        words=8,
        client_turns=2,
        therapist_turns=2,
        client_word_share=0.5,
        median_client_words=2.0,
        repeated_turn_share=0.0,
        unintelligible_share=0.0,
        duration_s=duration_s,
    )


def transcript(script: str | Sequence[str], *, seconds_each: float | None = None, transcript_id: str = "s1") -> Transcript:
    """Build a transcript from role letters or lines."""
    built = turns(script, seconds_each=seconds_each)
    duration_s = None if seconds_each is None else seconds_each * len(built)
    return Transcript(
        transcript_id=transcript_id,
        turns=built,
        source_format="test",
        source_sha256="0" * 64,
        text_sha256=text_sha256(built),
        quality=quality(duration_s=duration_s),
    )


def kind_policy(*, present: float = 0.5, unsure: float = 0.3, accumulate: float = 0.0) -> KindPolicy:
    """Build a policy whose calibration leaves scores as they are."""
    bands = (Band(name="calm", floor=0.0, ceiling=0.3, turns=80, clear=1), Band(name="marked", floor=0.3, ceiling=1.0, turns=20, clear=9))
    return KindPolicy(knots=((0.0, 0.0), (1.0, 1.0)), present=present, unsure=unsure, accumulate=accumulate, bands=bands)


def manifest(*, withdrawal: KindPolicy | None = None, confrontation: KindPolicy | None = None) -> ModelManifest:
    """Build a manifest without files."""
    return ModelManifest(
        model_id="tiny",
        base="tiny",
        base_sha256="0" * 64,
        license="Apache-2.0",
        codebook_version="2",
        window=WindowPolicy(),
        outputs=output_names(),
        features=(),
        withdrawal=withdrawal or kind_policy(),
        confrontation=confrontation or kind_policy(),
        metrics={},
        data_fingerprint={},
        files={},
    )


def scores(w: float = 0.0, c: float = 0.0) -> Scores:
    """Build scores of one segment."""
    return Scores(p_withdrawal=w, p_confrontation=c, p_rupture=1 - (1 - w) * (1 - c), calibrated=True)


def segment(first: int, verdict: Verdict, *, w: float = 0.0, kind: RuptureKind = RuptureKind.WITHDRAWAL) -> ScoredSegment:
    """Build an exchange of two turns with one decision."""
    decision = Decision(kind=kind, verdict=verdict, band="marked", threshold=0.5, policy="test")
    return ScoredSegment(
        segment_id=f"s-{first:016d}", first_turn=first, end_turn=first + 2, policy="exchange", scores=scores(w), decisions=(decision,)
    )


def hit(turn: int, code: str = "WD-MIN", *, polarity: Polarity = Polarity.ASSERTED) -> MarkerHit:
    """Build a marker hit on the first characters of a turn."""
    return MarkerHit(rule_id=f"test.{code.lower()}", code=code, turn=turn, start=0, end=4, polarity=polarity, reason=f"reason for {code}")


def moment(first: int = 0, end: int = 2, *, kinds: Sequence[RuptureKind] = (RuptureKind.WITHDRAWAL,), codes: Sequence[str] = ()) -> Moment:
    """Build a moment in the highest band, with a hit on its last turn for each code and no repair move."""
    return Moment(
        moment_id=f"m-{first}",
        first_turn=first,
        end_turn=end,
        priority=1,
        kinds=tuple(kinds),
        band="marked",
        peak_turn=end - 1,
        p_peak=0.8765,
        markers=tuple(hit(end - 1, code) for code in codes),
        repair_moves=(),
        addressed=Addressed.NO_MOVES_SEEN,
        reasons=("a reason",),
    )


def annotated(
    transcript_id: str = "s1",
    *,
    bands: Sequence[tuple[str, str]] = (("calm", "calm"),),
    dyad_id: str | None = None,
    session_no: int | None = None,
    moments: Sequence[Moment] = (),
    measures: Sequence[Measure] = (),
    warnings: Sequence[IngestIssue] = (),
    model_sha256: str = "a" * 64,
    text: str = "words",
    seconds_each: float | None = None,
) -> AnnotatedSession:
    """Build a scored session of exchanges, each with its withdrawal and confrontation band."""
    script = turns(["T: " + text, "C: " + text] * len(bands), seconds_each=seconds_each)
    return AnnotatedSession(
        transcript=TranscriptRef(
            transcript_id=transcript_id,
            dyad_id=dyad_id,
            session_no=session_no,
            source_format="test",
            source_sha256="0" * 64,
            text_sha256="1" * 64,
        ),
        quality=quality(),
        turns=tuple(ScoredTurn(**turn.model_dump()) for turn in script),
        segments=tuple(_exchange(place, pair) for place, pair in enumerate(bands)),
        moments=tuple(moments),
        measures=tuple(measures),
        warnings=tuple(warnings),
        provenance=Provenance(
            pipeline_version="1",
            model_id="tiny",
            model_sha256=model_sha256,
            config_sha256="b" * 64,
            codebook_version="2",
            key="c" * 64,
            identifiers_allowed=False,
            text_included=True,
        ),
    )


def _exchange(place: int, bands: tuple[str, str]) -> ScoredSegment:
    decisions = (
        Decision(kind=kind, verdict=Verdict.ABSENT, band=band, threshold=0.5, policy="test")
        for kind, band in zip(RuptureKind, bands, strict=True)
    )
    return ScoredSegment(
        segment_id=f"s-{place:016d}",
        first_turn=2 * place,
        end_turn=2 * place + 2,
        policy="exchange",
        scores=scores(),
        decisions=tuple(decisions),
    )


def write(path: Path, text: str) -> Path:
    """Write a text file and return its path."""
    path.write_text(text, encoding="utf-8")
    return path
