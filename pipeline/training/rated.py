"""Rated sessions as training sees them: normalised turns, feature vectors, soft targets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.targets import LEVELS, client_codes, output_names, therapist_codes
from pipeline.core.errors import InputError, UsageError
from pipeline.core.manual_form import SessionRating, TurnRating, read_ratings
from pipeline.core.records import SpeakerRole, Transcript
from pipeline.core.results import RuptureKind
from pipeline.features.stage import FeatureStage
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import read_sessions

# What an ordinal output is taught for a rating: neighbours of a cut are less certain than ratings far from it.
_SOFT = {0: (0.0, 0.0, 0.0), 1: (0.85, 0.12, 0.0), 2: (1.0, 0.88, 0.1), 3: (1.0, 1.0, 0.9)}


@dataclass(frozen=True, slots=True)
class RatedSession:
    """Hold one session with everything that fitting and evaluation need.

    `ratings` [raters, turns, 2] are withdrawal and confrontation 0 to 3 (one row with the raters' mean where who rated differs by
    turn); `targets` and `mask` [turns, outputs] follow `output_names()`; `features` [turns, names]; `dyad_id` groups sessions that must
    not be split apart. `near` names, for turns that the first rater rated 0, what they look like without being it. `rated` [turns] says
    which turns were rated at all; None means all.
    """

    session_id: str
    dyad_id: str
    transcript: Transcript
    ratings: NDArray[np.int64] | NDArray[np.float64]
    targets: NDArray[np.float32]
    mask: NDArray[np.float32]
    features: NDArray[np.float32]
    near: Mapping[int, str] = field(default_factory=dict)
    rated: NDArray[np.bool_] | None = None

    @property
    def client(self) -> NDArray[np.bool_]:
        """Return which turns are the client's and were rated [turns]."""
        client = np.array([turn.role is SpeakerRole.CLIENT for turn in self.transcript.turns])
        return client if self.rated is None else client & self.rated

    def mean_rating(self, kind: RuptureKind) -> NDArray[np.float64]:
        """Return the raters' mean rating of one kind [turns]."""
        return np.asarray(self.ratings[:, :, list(RuptureKind).index(kind)].mean(axis=0), dtype=np.float64)


def load_rated(
    sessions: Path, *, ratings: Sequence[Path], stage: FeatureStage, only: Iterable[str] | None = None
) -> tuple[RatedSession, ...]:
    """Read sessions with the ratings of one or two raters; sessions without the first rater's ratings are left out.

    Raises `InputError` when normalisation changed the number of turns, since ratings would point at the wrong ones.
    """
    by_rater = [read_ratings(path) for path in ratings]
    wanted = set(only) if only is not None else None
    loaded = []
    for transcript in read_sessions(sessions, options=ReadOptions(allow_identifiers=True)):
        if isinstance(transcript, InputError):
            raise transcript
        if transcript.transcript_id in by_rater[0] and (wanted is None or transcript.transcript_id in wanted):
            own = [rater[transcript.transcript_id] for rater in by_rater if transcript.transcript_id in rater]
            loaded.append(_rated(transcript, own, stage=stage))
    return tuple(loaded)


def _rated(transcript: Transcript, raters: Sequence[SessionRating], *, stage: FeatureStage) -> RatedSession:
    n_turns = len(transcript.turns)
    entries = [rater.by_turn() for rater in raters]
    if any(turn >= n_turns for rater in entries for turn in rater):
        raise InputError("RAT-004", "a rating points past the end of its session", way_out="Ratings must refer to turns merged by speaker.")
    targets = np.mean([_targets(n_turns, rater) for rater in entries], axis=0).astype(np.float32)
    ratings = np.array([[(rater[t].w, rater[t].c) if t in rater else (0, 0) for t in range(n_turns)] for rater in entries], dtype=np.int64)
    return RatedSession(
        session_id=transcript.transcript_id,
        dyad_id=transcript.dyad_id or transcript.transcript_id,
        transcript=transcript,
        ratings=ratings,
        targets=targets,
        mask=teaching_mask(transcript),
        features=stage.run(transcript).turn_measures,
        near={turn: entry.near for turn, entry in entries[0].items() if entry.near},
    )


def _targets(n_turns: int, rater: Mapping[int, TurnRating]) -> NDArray[np.float32]:
    targets = np.zeros((n_turns, len(output_names())), dtype=np.float32)
    for turn, rating in rater.items():
        targets[turn] = target_row(rating)
    return targets


def target_row(rating: TurnRating) -> NDArray[np.float32]:
    """Return what one rating of one turn teaches [outputs]."""
    column = {name: place for place, name in enumerate(output_names())}
    row = np.zeros(len(column), dtype=np.float32)
    for kind, value in zip(RuptureKind, (rating.w, rating.c), strict=True):
        first = column[f"{kind.value}>={LEVELS[0]}"]
        row[first : first + len(LEVELS)] = _SOFT[value]
    for code in (*rating.m, *rating.res):
        row[column[code]] = 1.0
    for code, strength in rating.tc.items():
        row[column[code]] = 1.0 if strength == 2 else 0.7
    return row


def teaching_mask(transcript: Transcript) -> NDArray[np.float32]:
    """Return which outputs are taught on which turns: the client's on client turns, the therapist's on therapist turns."""
    n_client = len(RuptureKind) * len(LEVELS) + len(client_codes())
    mask = np.zeros((len(transcript.turns), n_client + len(therapist_codes())), dtype=np.float32)
    for turn in transcript.turns:
        if turn.role is SpeakerRole.CLIENT:
            mask[turn.index, :n_client] = 1.0
        elif turn.role is SpeakerRole.THERAPIST:
            mask[turn.index, n_client:] = 1.0
    return mask


def read_splits(corpus: Path) -> dict[str, tuple[str, ...]]:
    """Read the frozen splits; raises `UsageError` when a session stands in two of them."""
    path = corpus / "splits.json"
    if not path.is_file():
        raise UsageError("TRN-001", "the corpus has no frozen splits", way_out="Run scripts/corpus.py split.")
    splits = {name: tuple(ids) for name, ids in json.loads(path.read_text(encoding="utf-8")).items()}
    everyone = [session for ids in splits.values() for session in ids]
    if len(everyone) != len(set(everyone)):
        raise UsageError("TRN-002", "a session stands in two splits")
    return splits
