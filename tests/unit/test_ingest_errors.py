"""Bad input: one line, a stable code, a place, a way out, and never a word of the file."""

from __future__ import annotations

import os
import stat
import traceback
from collections import Counter
from pathlib import Path

import pytest

from pipeline.core.errors import InputError, UsageError
from pipeline.core.records import Severity
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.options import ReadOptions, parse_columns, parse_roles
from pipeline.ingest.read import read_sessions
from tests.fixtures.ingest.reading import CANARY, docx_bytes, failure, read_one, with_part, zip_bytes

DOCX = docx_bytes(paragraphs=["T: Well?", "C: Well."])
DOCTYPE = '<?xml version="1.0"{encoding}?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
TEXTGRID = '"ooTextFile"\n"TextGrid"\n0\n4\n<exists>\n1\n'

BAD_FILES: list[tuple[str, bytes, str]] = [
    ("empty.txt", b"", "ING-004"),
    ("blank.txt", b" \n\t\r\n ", "ING-004"),
    ("picture.txt", b"\x89PNG\r\n\x1a\n1234", "ING-006"),
    ("nul.txt", b"T: a\x00\nC: b", "ING-006"),
    ("old.doc", b"\xd0\xcf\x11\xe0 T: a", "ING-006"),
    ("broken.txt", "T: café\nC: ".encode() + b"\xff\xfe", "ING-007"),
    ("cut.txt", "T: a\nC: café".encode()[:-1], "ING-007"),
    ("page.html", b"<html><p>T: a</p></html>", "ING-008"),
    ("other.zip", zip_bytes({"a.txt": b"T: a"}), "ING-008"),
    ("cut.json", f'{{"turns": [{{"speaker": "T", "text": "{CANARY}'.encode(), "ING-020"),
    ("number.json", b'[{"speaker": "T", "text": "a", "start": ' + b"9" * 5000 + b"}]", "ING-020"),
    ("deep.json", b"[" * 100_000, "ING-021"),
    ("deep_object.json", b'{"a":' * 100_000, "ING-021"),
    ("nothing.json", f'{{"note": "{CANARY}"}}'.encode(), "ING-022"),
    ("columns.csv", f"a,b\n1,{CANARY}\n".encode(), "ING-023"),
    ("quote.csv", f'speaker,text\nT,"{CANARY}\n'.encode(), "ING-024"),
    ("wide.csv", f"speaker,text\nT,a,{CANARY}\n".encode(), "ING-024"),
    ("words.srt", f"{CANARY}\n1\n00:00:01,000 --> 00:00:02,000\nT: a\n".encode(), "ING-025"),
    ("cut.eaf", b'<?xml version="1.0"?>\n<ANNOTATION_DOCUMENT><TIER>', "ING-026"),
    ("entity.eaf", (DOCTYPE.format(encoding="") + "<ANNOTATION_DOCUMENT/>").encode(), "ING-027"),
    ("doctype.docx", with_part(DOCX, "word/document.xml", DOCTYPE.format(encoding="").encode()), "ING-027"),
    ("doctype16.docx", with_part(DOCX, "word/styles.xml", DOCTYPE.format(encoding=' encoding="UTF-16"').encode("utf-16")), "ING-027"),
    ("hidden.docx", with_part(DOCX, "word/picture.bin", DOCTYPE.format(encoding="").encode()), "ING-027"),
    ("half.docx", DOCX[: len(DOCX) // 2], "ING-028"),
    ("bomb.docx", zip_bytes({"word/document.xml": b"0" * 60_000_000}), "ING-029"),
    ("ratio.docx", zip_bytes({"word/document.xml": b"0" * 5_000_000}), "ING-029"),
    ("parts.docx", zip_bytes({"word/document.xml": b"<a/>"} | {f"p{n}": b"" for n in range(2001)}), "ING-029"),
    ("cut.TextGrid", f'{TEXTGRID}"IntervalTier"\n"{CANARY}"\n0\n4\n9\n0\n'.encode(), "ING-030"),
    ("count.TextGrid", f'{TEXTGRID}"IntervalTier"\n"T"\n0\n4\n999999999999\n'.encode(), "ING-030"),
    ("line.cha", f"@UTF8\n@Begin\n*THE:\ta\n{CANARY}\n".encode(), "ING-031"),
    ("header.csv", b"speaker,text\n", "ING-040"),
    ("marks.txt", b"T: !!!\nC: ,,,", "ING-040"),
    ("prose.txt", CANARY.encode(), "ING-041"),
    ("whisper.json", f'{{"segments": [{{"start": 0, "text": "{CANARY}"}}]}}'.encode(), "ING-041"),
    ("alone.txt", f"C: {CANARY}\nC: b".encode(), "ING-042"),
    ("letters.txt", f"A: {CANARY}\nB: b".encode(), "ING-043"),
    ("names.txt", b"Ottoline: a\nFenwick: b\nOttoline: c\nFenwick: d", "ING-043"),
    ("turn.txt", b"T: " + b"a " * 60_000 + b"\nC: b", "ING-045"),
    ("identifiers.txt", f"T: Hi, Ottoline.\nC: {CANARY} me@example.org".encode(), "ING-046"),
]


@pytest.mark.parametrize(("name", "content", "code"), BAD_FILES, ids=[name for name, _, _ in BAD_FILES])
def test_bad_file_when_read_then_it_is_one_line_with_its_code_and_quotes_nothing(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    error = failure(tmp_path, content, name=name)
    assert error.code == code
    assert error.way_out
    shown = "".join(traceback.format_exception(error)) + repr(error) + error.one_line()
    assert "\n" not in error.one_line()
    assert not any(word in shown for word in ("CANARY", "heron", "Ottoline", "Fenwick", "example.org"))


def test_errors_when_raised_from_a_parser_then_no_cause_hangs_on_them(tmp_path: Path) -> None:
    for name, content, _ in BAD_FILES:
        error = failure(tmp_path, content, name=name)
        assert error.__cause__ is None
        assert error.__context__ is None or error.__suppress_context__


def test_missing_file_when_read_then_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ING-001"):
        next(read_sessions(tmp_path / "gone.txt", options=ReadOptions()))


def test_special_files_when_read_then_they_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path, tmp_path / "pipe.txt", Path("/dev/zero")):
        with pytest.raises(InputError, match="ING-002"):
            next(read_sessions(path, options=ReadOptions()))


def test_unreadable_file_when_read_then_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "locked.txt"
    path.write_text("T: a")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this account may read everything")
    with pytest.raises(InputError, match="ING-003"):
        next(read_sessions(path, options=ReadOptions()))
    path.chmod(stat.S_IRUSR)


def test_symlink_loop_when_read_then_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match="ING-003"):
        next(read_sessions(tmp_path / "loop", options=ReadOptions()))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"max_bytes": 10}, "ING-005"),
        ({"max_turns": 2}, "ING-044"),
        ({"max_session_chars": 10}, "ING-045"),
        ({"max_label_chars": 1}, "ING-045"),
    ],
)
def test_limits_when_passed_then_they_are_said(tmp_path: Path, options: dict[str, int], code: str) -> None:
    text = "Therapist: Well then?\nClient: Well then.\nTherapist: Well."
    assert failure(tmp_path, text, options=ReadOptions(**options)).code == code


def test_xml_error_when_raised_then_its_place_is_the_line(tmp_path: Path) -> None:
    error = failure(tmp_path, b'<?xml version="1.0"?>\n<ANNOTATION_DOCUMENT>\n</TIER>', name="a.eaf")
    assert error.place == "line 3"


def test_duplicate_keys_when_in_json_then_they_are_counted(tmp_path: Path) -> None:
    content = '[{"speaker": "T", "text": "a", "text": "b"}, {"speaker": "C", "text": "c"}]'
    (issue,) = [issue for issue in read_one(tmp_path, content, name="a.json").issues if issue.code == "ING-115"]
    assert issue.count == 1


def test_times_when_impossible_then_they_are_left_out_and_counted(tmp_path: Path) -> None:
    content = (
        '[{"speaker": "T", "text": "a", "start": NaN, "end": 4}, {"speaker": "C", "text": "b", "start": -Infinity, "end": -3},'
        ' {"speaker": "T", "text": "c", "start": 9, "end": 8}, {"speaker": "C", "text": "d", "start": "soon"}]'
    )
    transcript = read_one(tmp_path, content, name="a.json")
    assert [(turn.start_s, turn.end_s) for turn in transcript.turns] == [(None, 4.0), (None, None), (9.0, None), (None, None)]
    counts = {issue.code: issue.count for issue in transcript.issues}
    assert (counts["ING-108"], counts["ING-109"]) == (4, 1)


def test_lone_surrogates_when_in_json_then_they_are_removed_and_counted(tmp_path: Path) -> None:
    content = '{"session": "\\ud800", "turns": [{"speaker": "T", "text": "a\\ud800b"}, {"speaker": "C", "text": "c"}]}'
    transcript = read_one(tmp_path, content, name="a.json")
    assert transcript.turns[0].text == "ab"
    assert transcript.transcript_id.isascii()


def test_issues_when_a_canary_is_everywhere_then_none_of_them_holds_it(tmp_path: Path) -> None:
    rows = [f'{{"speaker": "{CANARY} {n}", "text": "{CANARY}", "start": "{CANARY}"}}' for n in range(3)]
    content = f'{{"session": "s", "turns": [{", ".join(rows)}, {{"speaker": "C", "text": "b"}}]}}'
    transcript = read_one(tmp_path, content, name="a.json")
    assert {"ING-108", "ING-121"} <= {issue.code for issue in transcript.issues}
    assert "CANARY" not in repr(transcript.issues)
    assert "CANARY" not in repr([turn.speaker for turn in transcript.turns])


def test_codes_when_listed_then_each_is_unique_and_errors_have_a_way_out() -> None:
    assert max(Counter(code.value for code in IngestCode).values()) == 1
    for code in IngestCode:
        assert code.meaning
        assert (code.severity is Severity.ERROR) == code.value.startswith("ING-0") == bool(code.way_out)


def test_codes_when_errors_can_happen_then_a_test_shows_each() -> None:
    shown = {code for _, _, code in BAD_FILES} | {f"ING-{n:03}" for n in (1, 2, 3, 5, 9, 10, 11, 12, 13, 44)}
    assert {code.value for code in IngestCode if code.severity is Severity.ERROR} == shown


@pytest.mark.parametrize("text", ["", "T", "T=", "=client", "T=boss", "T=client,t.=therapist"])
def test_role_map_when_malformed_then_it_is_wrong_use(text: str) -> None:
    with pytest.raises(UsageError, match="ING-20"):
        parse_roles(text)


@pytest.mark.parametrize("text", ["speaker", "words=b", "text=a,text=b"])
def test_column_map_when_malformed_then_it_is_wrong_use(text: str) -> None:
    with pytest.raises(UsageError, match="ING-20"):
        parse_columns(text)


def test_role_map_when_an_entry_matches_nobody_then_it_is_said(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "T: a\nC: b", options=ReadOptions(roles=parse_roles("Zed=client")))
    assert "ING-122" in {issue.code for issue in transcript.issues}


def test_role_map_when_it_contradicts_a_word_then_the_map_wins(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "P: a\nC: b", options=ReadOptions(roles=parse_roles("P=therapist")))
    assert [turn.role.value for turn in transcript.turns] == ["therapist", "client"]
