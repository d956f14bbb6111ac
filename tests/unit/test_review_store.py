"""The review store: what it keeps, what it refuses, and what its check finds."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat

import pytest
from pydantic import ValidationError

from pipeline.core.errors import OutputError
from pipeline.core.ratings import Judgement
from pipeline.review.database import MIGRATIONS, Database
from pipeline.review.errors import ConflictError, RefusedError, StoreError
from pipeline.review.events import Action, Draft, Event, Reason, take_back
from pipeline.review.fold import Place, Scope, fold
from pipeline.review.rows import COLUMNS
from pipeline.review.store import HEAD_NAME, STORE_NAME, ReviewStore
from tests.review_builders import NOW, draft, later, scored

SESSION = scored("TC" * 80)
TEXT = SESSION.transcript.text_sha256
MODEL = "9" * 64
EVENTS = 288


@pytest.fixture
def store(tmp_path):
    with ReviewStore(tmp_path) as opened:
        yield opened


def put(store, one, *, now=NOW):
    return store.append(one, based_on=store.version_for(one), now=now)


def place(first, end):
    return Place(Scope.SEGMENT, first, end)


def test_rating_holds_after_closing_and_opening_again(tmp_path):
    with ReviewStore(tmp_path) as store:
        put(store, draft(SESSION, w=2, codes=["WD-MIN"], judgement=Judgement(w=2, c=0, codes=("WD-MIN",), confidence=3)))
    with ReviewStore(tmp_path) as store:
        rated = store.state(TEXT).ratings["rater_a"][place(0, 2)]
    assert rated.judgement == Judgement(w=2, c=0, codes=("WD-MIN",), confidence=3)
    assert rated.time == NOW


def test_later_rating_replaces_the_earlier_one_and_both_are_kept(store):
    first = put(store, draft(SESSION, w=1))
    second = put(store, draft(SESSION, w=3))
    state = store.state(TEXT)
    assert state.ratings["rater_a"][place(0, 2)] == second
    assert state.replaced == {second.event_id: first.event_id}
    assert store.events(TEXT) == (first, second)


def test_stale_write_is_refused_200_times_with_both_sides_and_nothing_is_overwritten(store):
    for turn in range(0, 160, 2):
        put(store, draft(SESSION, turn, turn + 2, reviewer="pair", w=1))
    rng = random.Random(7)
    for number in range(200):
        turn = 2 * rng.randrange(80)
        base = store.version_for(draft(SESSION, turn, turn + 2, reviewer="pair"))
        mine = put(store, draft(SESSION, turn, turn + 2, reviewer="pair", w=number % 3))
        late = draft(SESSION, turn, turn + 2, reviewer="pair", w=3)
        with pytest.raises(ConflictError) as caught:
            store.append(late, based_on=base, now=NOW)
        assert caught.value.offered == (late,)
        assert caught.value.stored == (mine,)
        assert (caught.value.based_on, caught.value.current) == (base, base + 1)
        assert store.state(TEXT).ratings["pair"][place(turn, turn + 2)] == mine
    assert len(store.events(TEXT)) == 280


def test_two_raters_do_not_meet_and_a_version_tells_neither_of_the_other(store):
    before = store.version_for(draft(SESSION, reviewer="rater_b"))
    put(store, draft(SESSION, reviewer="rater_a", w=3))
    assert store.version_for(draft(SESSION, reviewer="rater_b")) == before
    store.append(draft(SESSION, reviewer="rater_b", w=0), based_on=before, now=NOW)
    assert {reviewer: rated[place(0, 2)].judgement.w for reviewer, rated in store.state(TEXT).ratings.items()} == {
        "rater_a": 3,
        "rater_b": 0,
    }


def test_adjudication_is_refused_when_a_rater_changed_their_mind_meanwhile(store):
    put(store, draft(SESSION, reviewer="rater_a", w=3))
    put(store, draft(SESSION, reviewer="rater_b", w=0))
    decision = draft(SESSION, action=Action.ADJUDICATE, reviewer="pair", w=0)
    base = store.version_for(decision)
    put(store, draft(SESSION, reviewer="rater_a", w=1))
    with pytest.raises(ConflictError):
        store.append(decision, based_on=base, now=NOW)
    put(store, decision)
    state = store.state(TEXT)
    assert state.consensus[place(0, 2)].judgement.w == 0
    assert state.ratings["rater_a"][place(0, 2)].judgement.w == 1


def test_undo_goes_fifty_deep_across_reload_and_two_tabs(tmp_path):
    with ReviewStore(tmp_path) as first, ReviewStore(tmp_path) as second:
        for turn in range(0, 120, 2):
            put(first, draft(SESSION, turn, turn + 2))
        for number in range(50):
            tab = (first, second)[number % 2]
            steps = tab.state(TEXT).undoable["rater_a"]
            target = next(event for event in tab.events(TEXT) if event.event_id == steps[-1])
            put(tab, take_back(target, action=Action.UNDO))
            assert first.state(TEXT) == second.state(TEXT)
    with ReviewStore(tmp_path) as again:
        state = again.state(TEXT)
        assert sorted(state.ratings["rater_a"]) == [place(turn, turn + 2) for turn in range(0, 20, 2)]
        assert state.undoable["rater_a"] == ()
        with pytest.raises(RefusedError, match="REV-021"):
            put(again, take_back(again.events(TEXT)[0], action=Action.UNDO))
        assert state == fold(again.events(TEXT))


def test_undo_takes_back_the_latest_own_step_only(store):
    mine = put(store, draft(SESSION, 0, 2))
    put(store, draft(SESSION, 2, 4))
    theirs = put(store, draft(SESSION, 4, 6, reviewer="rater_b"))
    with pytest.raises(RefusedError, match="REV-022"):
        put(store, take_back(mine, action=Action.UNDO))
    with pytest.raises(RefusedError, match="REV-023"):
        put(store, take_back(theirs, action=Action.UNDO).model_copy(update={"reviewer_role_id": "rater_a"}))


def test_void_takes_back_an_older_rating_with_its_reason_and_can_be_undone(store):
    old = put(store, draft(SESSION, 0, 2, w=1))
    put(store, draft(SESSION, 2, 4, w=1))
    void = put(store, take_back(old, action=Action.VOID, reason_code=Reason.MISTAKE))
    assert sorted(store.state(TEXT).ratings["rater_a"]) == [place(2, 4)]
    with pytest.raises(RefusedError, match="REV-025"):
        put(store, take_back(old, action=Action.VOID, reason_code=Reason.MISTAKE))
    put(store, take_back(void, action=Action.UNDO))
    assert sorted(store.state(TEXT).ratings["rater_a"]) == [place(0, 2), place(2, 4)]


def test_void_of_a_second_rating_brings_the_first_back(store):
    first = put(store, draft(SESSION, w=1))
    second = put(store, draft(SESSION, w=3))
    put(store, take_back(second, action=Action.VOID, reason_code=Reason.CHANGED_MIND))
    assert store.state(TEXT).ratings["rater_a"][place(0, 2)] == first


def test_fourth_moment_is_refused_until_one_is_taken_back(store):
    chosen = [put(store, draft(SESSION, turn, turn + 2, action=Action.SELECT, reviewer="trainee")) for turn in (0, 2, 4)]
    with pytest.raises(RefusedError, match="REV-024"):
        put(store, draft(SESSION, 6, 8, action=Action.SELECT, reviewer="trainee"))
    put(store, take_back(chosen[0], action=Action.VOID, reason_code=Reason.CHANGED_MIND))
    put(store, draft(SESSION, 6, 8, action=Action.SELECT, reviewer="trainee"))
    assert [event.ref.first_turn for event in store.state(TEXT).selected] == [2, 4, 6]


def test_reveal_before_a_decision_is_found_by_the_store_itself(store):
    put(store, draft(SESSION, 0, 2, action=Action.REFLECT, reviewer="trainee", reason_code=Reason.WRITTEN))
    before = put(store, draft(SESSION, 0, 2, reviewer="trainee"))
    put(store, draft(SESSION, 0, 2, action=Action.REVEAL, reviewer="trainee", model_sha256_seen=MODEL))
    after = put(store, draft(SESSION, 0, 2, reviewer="trainee"))
    elsewhere = put(store, draft(SESSION, 2, 4, reviewer="trainee"))
    assert [event.revealed_before_decision for event in (before, after, elsewhere)] == [False, True, False]
    assert store.state(TEXT).revealed == {"trainee": frozenset({place(0, 2)})}
    assert store.state(TEXT).reflected == {"trainee": frozenset({place(0, 2)})}


def test_rater_who_saw_the_tools_output_cannot_rate_that_session_blind(store):
    put(store, draft(SESSION, 0, 2, action=Action.REVEAL, model_sha256_seen=MODEL))
    with pytest.raises(RefusedError, match="REV-020"):
        put(store, draft(SESSION, 2, 4, blind=True))
    put(store, draft(SESSION, 2, 4, blind=True, reviewer="rater_b"))
    other = scored("TC" * 3)
    put(store, draft(other, 2, 4, blind=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": Action.RELABEL, "judgement": Judgement()},
        {"action": Action.SELECT, "judgement": Judgement(w=1, c=0)},
        {"action": Action.CONFIRM, "judgement": Judgement(w=0, c=0)},
        {"action": Action.REJECT, "judgement": Judgement(w=0, c=1)},
        {"action": Action.UNDO},
        {"action": Action.VOID, "target_event_id": MODEL},
        {"action": Action.REVEAL},
        {"action": Action.CONFIRM, "judgement": Judgement(w=1, c=0), "blind": True},
        {"action": Action.RELABEL, "judgement": Judgement(w=1, c=0), "blind": True, "assisted": True},
        {"reviewer_role_id": "Jane"},
        {"reviewer_role_id": "trainee_1"},
        {"reviewer_role_id": "rater_jd"},
        {"seconds_on_segment": -1},
    ],
)
def test_draft_that_contradicts_itself_is_refused(wrong):
    good = {"action": Action.RELABEL, "reviewer_role_id": "rater_a", "guideline_version": "2", "ref": draft(SESSION).ref}
    fields = {**good, "judgement": Judgement(w=1, c=0) if "action" not in wrong else Judgement(), **wrong}
    with pytest.raises(ValidationError):
        Draft(**fields)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_are_private_whatever_the_umask(umask, tmp_path):
    before = os.umask(umask)
    try:
        with ReviewStore(tmp_path / "results") as store:
            put(store, draft(SESSION))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "results").iterdir()}
            folder = stat.S_IMODE((tmp_path / "results").stat().st_mode)
    finally:
        os.umask(before)
    assert set(modes) == {STORE_NAME, f"{STORE_NAME}-wal", f"{STORE_NAME}-shm", HEAD_NAME}
    assert set(modes.values()) == {0o600}
    assert folder == 0o700


def test_commits_reach_the_disk_and_deleted_pages_are_overwritten(store):
    found = {name: store._database.rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "secure_delete")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def test_table_refuses_changes_and_deletions_even_from_outside(store, tmp_path):
    put(store, draft(SESSION))
    with sqlite3.connect(tmp_path / STORE_NAME) as other:
        with pytest.raises(sqlite3.IntegrityError):
            other.execute("UPDATE events SET w = 0")
        with pytest.raises(sqlite3.IntegrityError):
            other.execute("DELETE FROM events")


def test_migration_keeps_a_backup_of_what_was_there(tmp_path):
    migrations = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS / "review", migrations)
    with ReviewStore(tmp_path) as store:
        put(store, draft(SESSION))
    (migrations / "0002_more.sql").write_text(
        "ALTER TABLE events ADD COLUMN more TEXT;\nCREATE INDEX more ON events (more);\n", encoding="utf-8"
    )
    with Database(tmp_path / STORE_NAME, migrations=migrations) as database:
        assert database.rows("SELECT count(more), count(*) FROM events") == [(0, 1)]
        (backup,) = database.backups()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with sqlite3.connect(backup) as old:
        assert old.execute("SELECT count(*) FROM events").fetchone() == (1,)
        assert old.execute("PRAGMA user_version").fetchone() == (1,)
    with pytest.raises(StoreError, match="REV-004"):
        ReviewStore(tmp_path)


def test_failed_migration_leaves_the_store_as_it_was(tmp_path):
    migrations = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS / "review", migrations)
    with ReviewStore(tmp_path) as store:
        put(store, draft(SESSION))
    (migrations / "0002_bad.sql").write_text("ALTER TABLE events ADD COLUMN more TEXT;\nSELECT nonsense FROM nowhere;\n", encoding="utf-8")
    with pytest.raises(StoreError, match="REV-003"):
        Database(tmp_path / STORE_NAME, migrations=migrations)
    with ReviewStore(tmp_path) as store:
        assert len(store.events(TEXT)) == 1
        assert store.verify().problems == ()


def test_file_that_is_no_store_is_refused_without_quoting_it(tmp_path):
    (tmp_path / STORE_NAME).write_text("ZQ-CANARY-7f3a " * 200, encoding="utf-8")
    with pytest.raises(StoreError, match="REV-003") as caught:
        ReviewStore(tmp_path)
    assert "CANARY" not in str(caught.value)


def test_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="REV-002"):
        ReviewStore(tmp_path / "taken" / "results")


@pytest.fixture(scope="module")
def long_history(tmp_path_factory):
    """Write 288 events once; tests change copies. `scripts/review_faults.py` does the same with 1,000."""
    folder = tmp_path_factory.mktemp("history")
    with ReviewStore(folder) as store:
        for reviewer in ("rater_a", "rater_b"):
            for value in range(2):
                rows = [draft(SESSION, turn, turn + 2, reviewer=reviewer, w=value % 4) for turn in range(0, 144, 2)]
                store.append_all(rows, based_on=store.version_for(rows[0]), now=later(value))
        assert store.verify().problems == ()
        assert store.verify().events == EVENTS
    return folder


def tampered(folder, copy, change):
    shutil.copytree(folder, copy)
    with sqlite3.connect(copy / STORE_NAME, isolation_level=None) as raw:
        raw.execute("DROP TRIGGER events_are_not_changed")
        raw.execute("DROP TRIGGER events_are_not_deleted")
        change(raw)
    with ReviewStore(copy) as store:
        return store.verify().problems


OTHER_VALUES = {
    "event_id": "a" * 64, "prev_hash": "a" * 64, "time": "2026-11-25T12:00:01Z", "action": "pin", "reviewer_role_id": "rater_c",
    "text_sha256": "b" * 64, "segment_id": "s-0", "first_turn": 1, "end_turn": 160, "segment_text_sha256": "c" * 64,
    "guideline_version": "1", "w": 9, "c": 1, "codes": '["WD-MIN"]', "contributions": '{"TC-WD": 1}', "overall": 1, "outcome": "partly",
    "unsure": 1, "confidence": 1, "reason_code": "mistake", "assisted": 1, "blind": 1, "model_sha256_seen": "d" * 64,
    "revealed_before_decision": 1, "seconds_on_segment": 3, "target_event_id": "e" * 64, "erased_event_ids": '["' + "f" * 64 + '"]',
}  # fmt: skip


def edit(rng):
    column, number = rng.choice(COLUMNS), rng.randrange(1, EVENTS + 1)
    return lambda raw: raw.execute(f"UPDATE events SET {column} = ? WHERE seq = ?", (OTHER_VALUES[column], number))  # noqa: S608


def delete(rng):
    number = rng.randrange(1, EVENTS + 1)
    return lambda raw: raw.execute("DELETE FROM events WHERE seq = ?", (number,))


def swap(rng):
    one, other = sorted(rng.sample(range(1, EVENTS + 1), 2))

    def change(raw):
        for old, new in ((one, 0), (other, one), (0, other)):
            raw.execute("UPDATE events SET seq = ? WHERE seq = ?", (new, old))

    return change


def empty(rng):
    number = rng.randrange(1, EVENTS + 1)
    columns = ", ".join(f"{name} = NULL" for name in COLUMNS[2:])
    return lambda raw: raw.execute(f"UPDATE events SET {columns} WHERE seq = ?", (number,))  # noqa: S608


def test_check_finds_each_of_100_random_edits_deletions_and_swaps(long_history, tmp_path):
    rng = random.Random(3)
    changes = [rng.choice((edit, delete, swap, empty))(rng) for _ in range(100)]
    missed = [number for number, change in enumerate(changes) if not tampered(long_history, tmp_path / str(number), change)]
    assert missed == []


@pytest.mark.parametrize("cut", [1, 2, 100, 288])
def test_check_finds_an_end_that_was_cut_off_and_writing_on_is_refused(cut, long_history, tmp_path):
    copy = tmp_path / "copy"
    assert tampered(long_history, copy, lambda raw: raw.execute("DELETE FROM events WHERE seq > ?", (EVENTS - cut,)))
    with ReviewStore(copy) as store, pytest.raises(StoreError, match="REV-006"):
        put(store, draft(SESSION))


def test_check_finds_a_missing_head(long_history, tmp_path):
    shutil.copytree(long_history, tmp_path / "copy")
    (tmp_path / "copy" / HEAD_NAME).unlink()
    with ReviewStore(tmp_path / "copy") as store:
        assert store.verify().problems == ("the stored head is missing or cannot be read",)


def test_head_that_a_crash_left_behind_is_no_problem_and_is_caught_up(tmp_path):
    with ReviewStore(tmp_path) as store:
        put(store, draft(SESSION))
        old_head = (tmp_path / HEAD_NAME).read_bytes()
        put(store, draft(SESSION, w=1))
        (tmp_path / HEAD_NAME).write_bytes(old_head)
        assert store.verify().problems == ()
        put(store, draft(SESSION, w=3))
        assert store.verify().problems == ()
    assert b'"entries": 3' in (tmp_path / HEAD_NAME).read_bytes()


def test_event_is_frozen_and_its_id_covers_every_field(store):
    event = put(store, draft(SESSION))
    with pytest.raises(ValidationError):
        event.blind = True
    assert set(Event.model_fields) - {"ref", "judgement"} <= set(COLUMNS)
