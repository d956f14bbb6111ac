"""The whole way of one session: read, extract features, score, annotate."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import __version__
from pipeline.annotate.assemble import assemble
from pipeline.classifier.occlusion import occlude
from pipeline.classifier.runtime import TurnClassifier
from pipeline.classifier.targets import clear_column
from pipeline.core.canonical import canonical_json, sha256_bytes, sha256_file
from pipeline.core.errors import InputError, ModelError
from pipeline.core.paths import configs_dir, default_model_dir
from pipeline.core.records import Transcript
from pipeline.core.results import SCHEMA_VERSION, AnnotatedSession, CarriedBy, Provenance, RuptureKind
from pipeline.core.settings import ScoreSettings, load_settings
from pipeline.features.stage import FeatureStage, SessionFeatures
from pipeline.ingest.companions import InputGroup
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import read_sessions


@dataclass(frozen=True, slots=True)
class Scorer:
    """Hold what is loaded once and used for every session: the feature stage, the classifier and the settings."""

    features: FeatureStage
    classifier: TurnClassifier
    settings: ScoreSettings

    @classmethod
    def load(cls, model: str | Path | None = None, *, settings: ScoreSettings | None = None, threads: int = 0) -> Scorer:
        """Load and verify a model folder (the shipped one when None); raises `ModelError` when a file differs.

        `threads` is how many cores the graph may use, 0 all up to four; the scores are the same bytes whatever it is.
        """
        chosen = threads or min(4, os.cpu_count() or 1)
        classifier = TurnClassifier.load(Path(model) if model else default_model_dir(), threads=chosen)
        return cls(FeatureStage.load(), classifier, settings or load_settings())

    def score_file(self, path: str | Path, *, options: ReadOptions | None = None) -> AnnotatedSession:
        """Score a file that holds one session; raises `InputError` when it cannot be read or holds several.

        Files with many sessions: `score_sessions`.
        """
        results = list(self.score_sessions(Path(path), options=options))
        if len(results) != 1:
            raise InputError("SCO-001", f"the file holds {len(results)} sessions", way_out="Use score_sessions, or `rupture score`.")
        if isinstance(results[0], InputError):
            raise results[0]
        return results[0]

    def score_sessions(self, source: Path | InputGroup, *, options: ReadOptions | None = None) -> Iterator[AnnotatedSession | InputError]:
        """Score every session of an input in order; a session that cannot be scored yields its error instead."""
        options = options or ReadOptions()
        for read in read_sessions(source, options=options):
            yield read if isinstance(read, InputError) else self.score_transcript(read, identifiers_allowed=options.allow_identifiers)

    def score_transcript(self, transcript: Transcript, *, identifiers_allowed: bool = False) -> AnnotatedSession:
        """Score one transcript."""
        found = self.features.run(transcript)
        columns = _columns(found, self.classifier.manifest.features)
        scores = self.classifier.score(transcript.turns, features=columns)

        def explain(at: int, kind: RuptureKind) -> tuple[CarriedBy, ...]:
            parts = occlude(self.classifier.graph, transcript.turns, features=columns, at=at, column=clear_column(kind))
            return tuple(CarriedBy(kind=kind, turn=part.turn, start=part.start, end=part.end, share=part.share) for part in parts)

        return assemble(
            transcript,
            found=found,
            scores=scores,
            manifest=self.classifier.manifest,
            settings=self.settings,
            provenance=self.provenance(transcript, identifiers_allowed=identifiers_allowed),
            explain=explain,
        )

    def provenance(self, transcript: Transcript, *, identifiers_allowed: bool) -> Provenance:
        """Say what makes the result of this transcript; its `key` decides whether a result is current.

        Roles and columns given by the user show in `text_sha256`; rules and lexicons in the hash of the shipped configuration.
        """
        parts = {
            "source_sha256": transcript.source_sha256,
            "text_sha256": transcript.text_sha256,
            "transcript_id": transcript.transcript_id,
            "dyad_id": transcript.dyad_id,
            "rules_sha256": rules_sha256(),
            "model_sha256": self.classifier.sha256,
            "config_sha256": self.settings.sha256(),
            "schema_version": SCHEMA_VERSION,
            "pipeline_version": __version__,
            "identifiers_allowed": identifiers_allowed,
        }
        return Provenance(
            pipeline_version=__version__,
            model_id=self.classifier.manifest.model_id,
            model_sha256=self.classifier.sha256,
            config_sha256=self.settings.sha256(),
            codebook_version=self.classifier.manifest.codebook_version,
            key=sha256_bytes(canonical_json(parts)),
            identifiers_allowed=identifiers_allowed,
            text_included=self.settings.output.text,
        )


@lru_cache(maxsize=1)
def rules_sha256() -> str:
    """Return one hash over the shipped marker rules, lexicons and codebook."""
    files = sorted(path for path in configs_dir().rglob("*.toml") if path.parent != configs_dir() or path.name == "codebook.toml")
    return sha256_bytes("".join(sha256_file(path) for path in files).encode())


def _columns(found: SessionFeatures, wanted: tuple[str, ...]) -> NDArray[np.float32]:
    """Return the columns that the model was trained on, in its order; names are only ever appended, so old models stay usable."""
    if found.names == wanted:
        return found.turn_measures
    if missing := set(wanted) - set(found.names):
        raise ModelError("MOD-008", "the model needs features that this version does not have", place=f"{len(missing)} names")
    return found.turn_measures[:, [found.names.index(name) for name in wanted]]
