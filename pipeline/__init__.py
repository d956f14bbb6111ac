"""Flag possible ruptures in session transcripts, locally and offline.

>>> import pipeline
>>> session = pipeline.load().score_file("data/examples/second_session.txt")  # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.annotate.scorer import Scorer

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def load(model: str | Path | None = None) -> Scorer:
    """Load a model folder (the shipped one when none is named) and return a scorer that can be used many times.

    Raises `pipeline.core.errors.ModelError` when the folder is missing or any file differs from its manifest.
    """
    from pipeline.annotate.scorer import Scorer

    return Scorer.load(model)
