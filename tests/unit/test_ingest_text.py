"""Plain text: the forms in which a line can open a turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.records import MarkKind, SpeakerRole, Transcript
from pipeline.ingest.options import ReadOptions, parse_roles
from pipeline.ingest.raw import RawUtterance
from pipeline.ingest.tidy import tidied
from tests.fixtures.ingest.reading import codes, read_fixture, read_one, spoken

MAPPED = ReadOptions(roles=parse_roles("Wren=therapist,ORLA=client"))
HELLO = [("therapist", "Where to?"), ("client", "Home."), ("therapist", "Home."), ("client", "Yes.")]


@pytest.mark.parametrize(
    "text",
    [
        "T: Where to?\nC: Home.\nT: Home.\nC: Yes.",
        "Therapist: Where to?\nClient: Home.\nTherapist: Home.\nClient: Yes.",
        "THERAPIST: Where to?\nPATIENT : Home.\nTHERAPIST: Home.\nPATIENT: Yes.",
        "T1: Where to?\nP1: Home.\nT1: Home.\nP1: Yes.",
        "T1: Where to?\nC2: Home.\nT3: Home.\nC4: Yes.",
        "T1 Where to?\nC2 Home.\nT3 Home.\nC4 Yes.",
        "1 T: Where to?\n2 C: Home.\n3 T: Home.\n4 C: Yes.",
        "12. T: Where to?\n13. C: Home.\n14. T: Home.\n15. C: Yes.",
        "[doctor] Where to?\n[patient] Home.\n[doctor] Home.\n[patient] Yes.",
        "[00:00:01] T: Where to?\n[00:00:02] C: Home.\n[00:00:03] T: Home.\n[00:00:04] C: Yes.",
        "00:00:01 (T): Where to?\n00:00:02 (C): Home.\n00:00:03 (T): Home.\n00:00:04 (C): Yes.",
        "T [00:01]: Where to?\nC [00:02]: Home.\nT [00:03]: Home.\nC [00:04]: Yes.",
        "T: [00:01] Where to?\nC: [00:02] Home.\nT: [00:03] Home.\nC: [00:04] Yes.",
        "Counsellor  0:01\nWhere to?\nClient  0:02\nHome.\nCounsellor  0:03\nHome.\nClient  0:04\nYes.",
        "T\tWhere to?\nC\tHome.\nT\tHome.\nC\tYes.",
        "**Therapist:** Where to?\n**Client:** Home.\n**Therapist:** Home.\n**Client:** Yes.",
        "Wren: Where to?\nORLA: Home.\nWren: Home.\nORLA: Yes.",
        "Wren (therapist): Where to?\nOrla (client): Home.\nWren (therapist): Home.\nOrla (client): Yes.",
    ],
)
def test_plain_text_when_labels_take_any_known_form_then_turns_and_roles_are_the_same(tmp_path: Path, text: str) -> None:
    assert spoken(read_one(tmp_path, text, options=MAPPED)) == HELLO


def test_plain_text_when_it_is_a_fixture_then_header_times_lines_and_marks_are_right() -> None:
    (transcript,) = read_fixture("labelled.txt")
    assert isinstance(transcript, Transcript)
    assert [turn.source_line for turn in transcript.turns] == [4, 5, 8, 9, 10, 11, 12, 13]
    assert [turn.start_s for turn in transcript.turns[:3]] == [5.0, None, 1.0]
    assert transcript.turns[1].text == "It was, um, long. I kept putting the letter back in the drawer."
    assert [transcript.turns[place].marks[0].kind for place in (4, 6, 7)] == [MarkKind.BACKCHANNEL, MarkKind.AFFIRM, MarkKind.NEGATE]
    assert {"ING-105": 2, "ING-106": 1}.items() <= codes(transcript).items()


def test_couple_when_two_clients_are_numbered_then_they_stay_two_speakers(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "T1: Who begins?\nC1: Me.\nC2: No, me.\nT1: Both.\nC1: Fine.\nC2: Fine by me.")
    assert [turn.speaker for turn in transcript.turns] == ["T1", "C1", "C2", "T1", "C1", "C2"]
    assert transcript.turns[2].role is SpeakerRole.CLIENT


def test_turn_numbers_when_they_only_rise_then_they_leave_the_label_and_are_said(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "T1: One?\nC2: Two.\nT3: Three?\nC4: Four.")
    assert {turn.speaker for turn in transcript.turns} == {"T", "C"}
    assert codes(transcript)["ING-119"] == 4


def test_continuation_when_a_line_has_a_colon_inside_then_it_stays_in_the_turn(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "T: And then?\nC: I told him\nPlainly: no.\nT: Plainly.\nC: Yes.")
    assert transcript.turns[1].text == "I told him Plainly: no."
    assert codes(transcript)["ING-107"] == 1


def test_bracket_tag_when_the_file_labels_with_colons_then_it_is_no_speaker(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "T: Who said that?\nC: It was\n[client] who said it.\nT: I see.\nC: Yes.")
    assert transcript.turns[1].text == "It was [ANON] who said it."


def test_labels_when_spelled_in_two_ways_then_they_are_one_speaker(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "Client: One.\nCLIENT: Two.\nT: Three?\nclient: Four.")
    assert spoken(transcript)[0] == ("client", "One. Two.")


def test_minute_marks_when_on_their_own_line_then_they_time_the_next_turn(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "T: Begin?\n5 min\nC: Yes.\n[00:06:30]\nT: Go on.\nC: No.")
    assert [turn.start_s for turn in transcript.turns] == [None, 300.0, 390.0, None]


def test_turn_when_only_an_emoji_then_it_stays_a_turn() -> None:
    kept, _ = tidied([RawUtterance(speaker="C", text="👍", line=1)])
    assert [utterance.text for utterance in kept] == ["👍"]
