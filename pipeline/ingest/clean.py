"""Characters: one Unicode form, one kind of quote, one kind of space, nothing that cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SPACE = re.compile(r"\s+")
_PLAIN = str.maketrans({"…": "...", "‘": "'", "’": "'", "‛": "'", "ʼ": "'", "“": '"', "”": '"', "‟": '"'})
_LENGTHENED = re.compile(r"(?<=[^\W\d_]):{2,}(?=[\w\s,.?!]|$)")  # Jefferson's "so:::"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn"})


@dataclass(frozen=True, slots=True)
class CleanText:
    """Hold a cleaned text and how many characters were removed from it."""

    text: str
    removed: int


def clean(text: str) -> CleanText:
    """Return `text` in NFC with straight quotes, dots for the ellipsis sign and single spaces.

    Control, format and surrogate characters and the colons of lengthened sounds (Jefferson) are removed.

    >>> clean("I\\u200bm   here\\u202e")
    CleanText(text='Im here', removed=2)
    """
    if text.isascii() and text.isprintable():
        return CleanText(_LENGTHENED.sub("", " ".join(text.split())), 0)
    spaced = _SPACE.sub(" ", text)
    seen = "".join(character for character in spaced if unicodedata.category(character) not in _UNSEEN)
    normal = unicodedata.normalize("NFC", seen.translate(_PLAIN))
    return CleanText(_LENGTHENED.sub("", _SPACE.sub(" ", normal).strip()), len(spaced) - len(seen))
