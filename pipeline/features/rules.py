"""The records of the rule files: one marker rule, its conditions, its examples; and the loader."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from pipeline.core.codebook import codebook
from pipeline.core.errors import UsageError
from pipeline.core.paths import configs_dir
from pipeline.core.records import Record, SpeakerRole
from pipeline.core.results import Polarity
from pipeline.features.lexicons import load_toml
from pipeline.features.phrases import compile_phrase


class Condition(StrEnum):
    """Name something that holds of the exchange just before a turn.

    The first group is read off the other party's last turn by the acts of `configs/markers/acts.toml`; the second off the
    course of the session.
    """

    OPEN_QUESTION = "open_question"
    CLOSED_QUESTION = "closed_question"
    QUESTION = "question"
    FEELING_NAMED = "feeling_named"
    INTERPRETATION = "interpretation"
    ADVICE = "advice"
    PRESSURE = "pressure"
    APOLOGY = "apology"
    ALLIANCE_QUESTION = "alliance_question"
    CLOSING = "closing"
    """The therapist is ending the session, in one of the last two therapist turns."""
    SCHEDULING = "scheduling"
    REASSURANCE = "reassurance"
    CRITICISM = "criticism"
    ACTIVITY = "activity"
    DISTRESS = "distress"
    COMPLAINT = "complaint"
    RISK = "risk"
    COMMITMENT = "commitment"
    """The therapist asks for a promise, or for a yes to the therapist's own plan."""
    TIME_LEFT = "time_left"
    """The therapist points out that there is still time."""

    STRAIN = "strain"
    """An asserted withdrawal or confrontation marker in one of the client's last two turns."""
    FRESH_STRAIN = "fresh_strain"
    """The same, in the client's last turn."""
    ADVICE_LATELY = "advice_lately"
    """Advice or pressure in one of the therapist's last three turns."""
    DOUBTED = "doubted"
    """The client voiced doubt about a plan in one of the last three client turns."""
    ASKED_TWICE = "asked_twice"
    """The therapist's last two turns both invited openly."""
    CONTRIBUTION = "contribution"
    """The therapist's turn just before holds an asserted contribution marker."""
    EARLY = "early"
    """More than an eighth of the session is still to come."""


class Scope(StrEnum):
    """Name a scope in which words are not the speaker's own claim now."""

    NEGATED = "negated"
    HYPOTHETICAL = "hypothetical"
    REPORTED = "reported"


class Target(StrEnum):
    """Say at whom or what a marker is aimed."""

    THERAPIST = "therapist"
    THERAPY = "therapy"
    SELF = "self"
    CLIENT = "client"
    EXCHANGE = "exchange"


class Example(Record):
    """Hold one invented turn with what came before it.

    `before` is the other party's turn, or several turns that alternate and end with the other party's. `polarity` is what a hit
    must come out as. `near` marks a miss that looks like the marker and is not.
    """

    text: Annotated[str, Field(min_length=1)]
    before: str | tuple[str, ...] = ()
    polarity: Polarity = Polarity.ASSERTED
    near: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    def earlier(self) -> tuple[str, ...]:
        """Return the turns before, oldest first."""
        return (self.before,) if isinstance(self.before, str) else self.before


class Structure(Record):
    """Name a structural test of `pipeline.features.structure`, with its limits."""

    test: str
    limits: dict[str, float] = Field(default_factory=dict)


Phrases = tuple[str, ...]


class Rule(Record):
    """Describe one marker: what triggers it, where it counts, what speaks against it, and why a supervisor sees it.

    A rule fires where any of `phrases`, `patterns` (spaCy Matcher patterns over canonical words: `ORTH` and `OP`), `dependency`
    (a DependencyMatcher pattern, run only on turns that hold one of each group of `anchors`) or `structure` is found, all of
    `after` (one name or `a|b` for either) hold, none of `not_after` holds, and no phrase of `unless` occurs in the turn.
    `not_before` are phrases that may not stand in the other party's turn before.
    """

    id: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+){2}$")]
    code: str
    role: SpeakerRole
    target: Target
    phrases: Phrases = ()
    patterns: tuple[tuple[dict[str, Any], ...], ...] = ()
    dependency: tuple[dict[str, Any], ...] = ()
    anchors: tuple[tuple[str, ...], ...] = ()
    structure: Structure | None = None
    only_whole_turn: bool = False
    max_words: Annotated[int, Field(ge=1)] | None = None
    min_words: Annotated[int, Field(ge=1)] | None = None
    after: tuple[str, ...] = ()
    not_after: tuple[Condition, ...] = ()
    unless: Phrases = ()
    not_before: Phrases = ()
    scopes: tuple[Scope, ...] = tuple(Scope)
    weight: Annotated[float, Field(gt=0, le=1)]
    reason: Annotated[str, Field(min_length=10)]
    source: Annotated[str, Field(min_length=5)]
    hits: Annotated[tuple[Example, ...], Field(min_length=3)]
    misses: Annotated[tuple[Example, ...], Field(min_length=3)]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.code not in codebook():
            raise ValueError("the code is not in the codebook")
        if not (self.phrases or self.patterns or self.dependency or self.structure):
            raise ValueError("a rule needs phrases, patterns, dependency or structure")
        if bool(self.dependency) != bool(self.anchors):
            raise ValueError("dependency and anchors come together")
        if not any(miss.near for miss in self.misses):
            raise ValueError("one miss must be a near miss")
        for phrase in (*self.phrases, *self.unless, *self.not_before):
            compile_phrase(phrase)
        self.needs()
        return self

    def needs(self) -> tuple[frozenset[Condition], ...]:
        """Return the groups of conditions of which one each must hold."""
        return tuple(frozenset(Condition(name) for name in group.split("|")) for group in self.after)


class Act(Record):
    """Describe something a turn does, for the conditions of the rules: phrases in either party's turn."""

    act: Condition
    phrases: Annotated[Phrases, Field(min_length=1)]
    unless: Phrases = ()
    hits: Annotated[tuple[str, ...], Field(min_length=3)]
    misses: Annotated[tuple[str, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _is_readable(self) -> Self:
        for phrase in (*self.phrases, *self.unless):
            compile_phrase(phrase)
        return self


class _RuleFile(Record):
    rule: tuple[Rule, ...]


class _ActFile(Record):
    act: tuple[Act, ...]


ACTS_FILE = "acts.toml"


def load_rules(folder: Path | None = None) -> tuple[Rule, ...]:
    """Read all marker rules of `folder` (the shipped ones when None), sorted by id; raises `UsageError` for a bad file."""
    if folder is None:
        return _shipped_rules()
    paths = sorted(path for path in folder.glob("*.toml") if path.name != ACTS_FILE)
    rules = sorted((rule for path in paths for rule in load_toml(path, _RuleFile).rule), key=lambda rule: rule.id)
    for first, second in pairwise(rules):
        if first.id == second.id:
            raise UsageError("FEA-004", "two marker rules have one id", place=first.id)
    return tuple(rules)


def load_acts(folder: Path | None = None) -> tuple[Act, ...]:
    """Read the acts that the conditions of the rules refer to."""
    return _acts(folder or marker_dir())


def marker_dir() -> Path:
    """Return the folder of the shipped rule files."""
    return configs_dir() / "markers"


@lru_cache(maxsize=1)
def _shipped_rules() -> tuple[Rule, ...]:
    return load_rules(marker_dir())


@lru_cache(maxsize=4)
def _acts(folder: Path) -> tuple[Act, ...]:
    return load_toml(folder / ACTS_FILE, _ActFile).act
