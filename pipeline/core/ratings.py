"""A human rating of a place in a session: bound to the text it was given on, and knowing what its rater had seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.manual_form import Outcome, RatingValue
from pipeline.core.records import Index, Record, SafeId, Sha256

_RATER = r"(trainee|supervisor|pair|rater(_([a-z]|[0-9]{1,3}))?)"
RaterId = Annotated[str, Field(pattern=rf"^{_RATER}$")]
"""Who rated, as a role and never as a person: `trainee`, `supervisor`, `pair` (the two together), `rater_a`, `rater_12`.

Only raters carry a letter or number of their own, since only raters are ever compared.
"""

Confidence = Annotated[int, Field(ge=1, le=3)]
Overall = Annotated[int, Field(ge=1, le=5)]
Strength = Annotated[int, Field(ge=1, le=2)]


def is_rater(name: str) -> bool:
    """Return whether a name is one that a rater may have."""
    return re.fullmatch(_RATER, name) is not None


class SegmentRef(Record):
    """Point at turns `first_turn` to `end_turn` (half-open) of the session with this text.

    `segment_id` is None for turns that are no scored segment. `segment_text_sha256` covers roles and texts of the turns; None where the
    result was written without text.
    """

    text_sha256: Sha256
    segment_id: SafeId | None = None
    first_turn: Index
    end_turn: Index
    segment_text_sha256: Sha256 | None = None

    @model_validator(mode="after")
    def _holds_a_turn(self) -> SegmentRef:
        if self.first_turn >= self.end_turn:
            raise ValueError("a place holds at least one turn")
        return self


class Judgement(Record):
    """Hold what a rater says of a place, in the manual's terms; one of four things.

    A segment: `w` and `c`, both or neither, with its `codes` (markers and resolution strategies) and `contributions` (with their strength).
    A whole session: `overall`. An episode: its `outcome`. Or `unsure`: the rater looked and cannot say.
    """

    w: RatingValue | None = None
    c: RatingValue | None = None
    codes: tuple[str, ...] = ()
    contributions: Mapping[str, Strength] = {}
    overall: Overall | None = None
    outcome: Outcome | None = None
    unsure: bool = False
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Judgement:
        if (self.w is None) != (self.c is None):
            raise ValueError("withdrawal and confrontation are rated together")
        if sum((self.rates_segment, self.overall is not None, self.outcome is not None, self.unsure)) > 1:
            raise ValueError("a rating says one thing")
        _check_codes(self.codes, self.contributions)
        return self

    @property
    def rates_segment(self) -> bool:
        """Return whether a segment was rated, by values or by codes alone (a therapist turn has no values)."""
        return self.w is not None or bool(self.codes) or bool(self.contributions)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing at all was said."""
        return not (self.rates_segment or self.unsure) and self.overall is None and self.outcome is None


class Rating(Record):
    """Hold one rating: who said what of which place, having seen what. Ratings are never changed, only superseded.

    `blind`: neither the model's output nor another rater's rating was shown. `saw_model`: some of the model's output was. Neither
    holds for ratings from elsewhere that do not say. `adjudicated`: a decision after two ratings were set side by side.
    """

    rating_id: SafeId
    ref: SegmentRef
    rater: RaterId
    judgement: Judgement
    blind: bool = False
    saw_model: bool = False
    adjudicated: bool = False
    codebook_version: SafeId
    at: AwareDatetime
    supersedes: SafeId | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Rating:
        if self.judgement.is_empty:
            raise ValueError("a rating says something")
        if self.blind and self.saw_model:
            raise ValueError("a blind rating has not seen the model")
        return self


def _check_codes(codes: tuple[str, ...], contributions: Mapping[str, int]) -> None:
    known = codebook()
    of_codes = {code for family in CodeFamily if family is not CodeFamily.CONTRIBUTION for code in known.of(family)}
    if len(set(codes)) != len(codes) or not set(codes) <= of_codes or not set(contributions) <= set(known.of(CodeFamily.CONTRIBUTION)):
        raise ValueError("a code is unknown, doubled or in the wrong place")
