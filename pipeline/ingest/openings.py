"""How a line of a transcript opens a turn: `T: ...`, `[00:01:02] Client: ...`, `12 T: ...`, `[doctor] ...`, `Speaker 1  0:03`."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from pipeline.ingest.labels import is_generic, label_key
from pipeline.ingest.times import CLOCK, seconds_of

_TIME = rf"[\[(<]?\s*(?P<start>{CLOCK})(?:\s*(?:-->|->|to|[-–])\s*(?P<end>{CLOCK}))?\s*[\])>]?"
_ONLY_TIME = re.compile(rf"^{_TIME}$")
_ONLY_MINUTES = re.compile(r"^\[?(?P<minutes>\d{1,3})\s*(?:min|mins|minutes?|')\.?\]?$", re.IGNORECASE)
_LEADING_TIME = re.compile(rf"^{_TIME}[\s,|;:–-]*(?=\S)")
_LEADING_NUMBER = re.compile(r"^#?\d{1,5}[.):]?\s+(?=[^\W\d])")
_LABEL = r"(?P<label>[^\W\d_][^:\t\n\[\]()<>{}\"!?]{0,39}?(?: ?\([^()]{1,30}\))?)"
_TIME_AFTER = rf"(?:\s*[\[(]?(?P<start>{CLOCK})[\])]?)?"
_FORMS = {
    "tag": re.compile(r"^\[(?P<label>[^\[\]]{1,40})\](?:\s*:)?(?:\s+(?P<rest>.*))?$"),
    "round": re.compile(r"^\((?P<label>[^()]{1,40})\)\s*:\s*(?P<rest>.*)$"),
    "header": re.compile(rf"^{_LABEL}(?:\s+|\t)[\[(]?(?P<start>{CLOCK})[\])]?$"),
    "colon": re.compile(rf"^{_LABEL}{_TIME_AFTER}\s*(?::(?!:)|\uff1a)\s*(?P<rest>.*)$"),
    "cell": re.compile(rf"^{_LABEL}\t+(?P<rest>.*)$"),
    "numbered": re.compile(r"^(?P<label>[^\W\d_]{1,3}\d{1,4})[.)]?\s+(?P<rest>.*)$"),
}
_STRONG_ONLY = frozenset({"tag", "numbered"})
_METADATA_WORDS = """
    date time session transcript transcription note notes topic title duration location file filename page recording recorded speakers
    participants length version source url http https subject re ps key legend author transcriber project interview study id diagnosis
    age gender setting start end summary warning
"""
_METADATA = frozenset(_METADATA_WORDS.split())


class Strength(StrEnum):
    """Say how surely a line opens a turn: by a role, generic or mapped label, or by words that look like a name."""

    STRONG = "strong"
    CAPITALISED = "capitalised"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Opening:
    """Hold how a line opens a turn: label, the words after it, a time if there is one, and in which form it was written."""

    label: str
    rest: str
    form: str
    strength: Strength
    start_s: float | None = None
    end_s: float | None = None


def time_of_line(text: str) -> float | None:
    """Return the time that a line holds and nothing else (`[00:01:02]`, `5 min`), or None."""
    minutes = _ONLY_MINUTES.match(text)
    if minutes:
        return float(minutes["minutes"]) * 60
    found = _ONLY_TIME.match(text)
    return seconds_of(found["start"]) if found else None


def opening_of(text: str, *, mapped: Set[str]) -> Opening | None:
    """Return how `text` may open a turn, or None; `mapped` holds the `label_key` of every label of the role map.

    >>> opening_of("[00:01:02] Client: Hello.", mapped=frozenset())
    Opening(label='Client', rest='Hello.', form='colon', strength=<Strength.STRONG: 'strong'>, start_s=62.0, end_s=None)
    """
    time = _LEADING_TIME.match(text)
    start_s, end_s = (seconds_of(time["start"]), seconds_of(time["end"])) if time else (None, None)
    body = text[time.end() :] if time else text
    body = _LEADING_NUMBER.sub("", body).replace("**", "")
    for form, pattern in _FORMS.items():
        found = pattern.match(body)
        strength = _strength(found["label"], mapped=mapped) if found else None
        if found is None or strength is None or (form in _STRONG_ONLY and strength is not Strength.STRONG):
            continue
        parts = found.groupdict()
        rest, inner_s = _without_leading_time(parts.get("rest") or "")
        given_s = next((value for value in (start_s, seconds_of(parts.get("start")), inner_s) if value is not None), None)
        return Opening(found["label"].strip(), rest, form, strength, given_s, end_s)
    return None


def _without_leading_time(rest: str) -> tuple[str, float | None]:
    found = re.match(rf"^[\[(](?P<start>{CLOCK})[\])]\s*", rest)
    return (rest[found.end() :], seconds_of(found["start"])) if found else (rest, None)


def _strength(label: str, *, mapped: Set[str]) -> Strength | None:
    text = label.strip()
    if label_key(text) in mapped or is_generic(text):
        return Strength.STRONG
    name, _, aside = text.partition("(")
    if aside and is_generic(aside.rstrip(") ")):
        return Strength.STRONG
    words = name.split()
    if not 1 <= len(words) <= 4 or words[0].casefold().rstrip(".") in _METADATA:
        return None
    if all(word[0].isupper() or word in {"de", "van", "von", "of"} for word in words):
        return Strength.CAPITALISED
    return Strength.PLAIN if len(words) == 1 and len(text) > 1 else None
