"""What came before a turn: the views of the turns, and the conditions that hold when a rule looks at one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.core.records import SpeakerRole
from pipeline.core.results import MarkerHit, Polarity
from pipeline.features.lexicons import words_of
from pipeline.features.reading import SENTENCE_ENDS, Reading
from pipeline.features.rules import Condition

Vector = NDArray[np.float32]
CLIENT_PREFIXES = ("WD-", "CF-")
LATELY = 3
STILL_TO_COME = 0.125


@dataclass(frozen=True, slots=True)
class TurnView:
    """Hold one turn as the rules see it: its canonical reading, what it does (`acts`) and its meaning vector, if any."""

    index: int
    role: SpeakerRole
    text: str
    reading: Reading
    acts: frozenset[Condition]
    vector: Vector | None = None

    def content(self) -> frozenset[str]:
        """Return the words that carry content: no function words, no sentence ends."""
        return frozenset(self.reading.words) - words_of("function") - SENTENCE_ENDS


@dataclass(frozen=True)
class Scene:
    """Hold a session as far as one turn: all views, the place of the turn, and the hits found so far.

    `hits` holds one tuple for each earlier turn; a view's index is its place in `views`. `total` is the number of turns of the
    session, None where the end is unknown; then nothing is taken to be near the end.
    """

    views: Sequence[TurnView]
    at: int
    hits: Sequence[tuple[MarkerHit, ...]] = field(default=())
    total: int | None = None

    @property
    def turn(self) -> TurnView:
        """Return the turn that is looked at."""
        return self.views[self.at]

    @cached_property
    def before(self) -> TurnView | None:
        """Return the other party's turn just before, or None when there is none within two turns."""
        near = self.views[max(0, self.at - 2) : self.at]
        return next((view for view in reversed(near) if view.role is not self.turn.role), None)

    def own(self, count: int) -> list[TurnView]:
        """Return up to `count` earlier turns of the same party, latest first."""
        return self.latest(self.turn.role, count)

    def latest(self, role: SpeakerRole, count: int) -> list[TurnView]:
        """Return up to `count` earlier turns of a party, latest first."""
        found: list[TurnView] = []
        for at in range(self.at - 1, -1, -1):
            if len(found) == count:
                break
            if self.views[at].role is role:
                found.append(self.views[at])
        return found

    def strained(self, view: TurnView) -> bool:
        """Say whether an earlier turn holds an asserted withdrawal or confrontation marker."""
        return self.asserted(view, CLIENT_PREFIXES)

    def asserted(self, view: TurnView, prefixes: tuple[str, ...]) -> bool:
        """Say whether an earlier turn holds an asserted marker whose code begins with one of `prefixes`."""
        found = self.hits[view.index] if view.index < len(self.hits) else ()
        return any(hit.polarity is Polarity.ASSERTED and hit.code.startswith(prefixes) for hit in found)

    @cached_property
    def conditions(self) -> frozenset[Condition]:
        """Return all conditions that hold just before the turn."""
        found = set(self.before.acts) if self.before else set()
        client = self.latest(SpeakerRole.CLIENT, LATELY)
        therapist = self.latest(SpeakerRole.THERAPIST, LATELY)
        tests = {
            Condition.FRESH_STRAIN: bool(client) and self.strained(client[0]),
            Condition.STRAIN: any(self.strained(view) for view in client[:2]),
            Condition.ADVICE_LATELY: any(view.acts & {Condition.ADVICE, Condition.PRESSURE} for view in therapist),
            Condition.DOUBTED: any(Condition.DOUBTED in view.acts or self.strained(view) for view in client),
            Condition.ASKED_TWICE: len(therapist) > 1 and all(Condition.OPEN_QUESTION in view.acts for view in therapist[:2]),
            Condition.CONTRIBUTION: self.before is not None and self.asserted(self.before, ("TC-",)),
            Condition.CLOSING: any(Condition.CLOSING in view.acts for view in therapist[:2]),
            Condition.EARLY: self.total is None or (self.total - self.at) > self.total * STILL_TO_COME,
        }
        found.discard(Condition.DOUBTED)
        return frozenset(found | {name for name, holds in tests.items() if holds})


def distance(first: TurnView | None, second: TurnView | None) -> float | None:
    """Return the cosine distance of two turns in meaning, None where either has no vector."""
    if first is None or second is None or first.vector is None or second.vector is None:
        return None
    return float(1.0 - first.vector @ second.vector)
