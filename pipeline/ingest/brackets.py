"""What a transcriber put in brackets: pauses, laughter, unclear speech, listener responses, placeholders."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.core.records import ANON_TOKEN, MarkKind
from pipeline.ingest.placeholders import is_placeholder
from pipeline.ingest.polarity import FILLERS, SOUNDS
from pipeline.ingest.times import seconds_of


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what a notation means: its canonical spelling, its kind, and for a pause its seconds where they are given."""

    spelling: str
    kind: MarkKind
    duration_s: float | None = None


PAUSE, LAUGH, CRY, SIGH = "[pause]", "[laughs]", "[cries]", "[sighs]"
OVERLAP, UNINTELLIGIBLE = "[overlap]", "[unintelligible]"

_AMOUNT = r"(?P<amount>\d{1,4}(?:\.\d{1,3})?)"
_UNIT = r"\s*-?(?P<unit>s|secs?|seconds?|m|mins?|minutes?)"
_PAUSE_WORD = r"(?:(?:very |a )?(?:long|short|brief|slight|lengthy)(?:er|ish)? )?(?:pauses?|pausing|silences?|silent|gap|beat)"
_PAUSES = (
    re.compile(rf"^(?:{_PAUSE_WORD})(?:\s*[,:;-]?\s*(?:of |for )?(?:{_AMOUNT}(?:{_UNIT})?))?$"),
    re.compile(rf"^{_AMOUNT}{_UNIT}(?: (?:{_PAUSE_WORD}))?$"),
)
_TIMED_DOT = re.compile(r"^\d{1,3}\.\d{1,3}$")
_MICRO = re.compile(r"^\.+$")
_TIME_TAIL = re.compile(r"[\s,@-]*\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?$")
_KINDS: tuple[tuple[re.Pattern[str], str, MarkKind], ...] = tuple(
    (re.compile(rf"^(?:{pattern})$"), spelling, kind)
    for pattern, spelling, kind in (
        (
            r"(?:both |slight(?:ly)? |nervous(?:ly)? |client |therapist |small |soft(?:ly)? )*"
            r"(?:laugh(?:s|ed|ing|ter)?|chuckl(?:es?|ed|ing)|giggl(?:es?|ed|ing)|snickers?|ha ?ha|lol)"
            r"(?: (?:nervously|softly|slightly|quietly|together|a little))?",
            LAUGH,
            MarkKind.LAUGH,
        ),
        (
            r"(?:starts? |begins? to |client |is )*(?:cry|cries|crying|cried|sob(?:s|bing)?|weep(?:s|ing)?|tear(?:s|ful|fully|ing up))",
            CRY,
            MarkKind.CRY,
        ),
        (r"(?:deep |heavy |big |client |therapist |deeply |heavily )*sigh(?:s|ed|ing)?(?: (?:deeply|heavily))?", SIGH, MarkKind.SIGH),
        (
            r"overlap(?:s|ping)?(?: (?:talk|speech))?|cross-? ?talk|talking over(?: each other)?|simultaneous(?: (?:talk|speech))?",
            OVERLAP,
            MarkKind.OVERLAP,
        ),
        (
            r"(?:inaudible|unintelligible|unclear|indistinct|indecipherable|incomprehensible|unin|muffled|inaudible_speech|mumbles?|mumbling)"
            r"(?: (?:word|words|speech|phrase|section|response))?(?: ?x ?\d)?|\?+|x{3}|---+",
            UNINTELLIGIBLE,
            MarkKind.UNINTELLIGIBLE,
        ),
    )
)
_SOUNDS_AND_GESTURES = (
    r"cough(?:s|ed|ing)?|clears? (?:his |her |their )?throat|clearing throat|sneez\w+|sniff\w*|yawn\w*|whisper\w*|shout\w*|swallow\w*|"
    r"gasp\w*|groan\w*|grunt\w*|tuts?|exhales?|inhales?|breath\w*|blows? nose|snorts?|scoffs?|mimics?|imitat\w+|hesitat\w+|stutter\w*|"
    r"sings?|singing|humming|hums|nod\w*|shrug\w*|smil\w+|gestur\w+|point\w*|shak\w+ (?:his |her |their )?head|looks? \w+|stares?|winces?|"
    r"clap\w*|wipes? \w+|raises? \w+|rolls? eyes|leans? \w+|frown\w*|grimac\w+"
)
_SETTINGS_AND_TONES = (
    r"applause|music|noise|background\w*|phone\w*|door\w*|knock\w*|beep\w*|static|typing|foreign language|flat(?:ly)?|quiet(?:ly)?|"
    r"soft(?:ly)?|loud(?:ly)?|silently|sarcastic(?:ally)?|angri?ly|tone\b|voice\b"
)
_NONVERBAL = re.compile(rf"(?:{_SOUNDS_AND_GESTURES}|{_SETTINGS_AND_TONES})(?: [\w'-]+){{0,5}}")
_PARTY = r"(?:client|therapist|patient|counsell?or|doctor|interviewer|listener|[tcp])\s*[:,-]\s*"
_RESPONSES = r"ok(?:ay)?|right|yes|no|sure|oh|ah|mm|hm|i see|huh|wow|really|good|great|exactly|absolutely|true"
_RESPONSE = re.compile(rf"^(?P<party>{_PARTY})?(?P<words>\w[\w' ,-]*?)[.!,]*$")
_SOUNDS = tuple((re.compile(rf"^(?:{pattern})$"), spelling) for pattern, spelling in (*((p, s) for p, s, _ in SOUNDS), *FILLERS))


def read_bracket(opening: str, inside: str) -> Reading | None:
    """Return what a bracketed notation means, or None when it is speech in brackets.

    `opening` is the bracket: `[`, `(`, `((`, `<`, `{`, `{{` or `*`. Round brackets hold ordinary asides as well, so only
    known notations count there; a doubled round bracket is always a transcriber's comment (Jefferson).
    """
    text = " ".join(inside.split())
    lowered = _TIME_TAIL.sub("", text.strip("/ ")).casefold().strip()
    return (
        _pause(opening, lowered)
        or _known_kind(lowered)
        or _response(opening, lowered)
        or _placeholder(opening, text)
        or _nonverbal(opening, lowered)
    )


def _pause(opening: str, text: str) -> Reading | None:
    if opening == "(" and _MICRO.match(text):
        return Reading(PAUSE, MarkKind.PAUSE)
    if opening == "(" and _TIMED_DOT.match(text):
        return Reading(PAUSE, MarkKind.PAUSE, seconds_of(text))
    match = next((found for pattern in _PAUSES if (found := pattern.match(text))), None)
    if match is None:
        return None
    if match["amount"] is None:
        return Reading(PAUSE, MarkKind.PAUSE)
    minutes = (match["unit"] or "s").startswith("m")
    return Reading(PAUSE, MarkKind.PAUSE, float(match["amount"]) * (60 if minutes else 1))


def _known_kind(text: str) -> Reading | None:
    return next((Reading(spelling, kind) for pattern, spelling, kind in _KINDS if pattern.match(text)), None)


def _response(opening: str, text: str) -> Reading | None:
    """Read what the other party says meanwhile: `(mm-hm)`, `[client: yeah]`."""
    match = _RESPONSE.match(text) if opening in {"(", "["} else None
    if match is None:
        return None
    raw = [word.strip() for word in match["words"].split(",") if word.strip()]
    spelled = [_spelled(word) for word in raw]
    said = ", ".join(known or word for known, word in zip(spelled, raw, strict=True))
    if all(spelled):
        return Reading(f"({said})", MarkKind.BACKCHANNEL)
    return Reading(f"[{match['party'].rstrip(' :,-')}: {said}]", MarkKind.BACKCHANNEL) if match["party"] else None


def _spelled(word: str) -> str | None:
    if re.fullmatch(_RESPONSES, word):
        return word
    return next((spelling for pattern, spelling in _SOUNDS if pattern.match(word)), None)


def _placeholder(opening: str, text: str) -> Reading | None:
    if opening in {"*", "(("} or (opening == "(" and not text.isupper()):
        return None
    replaced = is_placeholder(text.strip("/@"), angle_or_brace=opening in {"<", "{", "{{"})
    return Reading(ANON_TOKEN, MarkKind.ANON) if replaced else None


def _nonverbal(opening: str, text: str) -> Reading | None:
    if _NONVERBAL.fullmatch(text):
        return Reading(f"[{text}]", MarkKind.NONVERBAL)
    return Reading(f"(({text}))", MarkKind.NONVERBAL) if opening == "((" and text else None
