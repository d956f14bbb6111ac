"""The mess of real transcripts, put into training text on the fly: a different mess every epoch, the same for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from pipeline.core.records import ANON_TOKEN
from pipeline.training.config import NoiseSettings

_ANON = re.compile(re.escape(ANON_TOKEN))
_LEFT_OVER = ("X", "XX", "someone", "somewhere", "him", "blank")
_NAMEABLE = re.compile(r"(?<=[a-z,] )(?!I\b|I['’])[A-Z][a-z]{2,}\b|\b\d{2,}\b")
_FILLERS = ("um", "uh", "like", "you know", "I mean", "er", "well")
_PUNCTUATION = re.compile(r"[.,!?;:\"“”]+(?=\s|$)")
_HOMOPHONES = {  # what speech recognition writes for what was said
    "their": "there", "there": "their", "your": "you're", "you're": "your", "to": "too", "its": "it's", "know": "no", "then": "than",
    "are": "our", "hear": "here", "right": "write", "for": "four", "because": "cause", "going": "gonna", "want": "wanna",
}  # fmt: skip
_CHAT = {  # short forms of hurried messages
    "you": "u", "are": "r", "your": "ur", "because": "cos", "okay": "ok", "please": "pls", "people": "ppl", "don't": "dont", "I'm": "im",
    "can't": "cant", "I": "i", "that's": "thats", "it's": "its", "didn't": "didnt", "though": "tho", "with": "w",
}  # fmt: skip


def disturb(texts: Sequence[str], *, settings: NoiseSettings, rng: random.Random) -> list[str]:
    """Return the turns of one session, disturbed or left alone as chance has it; the number of turns stays."""
    if rng.random() < settings.placeholders:
        texts = [_swap_placeholders(text, rng) for text in texts]
    draw = rng.random()
    if draw < settings.recogniser:
        return [_recognise(text, settings.word_errors, rng) for text in texts]
    if draw < settings.recogniser + settings.chat:
        return [_chat(text, settings.word_errors, rng) for text in texts]
    if draw < settings.recogniser + settings.chat + settings.disfluency:
        return [_disfluent(text, rng) for text in texts]
    return list(texts)


def _swap_placeholders(text: str, rng: random.Random) -> str:
    """Hide names and numbers as another anonymiser would, and leave of a placeholder what a careless one leaves."""
    swapped = _ANON.sub(lambda found: rng.choice(_LEFT_OVER) if rng.random() < 0.3 else found.group(), text)
    return _NAMEABLE.sub(lambda found: ANON_TOKEN if rng.random() < 0.5 else found.group(), swapped)


def _recognise(text: str, rate: float, rng: random.Random) -> str:
    """Write a turn as a speech recogniser would: no punctuation, no case, words lost, doubled or misheard."""
    words = []
    for word in _PUNCTUATION.sub("", text).split():
        plain = word if word == ANON_TOKEN else word.lower()
        draw = rng.random()
        if draw < rate / 2 and len(text) > 24:
            continue
        if draw < rate:
            words.append(plain)
        words.append(_HOMOPHONES.get(plain, plain) if rng.random() < 4 * rate else plain)
    return " ".join(words) or text


def _chat(text: str, rate: float, rng: random.Random) -> str:
    """Write a turn as a hurried chat message: lower case, short forms, slipped keys, few full stops."""
    words = []
    for word in text.split():
        short = _CHAT.get(word.strip(".,"), word) if rng.random() < 0.6 else word
        low = short if short == ANON_TOKEN else short.lower()
        words.append(_slip(low, rng) if rng.random() < rate and len(low) > 3 and low != ANON_TOKEN else low)
    joined = " ".join(words)
    return joined.rstrip(".") if rng.random() < 0.8 else joined


def _slip(word: str, rng: random.Random) -> str:
    """Swap, lose or double one letter."""
    place = rng.randrange(len(word) - 1)
    change = rng.randrange(3)
    if change == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if change == 1:
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place] + word[place:]


def _disfluent(text: str, rng: random.Random) -> str:
    """Add fillers and repeated words, as a verbatim transcript keeps them."""
    words = []
    for word in text.split():
        if rng.random() < 0.04:
            words.append(rng.choice(_FILLERS))
        words.append(word)
        if rng.random() < 0.03 and word.isalpha():
            words.append(word.lower())
    return " ".join(words)
