"""Count what kinds of words a turn uses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipeline.features.lexicons import word_lists, words_of
from pipeline.features.reading import SENTENCE_ENDS, Reading

NEAR_YOU = 4


@dataclass(frozen=True, slots=True)
class WordCounts:
    """Hold counts over the canonical words of one turn; `said` counts these words, sentence ends left out."""

    said: int
    you: int
    i: int
    we: int
    negation: int
    negation_at_you: int
    emotion: int
    hedge: int
    profanity: int
    questions: int
    exclamations: int
    shouted: int
    laughs: int
    is_bare: bool

    def rate(self, count: int) -> float:
        """Return `count` for ten words, with the turn taken to be at least ten words long."""
        return 10.0 * count / max(10, self.said)


def count_words(reading: Reading) -> WordCounts:
    """Return the counts of one reading.

    `negation_at_you` counts negations within four words of a `you`. A turn is bare when it has four words or fewer and none of
    them carries content (`yeah`, `i guess so`).
    """
    words = reading.words
    said = [word for word in words if word not in SENTENCE_ENDS]
    negated = [at for at, word in enumerate(words) if word in words_of("negation")]
    return WordCounts(
        said=len(said),
        you=_members(words, "second_person"),
        i=_members(words, "first_person"),
        we=_members(words, "together"),
        negation=len(negated),
        negation_at_you=sum(_near_you(words, at) for at in negated),
        emotion=sum(word in _emotion() for word in words),
        hedge=_members(words, "hedge") + _phrases(words, "hedge"),
        profanity=_members(words, "profanity"),
        questions=words.count("?"),
        exclamations=words.count("!"),
        shouted=reading.shouted,
        laughs=sum(cue in ("laugh", "smile") for cue, _, _ in reading.cues),
        is_bare=0 < len(said) <= 4 and all(word in words_of("bare") for word in said),
    )


def style(reading: Reading) -> frozenset[str]:
    """Return the function words of a turn, what style matching compares."""
    return frozenset(reading.words) & words_of("function")


def _members(words: tuple[str, ...], name: str) -> int:
    known = words_of(name)
    return sum(word in known for word in words)


def _phrases(words: tuple[str, ...], name: str) -> int:
    return sum(words[at : at + len(phrase)] == phrase for phrase in _groups(name) for at in range(len(words) - len(phrase) + 1))


def _near_you(words: tuple[str, ...], at: int) -> bool:
    return not words_of("second_person").isdisjoint(words[max(0, at - NEAR_YOU) : at + NEAR_YOU + 1])


@lru_cache(maxsize=8)
def _groups(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(entry.split()) for entry in word_lists()[name] if " " in entry)


@lru_cache(maxsize=1)
def _emotion() -> frozenset[str]:
    return words_of("feeling") | words_of("distress") | words_of("joy")
