"""Residual identifiers: what anonymisation seems to have missed, by kind and place and never by its words.

A finding is a reason to look, and no finding is no proof: these checks say "nothing found", never "clean".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.core.records import IngestIssue, Turn
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.names import find_names
from pipeline.ingest.options import ReadOptions

_PLACES_SHOWN = 5
_MONTHS = (
    r"Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
_MONTH = rf"(?:{_MONTHS})\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d{2}"
_SHORT_DATE = rf"{_DAY}(?: of)? {_MONTH}|{_MONTH} {_DAY}(?!\d)"
_IN_NUMBERS = rf"\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:{_YEAR}|\d{{2}})|{_YEAR}[/-]\d{{1,2}}[/-]\d{{1,2}}"
_FULL_DATE = rf"(?:{_DAY}(?: of)? {_MONTH},? {_YEAR}|{_MONTH} {_DAY},? {_YEAR}|{_IN_NUMBERS})"
_STREET = "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Close|Crescent|Boulevard|Blvd|Way|Place|Terrace|Gardens|Square|Grove"
_US_STATE = "A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]"


class IdentifierKind(StrEnum):
    """Name the kinds of identifier that are looked for; the values are the words of messages."""

    EMAIL = "e-mail address"
    PHONE = "phone number"
    LONG_NUMBER = "long number"
    HANDLE = "web address or handle"
    BIRTH_DATE = "date of birth"
    FULL_DATE = "full date"
    ADDRESS = "address or postcode"
    NAME = "person name"


# Possessive and bounded repetitions keep every pattern linear in the length of a turn, whatever it holds.
_PATTERNS: dict[IdentifierKind, re.Pattern[str]] = {
    IdentifierKind.EMAIL: re.compile(
        r"(?<![\w.+-])[\w.+-]++@[\w-]++\.\w[\w.-]*"
        r"|(?<![\w.])[\w.]++ (?:at|\[at\]|\(at\)) \w+ (?:dot|\[dot\]|\(dot\)) (?:com|org|net|edu|gov|co|uk|de|fr)\b",
        re.IGNORECASE,
    ),
    IdentifierKind.PHONE: re.compile(
        r"(?<![\w+])(?:"
        r"\+\d{1,3}[ ().-]{0,2}(?:\d[ ().-]{0,2}){6,12}\d"  # international
        r"|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}"  # North America
        r"|\(?0\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}"  # United Kingdom, Germany
        r"|0[1-9](?:[ .-]\d{2}){4}"  # France
        r"|\d{3}-\d{4}"  # North America, local
        r")(?![\w-])"
    ),
    IdentifierKind.LONG_NUMBER: re.compile(
        r"(?<![\w.,+-])(?:\d{8,}|\d{3}[ -]\d{3}[ -]\d{4}|\d{3}[ -]\d{2}[ -]\d{4}|\d{4}(?:[ -]\d{4}){2,3}|\d{4}[ -]\d{6}[ -]\d{5})(?![\w-])"
        r"|\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"  # UK national insurance
    ),
    IdentifierKind.HANDLE: re.compile(
        r"(?:\b(?:facebook|instagram|twitter|x|tiktok|linkedin|youtube|reddit|snapchat|github|t)\.(?:com|me)/|https?://\S{0,200}?[~@]|/users?/|/profile/)\w"
        r"|(?<![\w@.])@[A-Za-z]\w{2,}",
        re.IGNORECASE,
    ),
    IdentifierKind.BIRTH_DATE: re.compile(
        rf"(?:\bborn\b|\bdate of birth\b|\bd\.?o\.?b\b|\bbirthday\b)[^.?!]{{0,30}}?(?:{_FULL_DATE}|{_SHORT_DATE})", re.IGNORECASE
    ),
    IdentifierKind.FULL_DATE: re.compile(rf"(?<![\w/.-]){_FULL_DATE}(?![\w/-])", re.IGNORECASE),
    IdentifierKind.ADDRESS: re.compile(
        rf"\b\d{{1,5}}[A-Za-z]?,? (?:[A-Z][\w']+ ){{1,3}}(?:{_STREET})\b"
        r"|\b\d{1,5} [a-z]+ (?:street|avenue|boulevard)\b"
        r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"  # United Kingdom
        rf"|\b(?:{_US_STATE}) \d{{5}}(?:-\d{{4}})?\b"
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one suspected identifier: its kind and where it stands, and nothing of its words."""

    kind: IdentifierKind
    turn: int
    line: int | None

    def place(self) -> str:
        """Return the place in words."""
        return f"turn {self.turn}" if self.line is None else f"turn {self.turn} at line {self.line}"


def find_identifiers(turns: Sequence[Turn], *, thorough_names: bool = False) -> tuple[Finding, ...]:
    """Return the suspected identifiers of normalised turns, by kind and then by place."""
    findings = [Finding(kind, turn.index, turn.source_line) for turn in turns for kind in _kinds_in(turn.text)]
    if thorough_names:
        findings += _thorough(turns, findings)
    order = list(IdentifierKind)
    return tuple(sorted(findings, key=lambda finding: (order.index(finding.kind), finding.turn)))


def check_identifiers(turns: Sequence[Turn], options: ReadOptions, *, place: str = "") -> tuple[IngestIssue, ...]:
    """Raise `InputError` when identifiers may remain; where the caller allows them, return them as issues, one a kind."""
    findings = find_identifiers(turns, thorough_names=options.thorough_names)
    if not findings:
        return ()
    by_kind = {kind: [finding for finding in findings if finding.kind is kind] for kind in IdentifierKind}
    kinds = {kind: found for kind, found in by_kind.items() if found}
    if not options.allow_identifiers:
        listed = "; ".join(f"{kind.value} {len(found)} ({_places(found)})" for kind, found in kinds.items())
        raise IngestCode.IDENTIFIERS.error(place=place, detail=listed)
    return tuple(
        IngestCode.IDENTIFIERS_ALLOWED.issue(count=len(found), place=_places(found), detail=kind.value) for kind, found in kinds.items()
    )


def _kinds_in(text: str) -> Iterator[IdentifierKind]:
    """Yield the kind of each finding; a stretch of text counts once, for the first kind that fits it."""
    remaining = text
    for kind, pattern in _PATTERNS.items():
        remaining, count = pattern.subn(" ", remaining)
        yield from [kind] * count
    for _ in find_names(remaining):
        yield IdentifierKind.NAME


def _thorough(turns: Sequence[Turn], known: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the names that only the model finds: those in turns where the fast check found none."""
    from pipeline.ingest.names_model import find_people  # spaCy takes its time to load

    named = {finding.turn for finding in known if finding.kind is IdentifierKind.NAME}
    for position in find_people([turn.text for turn in turns]):
        if turns[position].index not in named:
            yield Finding(IdentifierKind.NAME, turns[position].index, turns[position].source_line)


def _places(findings: Sequence[Finding]) -> str:
    shown = ", ".join(dict.fromkeys(finding.place() for finding in findings[:_PLACES_SHOWN]))
    more = len(findings) - _PLACES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
