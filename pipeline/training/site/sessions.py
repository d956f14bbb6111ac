"""Ratings of any kind as rated sessions: the consensus where there is one, soft targets where raters differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.core.errors import InputError
from pipeline.core.manual_form import TurnRating
from pipeline.core.ratings import Rating
from pipeline.core.records import SpeakerRole, Transcript
from pipeline.core.turn_ratings import by_turn, standing
from pipeline.features.stage import FeatureStage
from pipeline.training.rated import RatedSession, target_row, teaching_mask

Said = Mapping[int, Mapping[str, TurnRating]]
"""What was said of a turn, by rater."""
CONSENSUS = "consensus"


@dataclass(frozen=True, slots=True)
class SiteSession:
    """Hold one session that a service rated.

    `session` is what is learnt: every rating counts, blind or not. `blind_means` [turns, 2] are the means that a test would take: of blind
    ratings, or of the consensus that followed them; it counts only where `is_blind_and_whole`. `by_rater` holds what each said of client
    turns, for the check of ratings; `assisted` tells how many client turns have no rating but such as were given beside the model's output.
    """

    session: RatedSession
    by_rater: Mapping[str, Mapping[int, TurnRating]]
    blind_means: NDArray[np.float64]
    is_blind_and_whole: bool
    assisted: int

    @property
    def text_sha256(self) -> str:
        """Return the hash of the text."""
        return self.session.transcript.text_sha256


def site_sessions(ratings: Iterable[Rating], *, transcripts: Mapping[str, Transcript], stage: FeatureStage) -> tuple[SiteSession, ...]:
    """Return the rated sessions, by text hash; ratings on other texts than those given are left out, the caller counts them.

    Turns that nobody rated teach nothing. Raises `InputError` when a rating points past the end of its session.
    """
    by_text: dict[str, list[Rating]] = defaultdict(list)
    for rating in standing(ratings):
        by_text[rating.ref.text_sha256].append(rating)
    built = (_session(by_text[text], transcripts[text], stage=stage) for text in sorted(by_text) if text in transcripts)
    return tuple(one for one in built if one.session.client.any())


def _session(ratings: Sequence[Rating], transcript: Transcript, *, stage: FeatureStage) -> SiteSession:
    roles = [SpeakerRole(turn.role) for turn in transcript.turns]
    if any(rating.ref.end_turn > len(roles) for rating in ratings):
        raise InputError("RAT-004", "a rating points past the end of its session", way_out="Ratings must refer to turns merged by speaker.")
    client = np.array([role is SpeakerRole.CLIENT for role in roles])
    every = _said(ratings, roles, only_blind=False)
    blind = _said(ratings, roles, only_blind=True)
    rated = np.array([turn in every for turn in range(len(roles))])
    session = RatedSession(
        session_id=transcript.transcript_id,
        dyad_id=transcript.dyad_id or transcript.transcript_id,
        transcript=transcript,
        ratings=_means(every, len(roles))[None],
        targets=_targets(every, len(roles)),
        mask=teaching_mask(transcript) * rated[:, None].astype(np.float32),
        features=stage.run(transcript).turn_measures,
        rated=rated,
    )
    given = {turn for turn in every if client[turn]}
    assisted = {turn for turn in given if not _has_unassisted(turn, ratings)}
    return SiteSession(
        session=session,
        by_rater=_by_rater(ratings, roles, client),
        blind_means=_means(blind, len(roles)),
        is_blind_and_whole=bool(client.any()) and all(turn in blind for turn in np.flatnonzero(client)),
        assisted=len(assisted),
    )


def _said(ratings: Sequence[Rating], roles: Sequence[SpeakerRole], *, only_blind: bool) -> Said:
    """Return what holds for each turn: the consensus alone where there is one, else what each rater said last.

    With `only_blind`, a consensus holds where a blind rating came before it, and every other rating must be blind.
    """
    said: dict[int, dict[str, TurnRating]] = defaultdict(dict)
    agreed: dict[int, TurnRating] = {}
    for rating in ratings:
        if not rating.judgement.rates_segment or (only_blind and not (rating.blind or rating.adjudicated)):
            continue
        for one in by_turn(rating, roles) or ():
            if rating.adjudicated:
                agreed[one.said.turn] = one.said
            else:
                said[one.said.turn][rating.rater] = one.said
    return {
        turn: {CONSENSUS: agreed[turn]} if turn in agreed else said[turn]
        for turn in sorted({*said, *agreed})
        if not only_blind or turn in said
    }


def _by_rater(ratings: Sequence[Rating], roles: Sequence[SpeakerRole], client: NDArray[np.bool_]) -> dict[str, dict[int, TurnRating]]:
    found: dict[str, dict[int, TurnRating]] = defaultdict(dict)
    plain = [rating for rating in ratings if not rating.adjudicated]
    for turn, raters in _said(plain, roles, only_blind=False).items():
        if client[turn]:
            for rater, said in raters.items():
                found[rater][turn] = said
    return dict(found)


def _has_unassisted(turn: int, ratings: Sequence[Rating]) -> bool:
    return any(not one.saw_model and one.judgement.w is not None and one.ref.first_turn <= turn < one.ref.end_turn for one in ratings)


def _means(said: Said, n_turns: int) -> NDArray[np.float64]:
    means = np.zeros((n_turns, 2))
    for turn, raters in said.items():
        means[turn] = np.mean([(one.w, one.c) for one in raters.values()], axis=0)
    return means


def _targets(said: Said, n_turns: int) -> NDArray[np.float32]:
    """Return soft targets [turns, outputs]: the mean of what each rater's rating teaches."""
    rows = np.zeros((n_turns, len(target_row(TurnRating(turn=0)))), dtype=np.float32)
    for turn, raters in said.items():
        rows[turn] = np.mean([target_row(one) for one in raters.values()], axis=0)
    return rows
