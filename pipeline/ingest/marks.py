"""Find the inline marks of one turn and bring each into one spelling, in a single pass over the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.core.records import ANON_TOKEN, Mark, MarkKind
from pipeline.ingest.brackets import OVERLAP, PAUSE, UNINTELLIGIBLE, Reading, read_bracket
from pipeline.ingest.placeholders import BARE
from pipeline.ingest.polarity import FILLERS, SOUNDS

_BRACKETS = (
    r"\[\[[^\[\]]{1,60}\]\]",
    r"\[[^\[\]]{1,80}\]",
    r"\(\([^\[\]()<>{}]{1,80}\)\)",
    r"\([^\[\]()<>{}]{1,60}\)",
    r"<[^<>]{1,60}>",
    r"\{\{[^{}]{1,60}\}\}",
    r"\{[^{}]{1,60}\}",
    r"(?<![\[\]()<>{}\w*])\*[A-Za-z][A-Za-z ]{2,30}\*(?![\[\]()<>{}\w*])",
)
_LEFT, _RIGHT = r"(?<![\w-])", r"(?![\w-])"
_NOTATIONS = {
    "bracket": "|".join(_BRACKETS),
    "anon": BARE,
    "dots": r"\.{3,}|(?<![.\w])\.(?: \.){2,}\.*",
    "dashes": r"(?<!\S)(?:-{3,}|-+(?: -+)+)(?!\S)",
    "slashes": r"(?<!\S)//(?=\s|$|\w)|(?<=[\w.,?!])//(?=\s|$)",
    "breath": r"(?<!\S)\.?h{3,}(?=[\s.,?!]|$)",
    "laugh": rf"(?i:{_LEFT}(?:a?(?:ha){{2,}}h?|(?:he){{2,}}h?|ha(?: ha)+){_RIGHT})",
    "sound": rf"(?i:{_LEFT}(?:{'|'.join(pattern for pattern, _, _ in SOUNDS)}){_RIGHT})",
    "filler": rf"(?!ER\b){_LEFT}(?i:{'|'.join(pattern for pattern, _ in FILLERS)}){_RIGHT}",
    "cut_off": r"(?<![\w'-])[^\W\d_][\w']*-(?![\w-])(?! (?:and|or|to)\b)(?=\s|$|[.,?!])",
}
_TOKEN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _NOTATIONS.items()))
_SOUNDS = tuple((re.compile(pattern), spelling or "", kind) for pattern, spelling, kind in SOUNDS)
_FILLERS = tuple((re.compile(pattern), spelling) for pattern, spelling in FILLERS)
_FIXED = {
    "anon": Reading(ANON_TOKEN, MarkKind.ANON),
    "dots": Reading("...", MarkKind.PAUSE),
    "slashes": Reading(OVERLAP, MarkKind.OVERLAP),
    "breath": Reading("[breath]", MarkKind.NONVERBAL),
}
_AS_WRITTEN = {"laugh": MarkKind.LAUGH, "cut_off": MarkKind.CUT_OFF}
_OPENING = re.compile(r"^(?:\(\(|\{\{|\[\[|[\[(<{*])")


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Hold a text in canonical spelling with marks that point into exactly that text."""

    text: str
    marks: tuple[Mark, ...]


def mark(text: str) -> MarkedText:
    """Return cleaned `text` with every notation in its canonical spelling and typed.

    Text that is no notation stays untouched. Marking a marked text again changes nothing in it; the seconds of a pause live
    in the mark alone and are known only the first time.

    >>> mark("Mhm. (2.0) uh uh, I [NAME] wh- what?").text
    'Mm-hm. [pause] uh uh, I [ANON] wh- what?'
    """
    pieces: list[str] = []
    marks: list[Mark] = []
    done = length = 0
    while found := _TOKEN.search(text, done):
        reading = _read(found)
        kept = text[done : found.start()] + (found.group()[:1] if reading is None else "")
        pieces.append(kept)
        length += len(kept)
        done = found.start() + 1
        if reading is not None:
            pieces.append(reading.spelling)
            marks.append(Mark(kind=reading.kind, start=length, end=length + len(reading.spelling), duration_s=reading.duration_s))
            length += len(reading.spelling)
            done = found.end()
    return MarkedText("".join((*pieces, text[done:])), tuple(marks))


def _read(found: re.Match[str]) -> Reading | None:
    token, notation = found.group(), found.lastgroup or ""
    if notation in _FIXED:
        return _FIXED[notation]
    if notation in _AS_WRITTEN:
        return Reading(token, _AS_WRITTEN[notation])
    if notation == "dashes":
        return Reading(PAUSE, MarkKind.PAUSE, float(token.count("-")))  # a second each (Mergenthaler & Stinson)
    if notation == "bracket":
        return _read_bracket(token)
    return _read_sound(token) if notation == "sound" else _read_filler(token)


def _read_bracket(token: str) -> Reading | None:
    opening = _OPENING.match(token)
    width = opening.end() if opening else 1
    reading = read_bracket("[" if token.startswith("[[") else token[:width], token[width:-width])
    if reading is None and re.fullmatch(r"\{[-x ]*\}", token):
        return Reading(UNINTELLIGIBLE, MarkKind.UNINTELLIGIBLE)
    return reading


def _read_sound(token: str) -> Reading:
    spelling, kind = next((spelling, kind) for pattern, spelling, kind in _SOUNDS if pattern.fullmatch(token.casefold()))
    return Reading(_cased(spelling, like=token), kind)


def _read_filler(token: str) -> Reading:
    spelling = next(spelling for pattern, spelling in _FILLERS if pattern.fullmatch(token.casefold()))
    return Reading(_cased(spelling, like=token), MarkKind.FILLER)


def _cased(spelling: str, *, like: str) -> str:
    return spelling.capitalize() if like[0].isupper() else spelling
