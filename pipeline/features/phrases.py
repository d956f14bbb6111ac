"""Turn the phrase notation of the rule files into patterns for spaCy's Matcher.

The notation is meant to be read by people who do not program:

| written | means |
|---|---|
| `you never listen` | these words, in the canonical spelling: `u never listen`, `you never, um, listen` match too |
| `(talk\\|speak\\|open up)` | any of these |
| `really?` `(at all)?` | may be missing |
| `<feeling>` | any entry of a word list in `configs/lexicons/words.toml` |
| `..` `..5` | up to three (five) words of the same sentence in between |
| `^` `$` | the sentence begins (ends) here; openers such as `well` and closers such as `though` may stand outside |
| `[?]` | the sentence ends here as a question |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.features.lexicons import word_lists
from pipeline.features.reading import SENTENCE_ENDS, read

MAX_EXPANSIONS = 400
DEFAULT_GAP = 3

_LEXEME = re.compile(r"\s*(\(|\)\??|\||<[a-z_]+>\??|\^|\$|\[[.?!]\]|\.\.\d*|[\w'’\[\]]+\??)")


@dataclass(frozen=True, slots=True)
class Slot:
    """Hold one place of a pattern: any of `words`, or a gap of up to `gap` words when `words` is empty."""

    words: frozenset[str]
    optional: bool = False
    gap: int = 0

    def spec(self) -> dict[str, Any]:
        """Return the slot as a Matcher token pattern over canonical words."""
        if self.gap:
            return {"ORTH": {"NOT_IN": sorted(SENTENCE_ENDS)}, "OP": f"{{0,{self.gap}}}"}
        spec: dict[str, Any] = {"ORTH": {"IN": sorted(self.words)} if len(self.words) > 1 else next(iter(self.words))}
        return {**spec, "OP": "?"} if self.optional else spec


@dataclass(frozen=True, slots=True)
class Pattern:
    """Hold one flat pattern; `opens` and `closes` ask for a sentence edge at its ends."""

    slots: tuple[Slot, ...]
    opens: bool
    closes: bool

    def required(self) -> Iterator[frozenset[str]]:
        """Yield the word sets of which a turn must hold a member, or the pattern cannot match."""
        return (slot.words for slot in self.slots if slot.words and not slot.optional)


_Sequence = tuple[Slot, ...]


@lru_cache(maxsize=8192)
def compile_phrase(phrase: str) -> tuple[Pattern, ...]:
    """Return the flat patterns of one phrase; raises `ValueError` for a phrase that cannot be read or explodes.

    >>> [len(pattern.slots) for pattern in compile_phrase("(okay|all right) then?")]
    [2, 3]
    """
    lexemes = _lexemes(phrase)
    opens, closes = lexemes[:1] == ["^"], lexemes[-1:] == ["$"]
    parser = _Parser(lexemes[opens : len(lexemes) - closes])
    sequences = _merged(parser.alternatives())
    if parser.rest() or not sequences or len(sequences) > MAX_EXPANSIONS:
        raise ValueError("a phrase cannot be read, or stands for too many patterns")
    if any(not any(slot.words and not slot.optional for slot in sequence) for sequence in sequences):
        raise ValueError("a phrase must hold at least one word that is not optional")
    return tuple(Pattern(slots=sequence, opens=opens, closes=closes) for sequence in sequences)


def _lexemes(phrase: str) -> list[str]:
    lexemes, at = [], 0
    while at < len(phrase.rstrip()):
        found = _LEXEME.match(phrase, at)
        if found is None:
            raise ValueError(f"a phrase cannot be read at character {at}")
        lexemes.append(found.group(1))
        at = found.end()
    return lexemes


class _Parser:
    """Read lexemes by recursive descent into all flat sequences they stand for."""

    __slots__ = ("at", "lexemes")

    def __init__(self, lexemes: list[str]) -> None:
        self.lexemes = lexemes
        self.at = 0

    def rest(self) -> list[str]:
        return self.lexemes[self.at :]

    def alternatives(self) -> list[_Sequence]:
        options = self._sequence()
        while self._peek() == "|":
            self.at += 1
            options.extend(self._sequence())
        return options

    def _peek(self) -> str:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else ""

    def _sequence(self) -> list[_Sequence]:
        sequences: list[_Sequence] = [()]
        while (lexeme := self._peek()) and lexeme != "|" and not lexeme.startswith(")"):
            self.at += 1
            pieces = self._piece(lexeme)
            sequences = [before + after for before in sequences for after in pieces]
            if len(sequences) > MAX_EXPANSIONS:
                raise ValueError("a phrase stands for too many patterns")
        return sequences

    def _piece(self, lexeme: str) -> list[_Sequence]:
        if lexeme == "(":
            options = self.alternatives()
            closing = self._peek()
            if not closing.startswith(")"):
                raise ValueError("a bracket of a phrase is not closed")
            self.at += 1
            return _optional(_merged(options)) if closing.endswith("?") else _merged(options)
        if lexeme.startswith(".."):
            return [(Slot(words=frozenset(), gap=int(lexeme[2:] or DEFAULT_GAP)),)]
        if lexeme.startswith("["):
            return [(Slot(words=frozenset(lexeme[1])),)]
        bare = lexeme.removesuffix("?")
        options = _listed(bare) if bare.startswith("<") else [_literal(bare)]
        return _optional(options) if lexeme.endswith("?") else options


def _literal(written: str) -> _Sequence:
    words = read(written).words
    if not words:
        raise ValueError("a phrase holds a filler, which the reading leaves out")
    return tuple(Slot(words=frozenset((word,))) for word in words)


def _listed(reference: str) -> list[_Sequence]:
    entries = word_lists().get(reference[1:-1])
    if entries is None:
        raise ValueError(f"there is no word list {reference}")
    return _merged([_literal(entry) for entry in entries])


def _merged(sequences: list[_Sequence]) -> list[_Sequence]:
    """Join all alternatives of one plain word into one slot."""
    single = [sequence[0] for sequence in sequences if len(sequence) == 1 and sequence[0].words and not sequence[0].optional]
    if len(single) < 2:
        return sequences
    joined = Slot(words=frozenset().union(*(slot.words for slot in single)))
    return [(joined,), *(sequence for sequence in sequences if not (len(sequence) == 1 and sequence[0] in single))]


def _optional(sequences: list[_Sequence]) -> list[_Sequence]:
    if len(sequences) == 1 and len(sequences[0]) == 1:
        return [(Slot(words=sequences[0][0].words, optional=True),)]
    return [(), *sequences]
