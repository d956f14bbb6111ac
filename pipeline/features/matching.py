"""Find many phrases in a reading quickly: an index of telling words first, spaCy's Matcher only where it can match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.features.lexicons import word_lists, words_of
from pipeline.features.phrases import Pattern, Slot, compile_phrase
from pipeline.features.reading import SENTENCE_ENDS, Reading

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

UNKNOWN_WORD = "_"
Range = tuple[int, int]


class _Entry:
    """Hold one pattern with the key it belongs to; its Matcher is built when it is first needed."""

    __slots__ = ("_matcher", "key", "pattern", "required")

    def __init__(self, key: str, pattern: Pattern) -> None:
        self.key = key
        self.pattern = pattern
        self.required = tuple(pattern.required())
        self._matcher: Matcher | None = None

    def matcher(self, vocab: Vocab) -> Matcher:
        if self._matcher is None:
            from spacy.matcher import Matcher

            self._matcher = Matcher(vocab, validate=False)
            self._matcher.add("pattern", [[slot.spec() for slot in self.pattern.slots]])
        return self._matcher


class PhraseFinder:
    """Hold the patterns of many keys and find them in readings.

    A pattern's Matcher runs only on readings that hold a word for each of its required places. A reading becomes a Doc of
    canonical words; words that no pattern knows become one placeholder, so that a foreign vocabulary is not filled with a
    client's words and memory stays flat.
    """

    def __init__(self, vocab: Vocab, patterns: Mapping[str, Sequence[Pattern]]) -> None:
        self._vocab = vocab
        self._index: dict[str, list[_Entry]] = defaultdict(list)
        known = set(SENTENCE_ENDS)
        for key, flat in patterns.items():
            for pattern in flat:
                known.update(*(slot.words for slot in pattern.slots))
                entry = _Entry(key, pattern)
                for word in min(entry.required, key=_commonness):
                    self._index[word].append(entry)
        self._known = frozenset(known)

    @classmethod
    def of_phrases(cls, vocab: Vocab, phrases: Mapping[str, Iterable[str]]) -> PhraseFinder:
        """Build a finder from phrases in the notation of the rule files."""
        return cls(vocab, {key: [flat for phrase in written for flat in compile_phrase(phrase)] for key, written in phrases.items()})

    def find(self, reading: Reading) -> dict[str, list[Range]]:
        """Return for each key that occurs its ranges of words, leftmost and longest first, none overlapping."""
        entries = self._candidates(reading)
        if not entries:
            return {}
        doc = self._doc(reading)
        found: dict[str, list[Range]] = defaultdict(list)
        for entry in entries:
            for _, start, end in entry.matcher(self._vocab)(doc):
                if _edges_hold(entry.pattern, reading=reading, found=(start, end)):
                    found[entry.key].append((start, end))
        return {key: _leftmost_longest(found[key]) for key in sorted(found)}

    def _candidates(self, reading: Reading) -> list[_Entry]:
        present = frozenset(reading.words)
        return [
            entry
            for word in sorted(present & self._index.keys())
            for entry in self._index[word]
            if not any(words.isdisjoint(present) for words in entry.required)
        ]

    def _doc(self, reading: Reading) -> Doc:
        from spacy.tokens import Doc

        return Doc(self._vocab, words=[word if word in self._known else UNKNOWN_WORD for word in reading.words])


def _edges_hold(pattern: Pattern, *, reading: Reading, found: Range) -> bool:
    opens = not pattern.opens or opens_sentence(reading, found[0])
    return opens and (not pattern.closes or closes_sentence(reading, found[1]))


def raw_pattern(tokens: Sequence[Mapping[str, Any]]) -> Pattern:
    """Return a Matcher pattern of a rule file as a `Pattern`; only `ORTH` with a word or `IN`, and `OP = "?"`, are known.

    Raises `ValueError` for other attributes: they would look at canonical words, where they have no meaning.
    """
    slots = []
    for token in tokens:
        orth, operator = token.get("ORTH"), token.get("OP")
        words = (
            frozenset((orth,)) if isinstance(orth, str) else frozenset(orth["IN"]) if isinstance(orth, Mapping) and "IN" in orth else None
        )
        if words is None or operator not in (None, "?") or set(token) - {"ORTH", "OP"}:
            raise ValueError("a pattern may use ORTH (a word, or IN) and OP = '?'")
        slots.append(Slot(words=words, optional=operator == "?"))
    return Pattern(slots=tuple(slots), opens=False, closes=False)


def opens_sentence(reading: Reading, at: int) -> bool:
    """Say whether only openers (`well`, `but`, `i mean`) stand between the start of the sentence and word `at`."""
    return _EDGES.only_openers(reading.words[reading.sentence_start(at) : at])


def closes_sentence(reading: Reading, at: int) -> bool:
    """Say whether only closers (`though`, `lol`, `i guess`) stand between word `at` and the end of the sentence."""
    return _EDGES.only_closers(reading.words[at : reading.sentence_end(at)])


def is_whole_turn(reading: Reading, found: Range) -> bool:
    """Say whether a range is all that a turn says, openers, closers and end marks apart."""
    before = tuple(word for word in reading.words[: found[0]] if word not in SENTENCE_ENDS)
    after = tuple(word for word in reading.words[found[1] :] if word not in SENTENCE_ENDS)
    return _EDGES.only_openers(before) and _EDGES.only_closers(after)


class _Edges:
    """Tell openers and closers, single words and word groups, apart from content."""

    def only_openers(self, words: Sequence[str]) -> bool:
        return _consumed(words, singles=words_of("opener"), groups=self._groups["opener"])

    def only_closers(self, words: Sequence[str]) -> bool:
        return _consumed(words, singles=words_of("closer"), groups=self._groups["closer"])

    @cached_property
    def _groups(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        return {name: tuple(tuple(entry.split()) for entry in word_lists()[name] if " " in entry) for name in ("opener", "closer")}


_EDGES = _Edges()


def _consumed(words: Sequence[str], *, singles: frozenset[str], groups: tuple[tuple[str, ...], ...]) -> bool:
    at = 0
    while at < len(words):
        group = next((group for group in groups if tuple(words[at : at + len(group)]) == group), None)
        if group is None and words[at] not in singles:
            return False
        at += len(group) if group else 1
    return True


def _commonness(words: frozenset[str]) -> tuple[int, int]:
    return (sum(word in words_of("function") for word in words), len(words))


def _leftmost_longest(ranges: list[Range]) -> list[Range]:
    kept: list[Range] = []
    for start, end in sorted(ranges, key=lambda found: (found[0], -found[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
