"""Run the marker rules over turns, in order, each turn seeing only what came before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.core.records import SpeakerRole
from pipeline.core.results import MarkerHit, Polarity
from pipeline.features.grammar import GrammarFinder
from pipeline.features.matching import PhraseFinder, Range, is_whole_turn, raw_pattern
from pipeline.features.phrases import Pattern, compile_phrase
from pipeline.features.reading import Reading, read
from pipeline.features.rules import Act, Condition, Rule
from pipeline.features.scene import Scene, TurnView, Vector
from pipeline.features.scope import ScopeFinder
from pipeline.features.structure import named_test

if TYPE_CHECKING:
    from spacy.vocab import Vocab

Embed = Callable[[Sequence[str]], Sequence[Vector | None]]


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one turn as it comes in: who speaks, and what was written."""

    role: SpeakerRole
    text: str


class MarkerEngine:
    """Hold the compiled rules and find their hits.

    `embed` turns texts into meaning vectors for the structural tests that compare turns; without it those tests stay silent.
    """

    def __init__(self, vocab: Vocab, *, rules: Sequence[Rule], acts: Sequence[Act], embed: Embed | None = None) -> None:
        self.rules = tuple(rules)
        self._vocab = vocab
        self._embed = embed
        self._by_role = {role: _RoleRules(vocab, [rule for rule in rules if rule.role is role]) for role in SpeakerRole}
        self._acts = PhraseFinder.of_phrases(vocab, {act.act.value: act.phrases for act in acts})
        self._act_unless = PhraseFinder.of_phrases(vocab, {act.act.value: act.unless for act in acts})
        self._scope = ScopeFinder(vocab)
        self._unless: dict[str, PhraseFinder] = {}
        self._grammar = GrammarFinder(rules)

    def views(self, lines: Sequence[Line]) -> list[TurnView]:
        """Return the view of every turn."""
        vectors = self._embed([line.text for line in lines]) if self._embed else [None] * len(lines)
        return [self._view(index, line, vector) for index, (line, vector) in enumerate(zip(lines, vectors, strict=True))]

    def run(self, views: Sequence[TurnView], *, total: int | None = None) -> list[tuple[MarkerHit, ...]]:
        """Return the hits of every turn, ordered by place and rule; `total` is the session's number of turns where it is known."""
        hits: list[tuple[MarkerHit, ...]] = []
        for at in range(len(views)):
            hits.append(self.hits(Scene(views=views, at=at, hits=hits, total=total)))
        return hits

    def hits(self, scene: Scene) -> tuple[MarkerHit, ...]:
        """Return the hits of the turn that `scene` is at."""
        turn = scene.turn
        rules = self._by_role[turn.role]
        if not rules.rules:
            return ()
        found = rules.finder.find(turn.reading)
        marked = [
            self._hit(rule, ranged, turn=turn)
            for rule in rules.candidates(found)
            if self._allowed(rule, scene)
            for ranged in self._ranges(rule, found.get(rule.id, ()), scene=scene)
        ]
        return tuple(sorted(marked, key=lambda hit: (hit.start, hit.end, hit.rule_id)))

    def _view(self, index: int, line: Line, vector: Vector | None) -> TurnView:
        reading = read(line.text)
        return TurnView(index=index, role=line.role, text=line.text, reading=reading, acts=self._acts_of(reading), vector=vector)

    def _acts_of(self, reading: Reading) -> frozenset[Condition]:
        found = self._acts.find(reading)
        barred = self._act_unless.find(reading) if found else {}
        said = {Condition(name): ranges for name, ranges in found.items() if name not in barred}
        return frozenset(said.keys() - _QUESTION_KINDS) | _question_acts(said, reading=reading)

    def _allowed(self, rule: Rule, scene: Scene) -> bool:
        spoken = scene.turn.reading.spoken
        if (rule.max_words and spoken > rule.max_words) or (rule.min_words and spoken < rule.min_words):
            return False
        if any(group.isdisjoint(scene.conditions) for group in rule.needs()) or not scene.conditions.isdisjoint(rule.not_after):
            return False
        if rule.not_before and scene.before and self._finder(f"{rule.id}<", rule.not_before).find(scene.before.reading):
            return False
        return not (rule.unless and self._finder(rule.id, rule.unless).find(scene.turn.reading))

    def _ranges(self, rule: Rule, phrased: Sequence[Range], *, scene: Scene) -> list[Range]:
        ranges = list(phrased)
        if rule.structure:
            ranges += named_test(rule.structure.test)(scene, rule.structure.limits)
        if rule.dependency:
            ranges += self._grammar.find(rule, scene.turn)
        if rule.only_whole_turn:
            ranges = [found for found in ranges if is_whole_turn(scene.turn.reading, found)]
        return sorted(set(ranges))

    def _hit(self, rule: Rule, found: Range, *, turn: TurnView) -> MarkerHit:
        start, end = _place(turn, found)
        polarity = self._scope.polarity(turn.reading, found, scopes=rule.scopes, text=turn.text) if found[1] > found[0] else None
        return MarkerHit(
            rule_id=rule.id,
            code=rule.code,
            turn=turn.index,
            start=start,
            end=end,
            polarity=polarity or Polarity.ASSERTED,
            reason=rule.reason,
        )

    def _finder(self, key: str, phrases: Sequence[str]) -> PhraseFinder:
        finder = self._unless.get(key)
        if finder is None:
            finder = self._unless[key] = PhraseFinder.of_phrases(self._vocab, {key: phrases})
        return finder


class _RoleRules:
    """Hold the rules of one party: those with phrases in one finder, the others looked at on every turn."""

    def __init__(self, vocab: Vocab, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._always = frozenset(rule.id for rule in rules if rule.structure or rule.dependency)
        self.finder = PhraseFinder(vocab, {rule.id: _patterns(rule) for rule in rules})

    def candidates(self, found: dict[str, list[Range]]) -> list[Rule]:
        return [rule for rule in self.rules if rule.id in found or rule.id in self._always]


def _patterns(rule: Rule) -> list[Pattern]:
    written = [flat for phrase in rule.phrases for flat in compile_phrase(phrase)]
    return written + [raw_pattern(tokens) for tokens in rule.patterns]


def _question_acts(said: dict[Condition, list[Range]], *, reading: Reading) -> set[Condition]:
    """Return the question acts of a turn; its last question decides whether it asks openly or closed.

    Where one sentence could be read both ways (`how did that feel`, `did he say what was wrong`), the way it begins decides.
    """
    asked = [
        (reading.sentence_start(start), -start, kind is Condition.OPEN_QUESTION, kind)
        for kind in _QUESTION_KINDS
        for start, _ in said.get(kind, ())
    ]
    if not asked:
        return {Condition.QUESTION} if "?" in reading.words else set()
    return {Condition.QUESTION, max(asked)[-1]}


_QUESTION_KINDS = frozenset((Condition.OPEN_QUESTION, Condition.CLOSED_QUESTION))


def _place(turn: TurnView, found: Range) -> tuple[int, int]:
    """Return the code points of a range of words; a turn without words is marked whole."""
    if found[1] > found[0]:
        return turn.reading.starts[found[0]], turn.reading.ends[found[1] - 1]
    return 0, len(turn.text)
