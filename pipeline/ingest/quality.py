"""Whether a transcript looks like a session at all: counts, shares, and a verdict with its reasons.

Automatically recorded corpora hold talk that is no session, and sessions with broken speakers (Mor Naim et al., JMIR Form Res
2025, e78082). The thresholds are deliberately wide: `reject` is kept for what no reader could score.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.core.records import ANON_TOKEN, MarkKind, Quality, QualityVerdict, SpeakerRole, Turn

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_COMMON_WORDS = """
    a about all am an and are as at be been because but by can could did do does don't for from get go good had has have he her him his
    how i i'm if in is it it's its just know like me my no not now of oh okay on one or our out really said she so some that that's the
    their them then there they think this to uh um up us was we well were what when where which who why will with would yeah yes you
    your
"""
_FUNCTION_WORDS = frozenset(_COMMON_WORDS.split())
_LONG_TURN_WORDS = 8


@dataclass(frozen=True, slots=True)
class Shape:
    """Hold the counts and shares of a transcript on which the verdict rests; shares lie between 0 and 1."""

    turns: int
    words: int
    client_turns: int
    therapist_turns: int
    client_words: int
    largest_word_share: float
    repeated_turn_share: float
    unintelligible_share: float
    function_word_share: float
    alternation: float
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class _Rule:
    verdict: QualityVerdict
    holds: Callable[[Shape], bool]
    reason: str


_REJECT, _REVIEW = QualityVerdict.REJECT, QualityVerdict.REVIEW
_RULES = (
    _Rule(_REJECT, lambda shape: shape.client_turns < 2, "fewer than 2 client turns"),
    _Rule(_REJECT, lambda shape: shape.turns < 4, "fewer than 4 turns"),
    _Rule(_REJECT, lambda shape: shape.words >= 50 and shape.function_word_share < 0.10, "hardly any common English words"),
    _Rule(_REJECT, lambda shape: shape.unintelligible_share > 0.5, "more than half of the turns are unintelligible"),
    _Rule(_REVIEW, lambda shape: 2 <= shape.client_turns < 4, "fewer than 4 client turns"),
    _Rule(_REVIEW, lambda shape: 4 <= shape.turns < 8, "fewer than 8 turns"),
    _Rule(_REVIEW, lambda shape: shape.therapist_turns == 0, "no turn is known to be the therapist's"),
    _Rule(_REVIEW, lambda shape: shape.largest_word_share > 0.95, "one speaker has more than 95 % of the words"),
    _Rule(_REVIEW, lambda shape: shape.repeated_turn_share > 0.2, "more than a fifth of the longer turns are repeated"),
    _Rule(_REVIEW, lambda shape: 0.25 < shape.unintelligible_share <= 0.5, "more than a quarter of the turns hold unintelligible speech"),
    _Rule(_REVIEW, lambda shape: shape.words >= 50 and 0.10 <= shape.function_word_share < 0.25, "few common English words"),
    _Rule(_REVIEW, lambda shape: shape.alternation < 0.2, "client and therapist hardly alternate"),
    _Rule(_REVIEW, lambda shape: shape.words > 30_000, "more than 30,000 words"),
    _Rule(_REVIEW, lambda shape: (shape.duration_s or 0) > 3 * 3600, "longer than three hours"),
)


def assess(turns: Sequence[Turn]) -> Quality:
    """Return the quality block of a transcript; a `reject` is for the caller to act on, nothing is dropped here."""
    shape = shape_of(turns)
    broken = [rule for rule in _RULES if rule.holds(shape)]
    verdict = _REJECT if any(rule.verdict is _REJECT for rule in broken) else _REVIEW if broken else QualityVerdict.ACCEPT
    client_lengths = [_words(turn) for turn in turns if turn.role is SpeakerRole.CLIENT]
    return Quality(
        verdict=verdict,
        reasons=tuple(rule.reason for rule in broken),
        turns=shape.turns,
        words=shape.words,
        client_turns=shape.client_turns,
        therapist_turns=shape.therapist_turns,
        client_word_share=round(shape.client_words / shape.words, 4) if shape.words else None,
        median_client_words=float(median(client_lengths)) if client_lengths else None,
        repeated_turn_share=round(shape.repeated_turn_share, 4),
        unintelligible_share=round(shape.unintelligible_share, 4),
        duration_s=shape.duration_s,
    )


def shape_of(turns: Sequence[Turn]) -> Shape:
    """Count what the verdict rests on."""
    words_by_speaker: Counter[str] = Counter()
    words_by_role: Counter[SpeakerRole] = Counter()
    for turn in turns:
        words_by_speaker[turn.speaker] += _words(turn)
        words_by_role[turn.role] += _words(turn)
    roles = Counter(turn.role for turn in turns)
    words = words_by_speaker.total()
    times = [time for turn in turns for time in (turn.start_s, turn.end_s) if time is not None]
    return Shape(
        turns=len(turns),
        words=words,
        client_turns=roles[SpeakerRole.CLIENT],
        therapist_turns=roles[SpeakerRole.THERAPIST],
        client_words=words_by_role[SpeakerRole.CLIENT],
        largest_word_share=max(words_by_speaker.values(), default=0) / max(words, 1),
        repeated_turn_share=_repeated_share(turns),
        unintelligible_share=_share(turns, lambda turn: any(mark.kind is MarkKind.UNINTELLIGIBLE for mark in turn.marks)),
        function_word_share=_function_word_share(turns),
        alternation=_alternation(turns),
        duration_s=round(max(times) - min(times), 3) if times else None,
    )


def _words(turn: Turn) -> int:
    """Count the words of a turn; marks such as `[laughs]` are not words, a placeholder is one."""
    notations = sum(turn.text[mark.start : mark.start + 1] == "[" and mark.kind is not MarkKind.ANON for mark in turn.marks)
    return max(len(turn.text.split()) - notations, 0)


def _share(turns: Sequence[Turn], holds: Callable[[Turn], bool]) -> float:
    return sum(map(holds, turns)) / max(len(turns), 1)


def _repeated_share(turns: Sequence[Turn]) -> float:
    """Return the share of longer turns that repeat an earlier one word for word; short answers repeat in any talk."""
    longer = [turn.text.casefold() for turn in turns if len(turn.text.split()) >= _LONG_TURN_WORDS]
    return 1 - len(set(longer)) / len(longer) if longer else 0.0


def _function_word_share(turns: Sequence[Turn]) -> float:
    words = [word.casefold() for turn in turns for word in _WORD.findall(turn.text.replace(ANON_TOKEN, ""))]
    return sum(word in _FUNCTION_WORDS for word in words) / max(len(words), 1)


def _alternation(turns: Sequence[Turn]) -> float:
    """Return the share of client turns beside which a therapist speaks; 1 where no therapist is known."""
    roles = [turn.role for turn in turns]
    if SpeakerRole.THERAPIST not in roles:
        return 1.0
    clients = [place for place, role in enumerate(roles) if role is SpeakerRole.CLIENT]
    beside = sum(SpeakerRole.THERAPIST in roles[max(place - 1, 0) : place + 2] for place in clients)
    return beside / max(len(clients), 1)
