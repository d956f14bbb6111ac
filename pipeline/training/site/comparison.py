"""Champion beside challenger, as the record that a retrained model carries; counts and figures, no text."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from pipeline.classifier.manifest import Way
from pipeline.core.errors import ModelError
from pipeline.core.records import Record, SafeId, Sha256

COMPARISON = "comparison.json"
SITE, CORPUS = "your sessions", "corpus"
Count = Annotated[int, Field(ge=0)]


class Change(Record):
    """Hold one figure of both models; `low` and `high` are the 95 % interval of challenger less champion over resampled sessions.

    All are None where the figure is undefined, as average precision without a clear turn.
    """

    champion: float | None = None
    challenger: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_lower(self) -> bool:
        """Tell whether the challenger lies below the champion beyond the interval."""
        return self.high is not None and self.high < 0

    @property
    def is_higher(self) -> bool:
        """Tell whether the challenger lies above the champion beyond the interval."""
        return self.low is not None and self.low > 0


class KindComparison(Record):
    """Hold the figures of one kind on one set; `clear` turns are what there is to find."""

    clear: Count
    average_precision: Change
    calibration_error: Change
    flags_per_session: Change


class SetComparison(Record):
    """Hold one frozen set: `kinds` by kind, `sources` the average precision of either kind by source of the sessions."""

    sessions: Count
    dyads: Count
    client_turns: Count
    kinds: dict[str, KindComparison]
    sources: dict[str, Change]


class Check(StrEnum):
    """Name what is looked at in ratings before they are learnt from."""

    FLIPPED = "flipped"
    DUPLICATED = "duplicated"
    ONE_CLASS = "one class"
    LEAKING = "leaking dyads"
    AT_ODDS = "raters at odds"
    NO_DYAD = "no dyad"
    ASSISTED = "assisted"
    NO_BLIND_TEST = "no blind test"


class Finding(Record):
    """Say that `count` of `total` things look wrong; a `stops` finding keeps the model from being promoted without a reason."""

    check: Check
    count: Count
    total: Count
    stops: bool


class PrivacyFigures(Record):
    """Hold how well an attacker tells sessions that were learnt from others; None where there are too few to tell.

    `record_auc` and `dyad_auc` are areas under the ROC curve, .5 is chance; `tpr_at_1` the share of learnt-from turns found at one false
    alarm in a hundred; `words_found` counts whole turns of learnt-from sessions that stand in the bytes of the model folder.
    """

    records: Count
    dyads: Count
    record_auc: float | None
    dyad_auc: float | None
    tpr_at_1: float | None
    words_found: Count


class Comparison(Record):
    """Hold everything that the page shows and the gate decides on."""

    champion_id: SafeId
    champion_sha256: Sha256
    challenger_id: SafeId
    way: Way
    learnt_sessions: Count
    learnt_dyads: Count
    replayed_sessions: Count
    test_sessions_missing: Count
    champion_bytes: Count
    challenger_bytes: Count
    sets: dict[str, SetComparison]
    findings: tuple[Finding, ...]
    privacy: PrivacyFigures | None


def read_comparison(folder: Path) -> Comparison:
    """Read the comparison of a retrained model; raises `ModelError` when it carries none."""
    try:
        return Comparison.model_validate_json((folder / COMPARISON).read_bytes())
    except FileNotFoundError:
        raise ModelError("MOD-011", "the model carries no comparison", way_out="Make it with `rupture retrain`.") from None
    except ValidationError:
        raise ModelError("MOD-012", "the comparison of the model cannot be read", place=COMPARISON) from None
