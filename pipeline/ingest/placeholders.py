"""Anonymisation placeholders of any style, recognised so that all become one neutral token.

Styles after the UK Data Service (brackets, descriptors), JMIR-type de-identification (`<name 00:01:02>`), Presidio-type tools
(`<PERSON_1>`, `{{name}}`) and clinical writing (`Mr. B`, `XXXX`, `____`).
"""

from __future__ import annotations

import re

_SUBJECT = (
    r"name|first ?name|last ?name|surname|full ?name|nickname|initials?|person|people|client|patient|therapist|counsell?or|doctor|"
    r"clinician|speaker|friend|partner|husband|wife|spouse|boyfriend|girlfriend|mother|father|mom|mum|dad|son|daughter|sister|brother|"
    r"sibling|child|baby|aunt|uncle|cousin|grand(?:mother|father|ma|pa|son|daughter)|boss|manager|colleague|teacher|neighbou?r|pet|dog|cat|"
    r"age|gender|date|dob|birthday|day|month|year|time|address|street|road|city|town|village|place|location|loc|area|region|county|"
    r"state|country|postcode|zip|zip ?code|school|college|university|hospital|clinic|ward|company|employer|workplace|work|job|"
    r"occupation|organi[sz]ation|org|gpe|fac|norp|church|team|shop|restaurant|website|url|username|user|email|e-mail|phone|"
    r"phone ?number|number|id|nhs ?number|ssn|account|medication|drug|brand|language|nationality|ethnicity|religion"
)
_ACTION = (
    r"anon|anonymi[sz]ed|anonymi[sz]ation|redacted|removed|deleted|omitted|withheld|masked|pii|phi|confidential|"
    r"identifying info(?:rmation)?|de-?identified|placeholder"
)
_OF = r"(?:'s|s'|s)?"
_SHAPES = (
    rf"(?:{_ACTION})(?:[ _-]?\d+)?",
    rf"(?:(?:{_SUBJECT}){_OF}[ _-])?(?:{_SUBJECT})(?:[ _-]?(?:\d{{1,4}}|[a-z]))?",
    rf"(?:{_SUBJECT}) of (?:{_SUBJECT})",
    rf"(?:{_SUBJECT}|{_ACTION})[ ,:;-]+(?:{_ACTION}|\d{{1,2}}:\d{{2}}(?::\d{{2}})?)",
)
_INSIDE = re.compile(rf"^\s*(?:the )?(?:{'|'.join(_SHAPES)})\s*$", re.IGNORECASE)
_TAG = re.compile(r"^[A-Z][A-Z]+(?:[ _-][A-Z]+)*(?:[ _-]?\d{1,4})?$")
_BLANK = re.compile(r"^(?:_{2,}|\*{2,}|X{2,}|x{3,}|-{3,})$")
_NOT_TAGS = frozenset({"OK", "NO", "YES", "OH", "AH"})

BARE = (
    r"(?<![\])>}\w*])(?:X{3,}|_{3,}|\*{3,})(?![\[(<{\w*])"
    r"|\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\.?\s(?:[A-Z](?![\w'])\.?|X{2,}(?!\w)|_{2,}(?!\w)|\*{2,}(?![\w*]))"
)
"""Placeholders that stand without brackets: `XXXX`, `____`, `***`, `Mr. B`."""


def is_placeholder(inside: str, *, angle_or_brace: bool = False) -> bool:
    """Tell whether what stands inside brackets replaces an identifier; marks such as `[laughs]` must be ruled out before.

    >>> is_placeholder("PERSON_1"), is_placeholder("sister's name"), is_placeholder("I mean it")
    (True, True, False)
    """
    text = inside.strip()
    if _INSIDE.match(text) or _BLANK.match(text):
        return True
    if text in _NOT_TAGS:
        return False
    return _TAG.match(text) is not None or (angle_or_brace and re.match(r"^[A-Za-z]+[_-]\d{1,4}$", text) is not None)
