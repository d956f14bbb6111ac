"""Read a turn: canonical words with the code points they were written at, sentence ends and transcribed cues.

Rules are written in plain words. People type `u dont get it`, recognisers write `you don't get it` without a comma and
transcribers add `[laughs]` and `I-I`. The reading brings these to one form, so that a rule says what it means once; every
word keeps the place where it stands in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.features.lexicons import Spelling, spelling, words_of

SENTENCE_ENDS = frozenset(".?!")

_TOKEN = re.compile(
    r"(?P<mark>\[[^\[\]\n]{1,40}\]|<[^<>\n]{1,40}>|\{\{[^{}\n]{1,40}\}\})"
    r"|(?P<sound>(?i:uh-huh|mm-hm+|mhm+|m-hm|uh-uh|huh-uh|hm-mm|nuh-uh)\b)"
    r"|(?P<cut>\w+-(?![\w-]))"
    r"|(?P<word>\w+(?:['’]\w+)*['’]?)"
    r"|(?P<end>\?[?!]*|!+|(?<!\.)\.(?!\.)|\n)"
    r"|(?P<face>[:;]['’]?-?[()dD]|\(:)"
    r"|(?P<sign>[^\s\w])"
)
_ELONGATED = re.compile(r"(\w)\1{2,}")
_YES_SOUNDS = re.compile(r"(?i)uh-huh|m+-?hm+")
_MARK_CUES = (
    ("laugh", re.compile(r"laugh|chuckl|giggl|snort|smirk")),
    ("cry", re.compile(r"cr(?:y|ies)|tear|sob|weep|sniff")),
    ("sigh", re.compile(r"sigh|exhale|breathes out")),
    ("silence", re.compile(r"paus|silen|^\[\(?\d")),
    ("flat", re.compile(r"flat|monoton|quietly|deadpan")),
    ("smile", re.compile(r"smil|grin")),
    ("scorn", re.compile(r"roll|scoff|tut|sneer|sarcas|snort|claps")),
    (
        "withheld",
        re.compile(
            r"shrug|looks? away|looks? at (?:the )?(?:phone|clock|watch|floor|window)|turns? away|checks? phone|no answer|does not answer"
        ),
    ),
    ("interruption", re.compile(r"phone (?:buzz|ring|vibrat|goes|beep)|(?:knock|door|bell)|someone (?:enters|comes)")),
    ("overlap", re.compile(r"overlap|crosstalk|interrupt|talks? over")),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold the canonical words of one turn.

    `words[i]` was written at the half-open code points `starts[i]`:`ends[i]`; a spelling such as `idk` gives several words
    with the same place. Sentence ends are words of their own (`.`, `?`, `!`). `cues` names transcribed sounds and faces with
    their places. `spoken` counts the words as written, marks left out; `shouted` those in capitals.
    """

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    cues: tuple[tuple[str, int, int], ...]
    spoken: int
    shouted: int

    def has_cue(self, *names: str) -> bool:
        """Say whether any of the named cues was transcribed."""
        return any(cue in names for cue, _, _ in self.cues)

    def sentence_start(self, at: int) -> int:
        """Return the position of the first word of the sentence that holds word `at`."""
        while at > 0 and self.words[at - 1] not in SENTENCE_ENDS:
            at -= 1
        return at

    def sentence_end(self, at: int) -> int:
        """Return the position just after the last word of the sentence that holds word `at`, its end mark left out."""
        while at < len(self.words) and self.words[at] not in SENTENCE_ENDS:
            at += 1
        return at


def read(text: str) -> Reading:
    """Return the canonical reading of one turn's text.

    >>> read("idk, u dont listen").words
    ('i', 'do', 'not', 'know', 'you', 'do', 'not', 'listen')
    """
    return _Reader(spelling()).read(text)


class _Reader:
    """Collect the words of one text; lives for one call."""

    __slots__ = ("cues", "ends", "shouted", "spelling", "spoken", "starts", "words")

    def __init__(self, table: Spelling) -> None:
        self.spelling = table
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.cues: list[tuple[str, int, int]] = []
        self.spoken = 0
        self.shouted = 0

    def read(self, text: str) -> Reading:
        for found in _TOKEN.finditer(text):
            getattr(self, f"_take_{found.lastgroup}")(found.group(), found.start(), found.end())
        self._resolve_your()
        return Reading(
            words=tuple(self.words),
            starts=tuple(self.starts),
            ends=tuple(self.ends),
            cues=tuple(self.cues),
            spoken=self.spoken,
            shouted=self.shouted,
        )

    def _take_mark(self, raw: str, start: int, end: int) -> None:
        lowered = raw.lower()
        named = [cue for cue, pattern in _MARK_CUES if pattern.search(lowered)]
        self.cues.extend((cue, start, end) for cue in named)
        if not named and not lowered.startswith("[nonverbal"):
            self._add("anon", start, end)

    def _take_sound(self, raw: str, start: int, end: int) -> None:
        self.spoken += 1
        self._add("mhm" if _YES_SOUNDS.fullmatch(raw) else "no", start, end)

    def _take_cut(self, raw: str, start: int, end: int) -> None:
        """Count a cut-off word; it is no evidence of anything said."""
        self.spoken += 1

    def _take_face(self, raw: str, start: int, end: int) -> None:
        self._take_sign(raw.lower(), start, end)

    def _take_sign(self, raw: str, start: int, end: int) -> None:
        cue = self.spelling.cue_of.get(raw)
        if cue:
            self.cues.append((cue, start, end))

    def _take_end(self, raw: str, start: int, end: int) -> None:
        if self.words and self.words[-1] not in SENTENCE_ENDS:
            self._add("." if raw == "\n" else raw[0], start, end)

    def _take_word(self, raw: str, start: int, end: int) -> None:
        self.spoken += 1
        self.shouted += len(raw) > 1 and raw.isupper()
        lowered = _ELONGATED.sub(r"\1\1", raw.lower().replace("’", "'"))
        cue = self.spelling.cue_of.get(lowered)
        if cue:
            self.cues.append((cue, start, end))
        for word in self._canonical(lowered):
            self._add(word, start, end)

    def _canonical(self, word: str) -> tuple[str, ...]:
        if word in self.spelling.fillers:
            return ()
        if "'" in word:
            return self._without_apostrophe(word.rstrip("'"))
        return self.spelling.expand.get(word) or self.spelling.expand.get(_ELONGATED_PAIR.sub(r"\1", word)) or (word,)

    def _without_apostrophe(self, word: str) -> tuple[str, ...]:
        stem, _, suffix = word.rpartition("'")
        if not stem:
            return self._canonical(suffix) if "'" not in suffix else (suffix,)
        if suffix == "t":
            return self.spelling.expand.get(f"{stem}t".replace("'", ""), (f"{stem}t",))
        if suffix == "s":
            return _s_form(stem)
        full = _SUFFIXES.get(suffix)
        return (*self._canonical(stem), full) if full else (word.replace("'", ""),)

    def _add(self, word: str, start: int, end: int) -> None:
        if self.words and self.words[-1] == word and word in self.spelling.stutters:
            self.ends[-1] = end
            return
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)

    def _resolve_your(self) -> None:
        """Read `ur`, `your`, `its` and `ill` as a verb where the next word shows that it is one."""
        for at in range(len(self.words) - 1, -1, -1):
            word = self.words[at]
            follower = self.words[at + 1] if at + 1 < len(self.words) else ""
            if word == "ur" or (word == "your" and follower in words_of("after_your_for_you_are")):
                self._replace(at, ("you", "are") if follower in words_of("after_you_are") else ("your",))
            elif word == "its":
                self._replace(at, ("it", "is"))
            elif word == "ill" and follower in words_of("after_i_will"):
                self._replace(at, ("i", "will"))

    def _replace(self, at: int, words: tuple[str, ...]) -> None:
        self.words[at : at + 1] = words
        self.starts[at : at + 1] = [self.starts[at]] * len(words)
        self.ends[at : at + 1] = [self.ends[at]] * len(words)


_ELONGATED_PAIR = re.compile(r"(\w)\1+$")
_SUFFIXES = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would", "em": "them"}


def _s_form(stem: str) -> tuple[str, ...]:
    if stem == "let":
        return ("let", "us")
    return (stem, "is") if stem in words_of("before_is") else (stem,)
