"""Residual identifiers: what must be found, what must not, and how it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.ingest.identifiers import IdentifierKind, find_identifiers
from pipeline.ingest.options import ReadOptions
from tests.builders import turns
from tests.fixtures.ingest.reading import failure, read_one


def kinds(text: str) -> list[IdentifierKind]:
    return [finding.kind for finding in find_identifiers(turns([f"C: {text}"]))]


FOUND: list[tuple[str, IdentifierKind]] = [
    ("write to o.fen-wick+1@mail.example.co.uk", IdentifierKind.EMAIL),
    ("it is ofen at example dot com", IdentifierKind.EMAIL),
    ("ring +44 20 7946 0018", IdentifierKind.PHONE),
    ("ring 020 7946 0018 then", IdentifierKind.PHONE),
    ("ring 07700 900123", IdentifierKind.PHONE),
    ("ring (415) 555-0132", IdentifierKind.PHONE),
    ("ring 415-555-0132", IdentifierKind.PHONE),
    ("ring 555-0132", IdentifierKind.PHONE),
    ("ring 01 70 18 99 00", IdentifierKind.PHONE),
    ("ring +49 (0)30 12345678", IdentifierKind.PHONE),
    ("my number is 943 476 5919", IdentifierKind.PHONE),
    ("card 4929 1234 5678 9012", IdentifierKind.LONG_NUMBER),
    ("social 078-05-1120", IdentifierKind.LONG_NUMBER),
    ("case 123456789", IdentifierKind.LONG_NUMBER),
    ("insurance AB 12 34 56 C", IdentifierKind.LONG_NUMBER),
    ("see instagram.com/ofenwick", IdentifierKind.HANDLE),
    ("I am @ofenwick there", IdentifierKind.HANDLE),
    ("I was born on 3 March 1988", IdentifierKind.BIRTH_DATE),
    ("my birthday is the 3rd of May", IdentifierKind.BIRTH_DATE),
    ("date of birth 03/05/88", IdentifierKind.BIRTH_DATE),
    ("it happened on March 3rd, 2019", IdentifierKind.FULL_DATE),
    ("it happened on 2019-03-03", IdentifierKind.FULL_DATE),
    ("we live at 14 Larch Grove Road", IdentifierKind.ADDRESS),
    ("the code is SW1A 1AA", IdentifierKind.ADDRESS),
    ("Albany, NY 12207", IdentifierKind.ADDRESS),
]
NAMES = [
    "Hi, Harriet.",
    "hi , trevor . so how then",
    "My name is Ottoline.",
    "Mr. Fenwick said so.",
    "ms. fenwick said so",
    "Dr Okafor said so.",
    "Then Callum came.",
    "I went with Grace to the shop.",
    "Thanks, Zbigniew.",
    "I'm Sarah by the way",
    "her name is Florence",
    "Aunt Mabel came.",
]
NOTHING = [
    "At 10:30 or 11.45, maybe 7.30 pm.",
    "I take 500 mg, 20 20 or 1000 ml.",
    "In 2019, 2020 2021 and 1999.",
    "It cost 1,250,000 pounds.",
    "10 to 12 a day",
    "Thank God. Mum and Dad came.",
    "In May and April, then June.",
    "I will hope. Will I? Hope so.",
    "Grace. Faith. Joy.",
    "the mark on my bill",
    "We flew to Paris, Georgia and Florence.",
    "Ben & Jerry's with Jack Daniel's",
    "at St. Mary's Hospital",
    "Hi there. Hello, everyone. Thanks, Doctor.",
    "Hello, How are you?",
    "I'm Fine. This is Hard. I'm Irish.",
    "3 out of 10, 50-60 percent",
    "on Christmas Day",
    "I AM FINE AND YOU",
    "[ANON] said [ANON]",
    "born in the north",
    "5 mile road",
    "the 24 hour drive",
]


@pytest.mark.parametrize(("text", "kind"), FOUND)
def test_identifier_when_written_in_a_usual_way_then_its_kind_is_found_once(text: str, kind: IdentifierKind) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize("text", NAMES)
def test_name_when_used_as_a_name_then_it_is_found(text: str) -> None:
    assert IdentifierKind.NAME in kinds(text)


@pytest.mark.parametrize("text", NOTHING)
def test_ordinary_words_when_checked_then_nothing_is_found(text: str) -> None:
    assert kinds(text) == []


def test_findings_when_not_allowed_then_the_session_is_refused_by_kind_and_place(tmp_path: Path) -> None:
    error = failure(tmp_path, "T: Hi, Harriet.\nC: Hello.\nT: Harriet, I wrote to e@example.org.")
    assert error.problem == (
        "identifiers may remain: e-mail address 1 (turn 2 at line 3); person name 2 (turn 0 at line 1, turn 2 at line 3)"
    )


def test_findings_when_there_are_many_then_five_places_are_shown(tmp_path: Path) -> None:
    error = failure(tmp_path, "\n".join(["T: Harriet?", "C: Harriet."] * 5))
    assert error.problem.count("turn ") == 5
    assert "and 5 more" in error.problem


def test_findings_when_allowed_then_they_are_recorded_as_warnings(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "T: Hi, Harriet.\nC: Hello.", options=ReadOptions(allow_identifiers=True))
    (issue,) = [issue for issue in transcript.issues if issue.code == "ING-123"]
    assert (issue.count, issue.place, issue.message) == (1, "turn 0 at line 1", "identifiers may remain and were allowed: person name")


@pytest.mark.slow
def test_thorough_names_when_a_rare_name_stands_in_narration_then_the_model_finds_it() -> None:
    script = ["C: Yesterday Katarzyna Nowak drove us to the lake and we talked."]
    assert find_identifiers(turns(script)) == ()
    assert [finding.kind for finding in find_identifiers(turns(script), thorough_names=True)] == [IdentifierKind.NAME]
