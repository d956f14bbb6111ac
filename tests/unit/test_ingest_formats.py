"""Each reader on a small file of the shape that tools and corpora write."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from subprocess import run

import pytest

from pipeline.core.errors import InputError
from pipeline.core.records import MarkKind, SpeakerRole, Transcript
from pipeline.ingest.companions import InputGroup, group_inputs
from pipeline.ingest.options import ReadOptions, parse_columns, parse_roles
from pipeline.ingest.read import read_sessions
from pipeline.ingest.registry import Fit, formats, reader
from tests.fixtures.ingest.reading import FIXTURES, codes, docx_bytes, read_all, read_fixture, read_one, spoken


def only(name: str, roles: str = "") -> Transcript:
    options = ReadOptions(roles=parse_roles(roles)) if roles else ReadOptions()
    (transcript,) = read_fixture(name, options=options)
    assert isinstance(transcript, Transcript), transcript
    return transcript


def test_zoom_vtt_when_a_cue_is_malformed_then_it_is_counted_and_speakers_carry_over() -> None:
    transcript = only("zoom.vtt")
    assert spoken(transcript)[1] == ("client", "The heating broke again and nobody rang me back.")
    assert (transcript.turns[1].start_s, transcript.turns[1].end_s, transcript.turns[1].source_line) == (4.0, 8.0, 10)
    assert {"ING-110": 1, "ING-111": 1, "ING-112": 1}.items() <= codes(transcript).items()


def test_teams_vtt_when_end_tags_are_missing_then_voices_are_cut_and_names_are_hidden() -> None:
    transcript = only("teams.vtt", "1=therapist,2=client")
    assert spoken(transcript)[0] == ("therapist", "Tell me about the bus & the driver.")
    assert spoken(transcript)[1:] == [("client", "He drove past me. Twice."), ("therapist", "Twice."), ("client", "In the rain.")]
    assert {turn.speaker for turn in transcript.turns} == {"speaker_1", "speaker_2"}
    assert transcript.turns[0].start_s == 1.25


def test_srt_when_a_cue_has_no_label_then_it_goes_to_the_speaker_before() -> None:
    transcript = only("cues.srt")
    assert spoken(transcript)[1] == ("client", "They moved my shift without asking.")
    assert [turn.source_line for turn in transcript.turns] == [2, 6, 14]


def test_subtitles_when_words_come_before_the_first_label_then_they_stay_as_nobodys(tmp_path: Path) -> None:
    cues = "WEBVTT\n\n00:01.000 --> 00:02.000\nis it on\n\n00:03.000 --> 00:04.000\nT: Yes.\n\n00:05.000 --> 00:06.000\nC: Good.\n"
    transcript = read_one(tmp_path, cues, name="made_up.vtt")
    assert spoken(transcript)[0] == ("unknown", "is it on")
    assert codes(transcript)["ING-121"] == 1


def test_docx_when_it_has_paragraphs_and_a_table_then_both_are_read_in_order(tmp_path: Path) -> None:
    rows = [["Time", "Speaker", "Words"], ["00:02", "T", "And the ladder?"], ["00:04", "C", "Still in the shed."]]
    content = docx_bytes(paragraphs=["Transcript", "T: Where were we?", "C: On the roof."], rows=rows)
    transcript = read_one(tmp_path, content, name="made_up.docx")
    assert spoken(transcript)[0] == ("therapist", "Where were we?")
    assert spoken(transcript)[2:] == [("therapist", "And the ladder?"), ("client", "Still in the shed.")]
    assert [turn.start_s for turn in transcript.turns] == [None, None, 2.0, 4.0]


def test_csv_when_it_holds_many_sessions_then_each_has_its_id_times_and_lines() -> None:
    first, second = read_fixture("rows.csv")
    assert isinstance(first, Transcript)
    assert isinstance(second, Transcript)
    assert (first.transcript_id[:9], second.transcript_id) == ("demo_one-", "7")
    assert [(turn.start_s, turn.source_line) for turn in first.turns] == [(2.0, 2), (4.0, 3), (8.0, 5)]
    assert spoken(second)[1] == ("client", "You too, I think.")
    assert codes(second)["ING-108"] == 1


def test_csv_when_rows_are_numbered_per_session_then_the_id_is_what_stands_before() -> None:
    transcript = only("row_ids.csv")
    assert transcript.transcript_id == "31"
    assert [turn.role.value for turn in transcript.turns] == ["therapist", "client"] * 2


def test_csv_when_a_cell_holds_a_dialogue_then_each_row_is_a_session_and_a_bad_one_stops_no_other() -> None:
    first, second = read_fixture("cells.csv")
    assert spoken(first)[-1] == ("client", "since the stairs at my aunt's .")
    assert isinstance(second, InputError)
    assert (second.code, second.place) == ("ING-041", "session 2, line 7")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_when_the_delimiter_differs_then_it_is_found_from_the_header(tmp_path: Path, delimiter: str) -> None:
    table = "\n".join(delimiter.join(cells) for cells in (("speaker", "text"), ("T", "Well?"), ("C", "Well.")))
    assert spoken(read_one(tmp_path, table, name="made_up.csv")) == [("therapist", "Well?"), ("client", "Well.")]


def test_csv_when_columns_are_named_by_the_caller_then_they_are_used(tmp_path: Path) -> None:
    options = ReadOptions(columns=parse_columns("speaker=wer,text=was"))
    table = "nr,wer,was\n1,T,Well?\n2,C,Well.\n"
    assert spoken(read_one(tmp_path, table, name="made_up.csv", options=options))[1] == ("client", "Well.")


def test_json_when_speaker_and_listener_pair_up_then_the_speaker_is_the_client() -> None:
    first, second = read_fixture("seeker.json")
    assert [role for role, _ in spoken(first)] == ["client", "therapist", "client"]
    assert [role for role, _ in spoken(second)] == ["therapist", "client"]


def test_json_when_utterances_make_up_volleys_then_they_are_merged_and_the_participant_is_the_dyad() -> None:
    transcript = only("volleys.json")
    assert spoken(transcript)[0] == ("therapist", "Hello there! How is the plan going?")
    assert transcript.dyad_id == "ab12"
    assert transcript.transcript_id == f"t-{transcript.source_sha256[:16]}"


def test_whisperx_when_a_segment_has_no_speaker_then_it_is_unknown_and_unscored() -> None:
    transcript = only("whisperx.json", "SPEAKER_01=therapist,SPEAKER_00=client")
    assert spoken(transcript)[2] == ("unknown", "Right.")
    assert codes(transcript)["ING-108"] == 1
    assert codes(transcript)["ING-121"] == 1


def test_deepgram_when_words_carry_speaker_numbers_then_they_form_turns() -> None:
    assert spoken(only("deepgram.json", "1=therapist,2=client")) == [("therapist", "So, the fence?"), ("client", "It fell.")]


@pytest.mark.parametrize(
    "document",
    [
        [{"role": "assistant", "content": "Well?"}, {"role": "user", "content": "Well."}],
        {
            "messages": [
                {"role": "system", "content": "Be kind."},
                {"role": "assistant", "content": "Well?"},
                {"role": "user", "content": "Well."},
            ]
        },
        {"conversation": {"turns": [{"who": "T", "text": "Well?"}, {"who": "C", "text": "Well."}]}},
        {"results": {"utterances": [{"speaker": "Therapist", "transcript": "Well?"}, {"speaker": "Client", "transcript": "Well."}]}},
        {"turns": [{"speaker": "T", "utterances": [{"text": "Well?"}]}, {"speaker": "C", "utterances": [{"text": "Well."}]}]},
        {"turns": [{"role": "assistant", "content": [{"type": "text", "text": "Well?"}]}, {"role": "user", "content": "Well."}]},
        {
            "chunks": [
                {"speaker": "T", "timestamp": [0.0, 1.0], "text": "Well?"},
                {"speaker": "C", "timestamp": [1.0, 2.0], "text": "Well."},
            ]
        },
        {"turns": ["T: Well?", "C: Well."]},
        {"transcript": "T: Well?\nC: Well."},
    ],
)
def test_json_when_turns_hide_under_any_known_key_then_they_are_found(tmp_path: Path, document: object) -> None:
    assert spoken(read_one(tmp_path, json.dumps(document), name="made_up.json")) == [("therapist", "Well?"), ("client", "Well.")]


def test_jsonl_when_a_line_is_broken_and_an_id_comes_twice_then_the_others_are_read() -> None:
    first, broken, third = read_fixture("sessions.jsonl")
    assert isinstance(first, Transcript)
    assert isinstance(broken, InputError)
    assert isinstance(third, Transcript)
    assert (first.transcript_id, first.session_no, third.transcript_id) == ("day_1", 2, "day_1-2")
    assert (broken.code, broken.place) == ("ING-020", "line 2")
    assert [turn.source_line for turn in third.turns] == [3, 3]
    assert codes(third)["ING-120"] == 1


def test_jsonl_when_each_line_is_one_turn_then_they_form_one_session(tmp_path: Path) -> None:
    lines = '{"speaker": "T", "text": "Well?"}\n\n{"speaker": "C", "text": "Well."}\n'
    transcript = read_one(tmp_path, lines, name="made_up.jsonl")
    assert [(turn.text, turn.source_line) for turn in transcript.turns] == [("Well?", 1), ("Well.", 3)]


def test_chat_when_it_has_bullets_tiers_and_codes_then_words_marks_and_roles_survive() -> None:
    transcript = only("talk.cha")
    assert spoken(transcript) == [
        ("therapist", "where did you [pause] put the um key?"),
        ("client", "under the fl- flower flower pot. and [unintelligible] then I forgot [laughs] ..."),
        ("therapist", "you forgot [overlap]."),
    ]
    assert (transcript.turns[1].start_s, transcript.turns[1].end_s) == (2.6, 5.2)
    assert [mark.kind for mark in transcript.turns[1].marks] == [MarkKind.CUT_OFF, MarkKind.UNINTELLIGIBLE, MarkKind.LAUGH, MarkKind.PAUSE]


def test_elan_when_tiers_have_participants_then_annotations_come_in_order_of_time() -> None:
    transcript = only("tiers.eaf")
    assert spoken(transcript) == [("therapist", "Which crisps?"), ("client", "Salt & vinegar.")]
    assert [(turn.start_s, turn.source_line) for turn in transcript.turns] == [(0.4, 13), (2.0, 9)]
    assert codes(transcript)["ING-117"] == 1


def test_textgrids_when_there_is_one_a_party_then_they_are_merged_by_time() -> None:
    (group,) = [group for group in group_inputs([FIXTURES]) if len(group.paths) == 2]
    (transcript,) = read_sessions(group, options=ReadOptions())
    assert spoken(transcript) == [
        ("therapist", 'Is it the "good" knee?'),
        ("client", "No, the other."),
        ("therapist", "Show me. [unintelligible]"),
    ]
    assert codes(transcript)["ING-118"] == 1


def test_textgrid_when_both_parties_are_tiers_of_one_file_then_they_are_two_speakers(tmp_path: Path) -> None:
    tier = '"IntervalTier" "{name}" 0 4 1 {start} {end} "{words}"\n'
    tiers = tier.format(name="T", start=0, end=1, words="Well?") + tier.format(name="C", start=1, end=2, words="Well.")
    content = f'"ooTextFile"\n"TextGrid"\n0\n4\n<exists>\n2\n{tiers}'
    for encoded in (content.encode(), content.encode("utf-16")):
        assert spoken(read_one(tmp_path, encoded, name="both.TextGrid")) == [("therapist", "Well?"), ("client", "Well.")]


def test_folder_when_walked_then_nothing_is_left_out_without_a_reason(tmp_path: Path) -> None:
    for name in ("b.txt", "a.csv", "notes.md", ".hidden.txt", "r1_doctor.TextGrid", "r1_patient.TextGrid", "r2_doctor.TextGrid"):
        (tmp_path / name).write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "b.txt")
    groups = group_inputs([tmp_path])
    read = [[path.name for path in group.paths] for group in groups if group.skipped is None]
    skipped = {group.paths[0].name: group.skipped.code for group in groups if group.skipped}
    assert read == [["a.csv"], ["b.txt"], ["r1_doctor.TextGrid", "r1_patient.TextGrid"], ["r2_doctor.TextGrid"]]
    assert skipped == {".hidden.txt": "ING-010", "link.txt": "ING-011", "notes.md": "ING-009"}


def test_folder_when_empty_then_it_is_said(tmp_path: Path) -> None:
    (group,) = group_inputs([tmp_path])
    with pytest.raises(InputError, match="ING-012"):
        list(read_sessions(group, options=ReadOptions()))


def test_given_file_when_its_suffix_says_nothing_then_its_content_decides(tmp_path: Path) -> None:
    turns = json.dumps([{"speaker": "T", "text": "Well?"}, {"speaker": "C", "text": "Well."}])
    assert read_one(tmp_path, turns, name="export.bin").source_format == "json"
    assert (
        read_one(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\nT: a\n\n00:02.000 --> 00:03.000\nC: b", name="v.txt").source_format
        == "webvtt"
    )
    assert group_inputs([tmp_path / "export.bin"]) == (InputGroup((tmp_path / "export.bin",)),)


def test_encodings_when_not_utf8_then_marks_and_fallback_are_handled_and_said(tmp_path: Path) -> None:
    text = "T: A café?\nC: No, a “naïve” one."
    assert spoken(read_one(tmp_path, text.encode("utf-16")))[0] == ("therapist", "A café?")
    assert spoken(read_one(tmp_path, b"\xef\xbb\xbf" + text.encode()))[0] == ("therapist", "A café?")
    latin = read_one(tmp_path, text.encode("cp1252"))
    assert spoken(latin)[1] == ("client", 'No, a "naïve" one.')
    assert codes(latin)["ING-101"] == 1


def test_same_bytes_when_read_twice_then_the_transcript_is_the_same(tmp_path: Path) -> None:
    content = (FIXTURES / "labelled.txt").read_bytes()
    assert read_all(tmp_path, content) == read_all(tmp_path, content)


def test_import_when_reading_is_loaded_then_no_heavy_library_is() -> None:
    program = "import sys, pipeline.ingest.read; print(sorted({'spacy', 'docx', 'webvtt', 'srt', 'lxml'} & sys.modules.keys()))"
    assert run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_registry_when_a_format_is_registered_twice_then_it_is_refused() -> None:
    assert [entry.format for entry in formats()] == ["chat", "docx", "elan", "json", "jsonl", "srt", "table", "text", "textgrid", "webvtt"]
    with pytest.raises(ValueError, match="two readers"):
        reader("json", sniff=lambda _source: Fit.NO, suffixes=())(lambda _source, _options: iter(()))


def test_other_people_when_their_role_is_unknown_then_they_stay_unscored_beside_the_client(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "T: Well?\nC: Well.\nMother: He is late.\nC: I am.\nMother: Again.")
    assert {turn.role for turn in transcript.turns} == {SpeakerRole.THERAPIST, SpeakerRole.CLIENT, SpeakerRole.UNKNOWN}
    (issue,) = [issue for issue in transcript.issues if issue.code == "ING-121"]
    assert "speaker 3 (Mother): 2 utterances, first at line 3" in issue.message
