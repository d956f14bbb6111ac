"""After a session is forgotten no byte of the results folder holds a word of it, and the rest can still be checked."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from pipeline.annotate.write import summary_row, write_summary
from pipeline.core.errors import InputError
from pipeline.review.events import Action
from pipeline.review.forget import forget_dyad, forget_session
from pipeline.review.notes import NoteField, NoteKey, NoteStore, Visibility
from pipeline.review.store import STORE_NAME, ReviewStore
from tests.review_builders import NOW, draft, folder_with, later, scored

CANARY = "ZQ-CANARY-7f3a"
GONE = scored(["T: How was it?", f"C: I told them {CANARY} again."] * 4, transcript_id=f"s-{CANARY}", dyad_id="d1", session_no=1)
ALSO_GONE = scored(["T: Well?", f"C: {CANARY} once more."] * 4, transcript_id="s2", dyad_id="d1", session_no=2)
KEPT = scored(["T: Hello.", "C: A marmalade day."] * 4, transcript_id="s3", dyad_id="d2", session_no=1)


@pytest.fixture
def folder(tmp_path):
    """Build a folder with everything that a review leaves behind, its write-ahead logs still full."""
    folder = folder_with(tmp_path / "results", GONE, ALSO_GONE, KEPT)
    write_summary([summary_row(session) for session in (GONE, ALSO_GONE, KEPT)], folder=folder)
    store = ReviewStore(folder)
    notes = [NoteStore(folder, visibility) for visibility in Visibility]
    for session in (GONE, KEPT, ALSO_GONE, KEPT):
        for one in (draft(session, 0, 2), draft(session, 0, 2, action=Action.SELECT, reviewer="trainee")):
            store.append(one, based_on=store.version_for(one), now=NOW)
    for session, word in ((GONE, CANARY), (ALSO_GONE, CANARY), (KEPT, "marmalade")):
        for kept in notes:
            key = NoteKey(text_sha256=session.transcript.text_sha256, field=NoteField.QUESTION)
            kept.write(key, f"{word} {'and so on ' * 500}", based_on=0, now=NOW)
    for name in (STORE_NAME, "notes-shared.sqlite", "notes-private.sqlite"):
        with sqlite3.connect(folder / name) as raw, sqlite3.connect(folder / f"{name}.backup-1") as backup:
            raw.backup(backup)
    (folder / ".~s2.rupture.json.999999999").write_bytes((folder / "s2.rupture.json").read_bytes())
    (folder / "brief.md").write_text(f"{CANARY}\n<!-- {GONE.transcript.text_sha256} -->\n", encoding="utf-8")
    (folder / "other.md").write_text("mine", encoding="utf-8")
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)  # as a power cut would leave it: logs not yet folded in
    for opened in (store, *notes):
        opened.close()
    return copy


def holding(folder, word):
    return sorted(path.name for path in folder.iterdir() if word.encode() in path.name.encode() + path.read_bytes())


def test_forgetting_a_dyad_leaves_no_canary_in_any_byte_of_the_folder(folder):
    assert len(holding(folder, CANARY)) >= 8
    erased = forget_dyad(folder, "d1", now=later(9))
    assert holding(folder, CANARY) == []
    for session in (GONE, ALSO_GONE):
        assert holding(folder, session.transcript.transcript_id) == []
        assert holding(folder, session.transcript.text_sha256) == []
    assert (erased.sessions, erased.events, erased.notes) == (2, 4, 4)


def test_forgetting_keeps_the_others_and_the_history_can_still_be_checked(folder):
    forget_dyad(folder, "d1", now=later(9))
    with ReviewStore(folder) as store:
        assert store.sessions() == (KEPT.transcript.text_sha256,)
        assert len(store.events(KEPT.transcript.text_sha256)) == 4
        found = store.verify()
        assert (found.erased, found.problems) == (4, ())
        one = draft(KEPT, 2, 4)
        store.append(one, based_on=store.version_for(one), now=later(10))
        assert store.verify().problems == ()
    assert holding(folder, "marmalade") == ["notes-private.sqlite", "notes-shared.sqlite", "s3.rupture.json"]
    assert (folder / "other.md").exists()
    assert (folder / "summary.csv").read_text(encoding="utf-8").count("\n") == 2


def test_other_files_that_name_the_session_are_told(folder):
    (folder / "report.html").write_text("<td>s2</td>", encoding="utf-8")
    (folder / "unrelated.html").write_text("<td>s22 s2-b</td>", encoding="utf-8")
    assert forget_dyad(folder, "d1", now=later(9)).left == ("report.html",)


def test_forgetting_again_changes_nothing(folder):
    forget_session(folder, GONE.transcript.text_sha256, now=later(9))
    again = forget_session(folder, GONE.transcript.text_sha256, now=later(10))
    assert (again.events, again.notes, again.files) == (0, 0, 0)
    with ReviewStore(folder) as store:
        assert store.verify().problems == ()


def test_forgotten_session_can_be_rated_again_from_the_start(folder):
    forget_session(folder, GONE.transcript.text_sha256, now=later(9))
    with ReviewStore(folder) as store:
        store.append(draft(GONE, 0, 2), based_on=0, now=later(10))
        assert len(store.events(GONE.transcript.text_sha256)) == 1
        assert store.verify().problems == ()


def test_event_that_was_emptied_but_not_forgotten_is_found(folder):
    forget_session(folder, GONE.transcript.text_sha256, now=later(9))
    with sqlite3.connect(folder / STORE_NAME) as raw:
        columns = [row[1] for row in raw.execute("PRAGMA table_info(events)")][3:]
        raw.execute(f"UPDATE events SET {', '.join(f'{name} = NULL' for name in columns)} WHERE seq = 3")  # noqa: S608
    with ReviewStore(folder) as store:
        assert store.verify().problems == ("entries that are empty without having been erased: 1",)


def test_dyad_without_a_result_is_refused(folder):
    with pytest.raises(InputError, match="REV-032"):
        forget_dyad(folder, "d9", now=NOW)


def test_folder_without_a_review_is_forgotten_too(tmp_path):
    folder = folder_with(tmp_path / "results", GONE, KEPT)
    erased = forget_session(folder, GONE.transcript.text_sha256, now=NOW)
    assert erased.files == 1
    assert sorted(path.name for path in folder.iterdir()) == ["s3.rupture.json"]
