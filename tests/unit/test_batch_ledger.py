from __future__ import annotations

import stat

from pipeline.batch.ledger import Ledger, Row, Status


def row(key="k1", **fields):
    return Row(run_id="r", status=Status.SCORED, display_id="s1", input_sha256="a" * 64, key=key, **fields)


def test_row_that_was_added_is_there_after_loading(tmp_path):
    Ledger(tmp_path).add(row(output="s1.rupture.json", summary={"moments": 1, "session_no": "", "highest_p_withdrawal": 0.0}))
    loaded = Ledger.load(tmp_path)
    assert loaded.with_key("k1") == row(output="s1.rupture.json", summary={"moments": 1, "session_no": "", "highest_p_withdrawal": 0.0})
    assert loaded.with_output("s1.rupture.json").transcript_id == "s1"


def test_last_row_about_a_key_is_the_one_that_holds(tmp_path):
    Ledger(tmp_path).add(row(), row().model_copy(update={"status": Status.FAILED}))
    assert Ledger.load(tmp_path).with_key("k1").status is Status.FAILED


def test_manifest_is_private_to_its_owner(tmp_path):
    Ledger(tmp_path).add(row())
    assert stat.S_IMODE((tmp_path / "manifest.jsonl").stat().st_mode) == 0o600


def test_line_that_was_cut_off_by_a_crash_is_dropped_before_the_next_one(tmp_path):
    Ledger(tmp_path).add(row("k1"), row("k2"))
    path = tmp_path / "manifest.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    torn = Ledger.load(tmp_path)
    assert (torn.unreadable, torn.with_key("k2")) == (1, None)
    torn.add(row("k3"))
    loaded = Ledger.load(tmp_path)
    assert (loaded.unreadable, [loaded.with_key(key) is not None for key in ("k1", "k2", "k3")]) == (0, [True, False, True])


def test_line_of_something_else_is_counted_and_stops_nothing(tmp_path):
    Ledger(tmp_path).add(row("k1"))
    with (tmp_path / "manifest.jsonl").open("ab") as handle:
        handle.write(b'{"a newer version": 1}\n\xff\n')
    assert (Ledger.load(tmp_path).unreadable, Ledger.load(tmp_path).with_key("k1")) == (2, row("k1"))


def test_same_refusal_without_a_key_is_written_once(tmp_path):
    missing = Row(run_id="r", status=Status.REFUSED, display_id="input-1", input_sha256="", reason_code="ING-001")
    ledger = Ledger(tmp_path)
    ledger.add(missing)
    ledger.add(missing.model_copy(update={"run_id": "r2"}))
    assert ledger.added == 1
