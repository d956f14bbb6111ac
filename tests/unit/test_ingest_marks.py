"""Normalisation: one spelling for each notation, typed, and no sound turned into its opposite."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.records import MarkKind
from pipeline.ingest.clean import clean
from pipeline.ingest.labels import is_generic, public_names
from pipeline.ingest.marks import mark
from pipeline.ingest.times import seconds_of
from tests.fixtures.ingest.reading import codes, read_one, spoken


def read(text: str) -> list[tuple[str, MarkKind, float | None]]:
    marked = mark(clean(text).text)
    return [(marked.text[found.start : found.end], found.kind, found.duration_s) for found in marked.marks]


AFFIRMING = ["uh-huh", "Uh huh", "uhhuh", "mm-hm", "mhm", "mm hmm", "mmhmm", "mm-hmm", "yeah", "yeahhh", "yep", "yup"]
NEGATING = ["uh-uh", "Uh-uhh", "unh-uh", "nuh-uh", "nuh uh", "huh-uh", "hm-mm", "hmm-mm", "mm-mm", "nah", "naah"]


@pytest.mark.parametrize("sound", AFFIRMING)
def test_sound_when_it_affirms_then_every_spelling_is_typed_affirm(sound: str) -> None:
    assert [kind for _, kind, _ in read(f"Well, {sound}, so.")] == [MarkKind.AFFIRM]


@pytest.mark.parametrize("sound", NEGATING)
def test_sound_when_it_negates_then_every_spelling_is_typed_negate(sound: str) -> None:
    assert [kind for _, kind, _ in read(f"Well, {sound}, so.")] == [MarkKind.NEGATE]


@pytest.mark.parametrize(("text", "kinds"), [("Uh uh yes", [MarkKind.FILLER] * 2), ("uhuh", []), ("hm mm", [MarkKind.FILLER] * 2)])
def test_sound_when_it_could_be_either_then_it_is_given_no_polarity(text: str, kinds: list[MarkKind]) -> None:
    assert [kind for _, kind, _ in read(text)] == kinds


@pytest.mark.parametrize(
    ("raw", "canonical"), [("Ummm", "Um"), ("uhhh", "uh"), ("erm", "erm"), ("errr", "er"), ("Hmmm", "Hm"), ("mmm", "mm")]
)
def test_filler_when_drawn_out_then_it_has_one_spelling_and_keeps_its_capital(raw: str, canonical: str) -> None:
    assert read(f"{raw} so") == [(canonical, MarkKind.FILLER, None)]


def test_filler_when_the_letters_are_a_word_or_an_abbreviation_then_it_is_left() -> None:
    assert read("They took her to the ER with umbrella and hummus.") == []


@pytest.mark.parametrize(
    ("raw", "duration_s"),
    [
        ("[pause]", None),
        ("(pause)", None),
        ("[long pause]", None),
        ("(.)", None),
        ("(2.0)", 2.0),
        ("[silence 5s]", 5.0),
        ("(3 sec)", 3.0),
        ("[pause: 10 seconds]", 10.0),
        ("- - -", 3.0),
        ("----", 4.0),
        ("[2 minutes silence]", 120.0),
    ],
)
def test_pause_when_written_in_any_way_then_it_is_one_mark_with_its_seconds(raw: str, duration_s: float | None) -> None:
    assert read(f"so {raw} then") == [("[pause]", MarkKind.PAUSE, duration_s)]


@pytest.mark.parametrize("raw", ["...", "…", ".....", ". . .", "...…"])
def test_trailing_off_when_dots_differ_then_they_become_three(raw: str) -> None:
    assert read(f"so {raw}") == [("...", MarkKind.PAUSE, None)]


@pytest.mark.parametrize("raw", ["(1)", "(which I hated)", "[my sister]", "-", "--", "(2024)"])
def test_brackets_when_they_hold_speech_or_numbering_then_they_are_left(raw: str) -> None:
    assert mark(f"so {raw} then") == mark(mark(f"so {raw} then").text)
    assert read(f"so {raw} then") == []


@pytest.mark.parametrize(
    ("raw", "canonical", "kind"),
    [
        ("[laughter]", "[laughs]", MarkKind.LAUGH),
        ("(laughing)", "[laughs]", MarkKind.LAUGH),
        ("*chuckles*", "[laughs]", MarkKind.LAUGH),
        ("haha", "haha", MarkKind.LAUGH),
        ("[crying]", "[cries]", MarkKind.CRY),
        ("(tearful)", "[cries]", MarkKind.CRY),
        ("[deep sigh]", "[sighs]", MarkKind.SIGH),
        ("[nods]", "[nods]", MarkKind.NONVERBAL),
        ("(clears throat)", "[clears throat]", MarkKind.NONVERBAL),
        ("((door slams))", "[door slams]", MarkKind.NONVERBAL),
        (".hhh", "[breath]", MarkKind.NONVERBAL),
        ("[flat]", "[flat]", MarkKind.NONVERBAL),
        ("//", "[overlap]", MarkKind.OVERLAP),
        ("[crosstalk]", "[overlap]", MarkKind.OVERLAP),
        ("wh-", "wh-", MarkKind.CUT_OFF),
        ("[inaudible 00:01:02]", "[unintelligible]", MarkKind.UNINTELLIGIBLE),
        ("<UNIN/>", "[unintelligible]", MarkKind.UNINTELLIGIBLE),
        ("(unclear)", "[unintelligible]", MarkKind.UNINTELLIGIBLE),
        ("{---}", "[unintelligible]", MarkKind.UNINTELLIGIBLE),
        ("(mm-hm)", "(mm-hm)", MarkKind.BACKCHANNEL),
        ("[client: yeah]", "(yeah)", MarkKind.BACKCHANNEL),
        ("[Mhm]", "(mm-hm)", MarkKind.BACKCHANNEL),
    ],
)
def test_notation_when_written_in_any_way_then_it_has_one_spelling_and_one_kind(raw: str, canonical: str, kind: MarkKind) -> None:
    assert read(f"so {raw} then") == [(canonical, kind, None)]


PLACEHOLDERS = [
    "[NAME]",
    "[name]",
    "<PERSON_1>",
    "[PERSON_1]",
    "XXXX",
    "{{name}}",
    "[city]",
    "[REDACTED]",
    "<name 00:01:02>",
    "Mr. B",
    "Dr. X.",
    "____",
    "***",
    "[sister's name]",
    "[name of hospital]",
    "[[NAME]]",
    "Mrs ___",
    "(NAME)",
    "<LOCATION_12>",
    "[anonymised]",
    "[first name]",
]


@pytest.mark.parametrize("raw", PLACEHOLDERS)
def test_placeholder_when_of_any_style_then_it_becomes_the_neutral_token(raw: str) -> None:
    assert read(f"so {raw} then") == [("[ANON]", MarkKind.ANON, None)]


@pytest.mark.parametrize("text", ["f*** that", "Mr. Brown", "XL", "snake_case", "[OK]", "a**b", "XXL"])
def test_placeholder_when_it_only_looks_like_one_then_it_is_none(text: str) -> None:
    assert MarkKind.ANON not in [kind for _, kind, _ in read(text)]


def test_clean_when_characters_are_odd_then_they_are_made_plain_and_counted() -> None:
    assert clean("cafe\u0301 \u201cso\u201d it\u2019s\u00a0so:::\u200b\u202eme\x07").text == 'café "so" it\'s some'
    assert clean("a\u200bb\u202ec\ufeff").removed == 3


def test_backchannel_when_the_other_party_says_it_between_then_it_is_a_turn(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "C: I went down.\nC: And\nT: Mm-hm.\nC: then up.")
    assert spoken(transcript) == [("client", "I went down. And"), ("therapist", "Mm-hm."), ("client", "then up.")]
    assert codes(transcript)["ING-104"] == 1


def test_merge_when_utterances_have_times_then_the_first_start_and_last_end_hold(tmp_path: Path) -> None:
    content = "speaker,text,start,end\nC,a,1,2\nC,b,3,4\nT,c,5,6\n"
    first = read_one(tmp_path, content, name="a.csv").turns[0]
    assert (first.text, first.start_s, first.end_s, first.source_line) == ("a b", 1.0, 4.0, 2)


def test_labels_when_they_could_name_somebody_then_they_are_numbered_by_appearance() -> None:
    assert public_names(["Wren", "T", "Speaker 1", "Orla"]) == {
        "Wren": "speaker_1b",
        "T": "T",
        "Speaker 1": "Speaker 1",
        "Orla": "speaker_4",
    }
    assert [is_generic(label) for label in ("P1", "SPEAKER_00", "Doctor", "A", "Wren", "Orla (client)")] == [True] * 4 + [False] * 2


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("00:01:02", 62.0),
        ("1:02", 62.0),
        ("1:00:00.5", 3600.5),
        ("12.5", 12.5),
        ("3 s", 3.0),
        ("250 ms", 0.25),
        (True, None),
        ("nan", None),
        ("", None),
    ],
)
def test_times_when_written_in_any_way_then_they_are_seconds(raw: object, seconds: float | None) -> None:
    assert seconds_of(raw) == seconds
