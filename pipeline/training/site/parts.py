"""Which sessions a retraining learns from, holds out and tests on: the site's own beside the corpus's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.core.errors import UsageError
from pipeline.core.manual_form import TurnRating
from pipeline.core.records import Transcript
from pipeline.features.stage import FeatureStage
from pipeline.training.config import TrainingConfig
from pipeline.training.corpus.store import RATINGS_A, RATINGS_B, SESSIONS
from pipeline.training.rated import RatedSession, load_rated, read_splits, target_row, teaching_mask
from pipeline.training.site.keep import FrozenSession, Place, Site
from pipeline.training.site.sessions import SiteSession


@dataclass(frozen=True, slots=True)
class Parts:
    """Hold the sessions by what they serve for.

    The site's: `learnt`, `held_out` (stopping, likelihoods and thresholds) and `test` (frozen). The corpus's: `replay`,
    `corpus_validation` and `corpus_test`. `missing` counts frozen sessions whose text was not given; `repeat` says how often a session
    of the site is learnt in an epoch.
    """

    learnt: list[RatedSession]
    held_out: list[RatedSession]
    test: list[RatedSession]
    replay: list[RatedSession]
    corpus_validation: list[RatedSession]
    corpus_test: list[RatedSession]
    missing: int
    repeat: int

    def told(self) -> str:
        """Return the site's parts as one line."""
        absent = f", {self.missing} frozen ones were not given" if self.missing else ""
        return f"{len(self.learnt)} to learn from, {len(self.held_out)} held out, {len(self.test)} frozen for testing{absent}"


def gather_parts(
    sessions: Sequence[SiteSession], *, site: Site, transcripts: Mapping[str, Transcript], config: TrainingConfig, stage: FeatureStage
) -> Parts:
    """Deal the sessions by the places of their dyads, and take in the corpus; the order follows from text hashes and ids alone."""
    own: dict[Place, list[RatedSession]] = {place: [] for place in Place}
    for one in sorted(sessions, key=lambda one: one.text_sha256):
        own[site.places[site.dyad(one.session.dyad_id)]].append(one.session)
    frozen = [_frozen_session(one, transcripts[one.text_sha256], stage=stage) for one in site.frozen if one.text_sha256 in transcripts]
    corpus = _corpus(config, n_site=len(own[Place.TRAIN]), stage=stage)
    return Parts(
        learnt=own[Place.TRAIN],
        held_out=own[Place.VALIDATION],
        test=sorted(frozen, key=lambda one: one.transcript.text_sha256),
        replay=corpus["train"],
        corpus_validation=corpus["validation"],
        corpus_test=corpus["test"],
        missing=len(site.frozen) - len(frozen),
        repeat=max(1, min(config.retrain.repeat, len(corpus["train"]) // max(1, len(own[Place.TRAIN])))),
    )


def _frozen_session(frozen: FrozenSession, transcript: Transcript, *, stage: FeatureStage) -> RatedSession:
    """Return a frozen session with the ratings it was frozen with, whatever was rated since."""
    n_turns = len(transcript.turns)
    means = np.zeros((1, n_turns, 2))
    mask = teaching_mask(transcript)
    targets = np.zeros_like(mask)
    for turn, withdrawal, confrontation in frozen.rated:
        means[0, turn] = withdrawal, confrontation
        targets[turn] = target_row(TurnRating(turn=turn, w=int(withdrawal + 0.5), c=int(confrontation + 0.5)))
    rated = {turn for turn, _, _ in frozen.rated}
    return RatedSession(
        session_id=transcript.transcript_id,
        dyad_id=frozen.dyad,
        transcript=transcript,
        ratings=means,
        targets=targets,
        mask=mask,
        features=stage.run(transcript).turn_measures,
        rated=np.array([turn in rated for turn in range(n_turns)]),
    )


def _corpus(config: TrainingConfig, *, n_site: int, stage: FeatureStage) -> dict[str, list[RatedSession]]:
    """Return a seeded share of each split of the corpus: a longer one holds the shorter ones."""
    if not (config.corpus / SESSIONS).is_file():
        raise UsageError("RET-002", "the corpus was not found", place="corpus", way_out="Name its folder with --corpus.")
    own = config.retrain
    wanted = {"train": max(own.replay, n_site) if own.replay else 0, "validation": own.corpus_validation, "test": own.corpus_test}
    order = np.random.default_rng(config.seed)
    chosen = {}
    for split, ids in sorted(read_splits(config.corpus).items()):
        chosen[split] = [ids[place] for place in order.permutation(len(ids))][: wanted.get(split, 0)]
    ratings = [config.corpus / name for name in (RATINGS_A, RATINGS_B) if (config.corpus / name).is_file()]
    wanted_ids = [name for names in chosen.values() for name in names]
    loaded = {one.session_id: one for one in load_rated(config.corpus / SESSIONS, ratings=ratings, stage=stage, only=wanted_ids)}
    return {split: [loaded[name] for name in sorted(names) if name in loaded] for split, names in chosen.items()}
