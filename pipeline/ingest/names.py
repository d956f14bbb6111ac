"""Person names outside placeholders, found by how names are used and by a list of common first names.

The check is fast and needs no model. It cannot find every name: rare names in plain narration are left to the thorough check.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.ingest.first_names import FIRST_NAMES, PLACE_NAMES, WORD_NAMES

_CAPITALISED = r"[^\W\d_a-z][^\W\d_]*[^\W\d_A-Z](?:['-][^\W\d_]+)*"
_TITLED = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Mx|Dr|Prof)\b\.?|Miss|Doctor|Professor|Aunt|Auntie|Aunty|Uncle|Nurse|Officer|Judge|Sergeant|Coach) "
    rf"(?P<name>{_CAPITALISED})"
)
_TITLED_LOWER = re.compile(r"\b(?:mr|mrs|ms|dr|prof)\b\.? (?P<name>[a-z]{3,})\b")
_NAMED = re.compile(rf"\b(?i:names? (?:is|was|are)|name's|named|call me|calls me) (?P<name>{_CAPITALISED}|[a-z]{{3,}})\b")
_INTRODUCED = re.compile(rf"\b(?i:this is|I'm|I am|called|it's) (?P<name>{_CAPITALISED})\b")
_ADDRESSED = re.compile(
    r"\b(?i:hi|hello|hey|hiya|dear|bye|goodbye|good (?:morning|afternoon|evening)|thanks|thank you|welcome|nice to meet you)"
    rf"\s?,? (?P<name>{_CAPITALISED}|[a-z]{{3,}})(?=\s?[.,!?;]|\s*$)"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NO_CAPITAL_DUE = re.compile(r"[\w,;)\]]['\"]? $")
_BRANDS = (
    r"Jack Daniel'?s?|Ben (?:and|&) Jerry'?s?|Wendy's|Trader Joe'?s|Victoria'?s Secret|Papa John'?s|Jim Beam|Big Ben|"
    r"Johnn(?:y|ie) Walker|Sam Adams|Captain Morgan|Dr\.? Pepper|Tim Hortons?|Harry Potter|Santa Claus|Uncle Sam|Virgin Mary|Mother Teresa|"
    r"Ivy [Ll]eagues?"
)
_BEFORE_PLACE = r"St|San|Santa|Saint|King|Queen|Lake|Mount|Port|Fort|New|South|North|East|West"
_AFTER_PLACE = "Street|Road|Avenue|Hospital|University|College|School|Park|Church|City|County|Island|Airport|Clinic|Center"
_NOT_PEOPLE = re.compile(rf"\b(?:{_BRANDS}|(?:{_BEFORE_PLACE})\.? [A-Z]\w+|[A-Z]\w+ (?:{_AFTER_PLACE}))\b")
_NO_NAMES = """
    a about after again alexa all alone also always am american an and any anyone anything april are as at august auntie babe baby back
    be because before being boy british bro brother buddhist buddy but by bye called catholic chinese christ christian christmas class
    dad daddy darling dear december different do doc doctor doing done dude each easter english everybody everyone february feeling fine
    folks for french friday friend friends from gentlemen german getting girl glad go god going good goodness gran grandad grandma
    grandpa guys happy have having he hello her here hers hey hindu his home hon honey how hun i if important in indian into irish is it
    italian its january jesus jewish july june just kid kids ladies like lord love ma'am madam mam man march mate may me mine mom mommy
    monday more morning most mr mrs much mum mummy muslim my nan nana never nice night no not november now nurse october of ok okay on
    one only or our out over people please pop ready really sad saturday scottish september she sir siri sis sister so some somebody
    someone something son sorry spanish still stranger sunday sunshine sure sweetie team thank thanks that the their there they this
    three thursday tired to too trying tuesday two uncle under up very was we wednesday welcome well what when who why with world yeah
    yes you your yours
"""
_NOT_NAMES = frozenset(_NO_NAMES.split())


def find_names(text: str) -> Iterator[int]:
    """Yield the places in `text` where a person seems to be named, each name once."""
    searched = _NOT_PEOPLE.sub(lambda found: "#" * len(found.group()), text)
    yield from sorted({*_named_by_use(searched), *_named_by_list(searched)})


def _named_by_use(text: str) -> Iterator[int]:
    """Yield words that stand where names stand: after a title, an introduction or a greeting."""
    for pattern in (_TITLED, _TITLED_LOWER, _NAMED, _INTRODUCED, _ADDRESSED):
        for found in pattern.finditer(text):
            if _is_name_in_use(found["name"], pattern):
                yield found.start("name")


def _is_name_in_use(name: str, pattern: re.Pattern[str]) -> bool:
    word = name.casefold().removesuffix("'s")
    if word in _NOT_NAMES:
        return False
    if pattern is _INTRODUCED:  # "I'm", "this is" and "called" come before much else
        return word in FIRST_NAMES or word in WORD_NAMES
    speaks_for_itself = pattern is _TITLED_LOWER or name[0].isupper()
    return speaks_for_itself or word in FIRST_NAMES or word in WORD_NAMES or word in PLACE_NAMES


def _named_by_list(text: str) -> Iterator[int]:
    """Yield words that are names by themselves, and words of both kinds with a capital that no sentence asks for."""
    for found in _WORD.finditer(text):
        word, key = found.group(), found.group().casefold()
        capital_tells = word.istitle() and _NO_CAPITAL_DUE.search(text, max(found.start() - 3, 0), found.start())
        if key in FIRST_NAMES or (key in WORD_NAMES and capital_tells):
            yield found.start()
