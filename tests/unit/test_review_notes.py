"""Notes: two files, one question each, no older wording kept, and a date to be deleted by."""

from __future__ import annotations

import os
import stat
from datetime import date, timedelta

import pytest

from pipeline.review.errors import RefusedError
from pipeline.review.notes import Chip, NoteConflictError, NoteField, NoteKey, NoteStore, Visibility, notes_path
from tests.review_builders import NOW, later

TEXT = "a" * 64
FELT = NoteKey(text_sha256=TEXT, first_turn=3, end_turn=7, field=NoteField.FELT)


@pytest.fixture
def shared(tmp_path):
    with NoteStore(tmp_path, Visibility.SHARED) as store:
        yield store


def test_note_is_kept_with_its_chips_and_its_end(shared):
    note = shared.write(FELT, "tense, a little", based_on=0, now=NOW, chips=(Chip.CONFUSION,))
    assert shared.of_session(TEXT) == (note,)
    assert (note.version, note.delete_after) == (1, NOW.date() + timedelta(days=365))


def test_stale_note_is_refused_with_both_texts_and_changes_nothing(shared):
    shared.write(FELT, "one", based_on=0, now=NOW)
    kept = shared.write(FELT, "two", based_on=1, now=later(1))
    for base in (0, 1, 3):
        with pytest.raises(NoteConflictError) as caught:
            shared.write(FELT, "three", based_on=base, now=later(2))
        assert (caught.value.offered, caught.value.stored) == ("three", kept)
        assert "three" not in str(caught.value)
        assert "two" not in str(caught.value)
    assert shared.of_session(TEXT) == (kept,)


def test_what_is_deleted_from_a_note_is_in_no_byte_of_the_file(shared, tmp_path):
    shared.write(FELT, "ZQ-CANARY-7f3a and more", based_on=0, now=NOW)
    shared.write(FELT, "and more", based_on=1, now=NOW)
    shared.close()
    assert b"CANARY" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_private_and_shared_notes_lie_apart_and_opening_one_never_makes_the_other(tmp_path):
    with NoteStore(tmp_path, Visibility.SHARED) as shared:
        shared.write(FELT, "for both", based_on=0, now=NOW)
    assert not notes_path(tmp_path, Visibility.PRIVATE).exists()
    with NoteStore(tmp_path, Visibility.PRIVATE) as private:
        own = private.write(FELT.model_copy(update={"reviewer_role_id": "trainee"}), "for me", based_on=0, now=NOW)
        assert private.of_session(TEXT) == (own,)
        assert private.of_session(TEXT, reviewer="supervisor") == ()
        assert own.visibility is Visibility.PRIVATE


def test_expired_notes_are_listed_first_and_then_erased_and_no_others(shared, tmp_path):
    shared.write(FELT, "ZQ-CANARY-7f3a", based_on=0, now=NOW, keep_days=30)
    kept = shared.write(FELT.model_copy(update={"field": NoteField.FREE}), "stays", based_on=0, now=NOW, keep_days=31)
    day = date(2026, 12, 26)
    assert shared.expired(today=day) == (FELT,)
    assert len(shared.of_session(TEXT)) == 2
    assert shared.expire(today=day) == 1
    assert shared.of_session(TEXT) == (kept,)
    shared.close()
    assert b"CANARY" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_very_long_note_is_refused_without_quoting_it(shared):
    with pytest.raises(RefusedError, match="REV-026") as caught:
        shared.write(FELT, "ZQ-CANARY-7f3a" * 2_000, based_on=0, now=NOW)
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_note_files_are_private_whatever_the_umask(umask, tmp_path):
    before = os.umask(umask)
    try:
        with NoteStore(tmp_path / "r", Visibility.PRIVATE) as store:
            store.write(FELT, "x", based_on=0, now=NOW)
            modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "r").iterdir()}
    finally:
        os.umask(before)
    assert modes == {0o600}
