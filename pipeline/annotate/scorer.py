"""The whole way of one session: read, extract features, score, annotate."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import __version__
from pipeline.annotate.assemble import assemble
from pipeline.annotate.keys import Recipe, recipe_of, session_key
from pipeline.classifier.occlusion import occlude
from pipeline.classifier.runtime import TurnClassifier
from pipeline.classifier.targets import clear_column
from pipeline.core.errors import InputError, ModelError
from pipeline.core.paths import default_model_dir
from pipeline.core.records import Transcript
from pipeline.core.results import AnnotatedSession, CarriedBy, Provenance, RuptureKind
from pipeline.core.settings import ScoreSettings, load_settings
from pipeline.features.stage import FeatureStage, SessionFeatures
from pipeline.ingest.companions import InputGroup
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import open_group


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
        group = source if isinstance(source, InputGroup) else InputGroup((source,))
        opened = open_group(group, options=options)
        suffixes = [path.suffix.casefold() for path in group.paths]
        key = self.recipe.input_key(opened.origin.source_sha256, suffixes=suffixes, parties=group.parties, options=options)
        for position in range(1, len(opened.results) + 1):
            try:
                transcript = opened.session(position)
            except InputError as error:
                yield error
                continue
            one = session_key(key, position=position)
            yield self.score_transcript(transcript, identifiers_allowed=options.allow_identifiers, key=one)

    def score_transcript(self, transcript: Transcript, *, identifiers_allowed: bool = False, key: str | None = None) -> AnnotatedSession:
        """Score one transcript; `key` is that of its input, and for a transcript made otherwise comes from its text."""
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
            provenance=Provenance(
                pipeline_version=__version__,
                model_id=self.classifier.manifest.model_id,
                model_sha256=self.classifier.sha256,
                config_sha256=self.settings.sha256(),
                codebook_version=self.classifier.manifest.codebook_version,
                key=key or self._key_of_text(transcript),
                identifiers_allowed=identifiers_allowed,
                text_included=self.settings.output.text,
            ),
            explain=explain,
        )

    @property
    def recipe(self) -> Recipe:
        """Return what makes this scorer's results, by hash."""
        return recipe_of(self.classifier.sha256, settings=self.settings)

    def _key_of_text(self, transcript: Transcript) -> str:
        key = self.recipe.input_key(transcript.text_sha256, suffixes=(), parties=(), options=ReadOptions())
        return session_key(key, position=1)


def _columns(found: SessionFeatures, wanted: tuple[str, ...]) -> NDArray[np.float32]:
    """Return the columns that the model was trained on, in its order; names are only ever appended, so old models stay usable."""
    if found.names == wanted:
        return found.turn_measures
    if missing := set(wanted) - set(found.names):
        raise ModelError("MOD-008", "the model needs features that this version does not have", place=f"{len(missing)} names")
    return found.turn_measures[:, [found.names.index(name) for name in wanted]]
