from __future__ import annotations

from pathlib import Path

from pipeline.batch.ledger import Ledger, Row, Status
from pipeline.batch.names import give_names
from pipeline.batch.plan import Plan, PlannedInput
from pipeline.batch.standing import Standing
from pipeline.batch.tasks import InputRef
from pipeline.ingest.companions import InputGroup
from pipeline.ingest.options import ReadOptions


def planned(number, letter, *, copy_no=0):
    ref = InputRef(number=number, key=letter, source_sha256=letter * 64, suffixes=(".txt",), options=ReadOptions())
    return PlannedInput(InputGroup((Path(f"{number}.txt"),)), ref, copy_no=copy_no)


def plan_of(*inputs):
    return Plan(tuple(inputs), ())


def row(letter, name, *, session=1, status=Status.SCORED):
    output = f"{name}.rupture.json"
    return Row(run_id="r", status=status, display_id=name, input_sha256=letter * 64, session=session, key=letter, output=output)


def ledger_of(folder, *rows):
    for one in rows:
        (folder / one.output).touch()
    return Ledger(folder, rows)


def names(plan, own_ids, ledger, standings=None):
    return give_names(plan, own_ids=own_ids, standings=standings or {}, ledger=ledger)


def test_equal_ids_are_told_apart_in_the_order_of_the_plan(tmp_path):
    plan = plan_of(planned(1, "a"), planned(2, "b"), planned(3, "b", copy_no=1))
    given = names(plan, {3: ["same"], 2: ["same"], 1: ["same", "x"]}, ledger_of(tmp_path))
    assert given == {(1, 1): "same", (1, 2): "x", (2, 1): "same-bbbbbbbb", (3, 1): "same-bbbbbbbb-2"}


def test_ids_that_differ_in_case_only_do_not_meet_in_one_file(tmp_path):
    given = names(plan_of(planned(1, "a")), {1: ["P1", "p1"]}, ledger_of(tmp_path))
    assert given == {(1, 1): "P1", (1, 2): "p1-aaaaaaaa"}


def test_name_that_the_manifest_gave_is_kept_when_an_earlier_input_comes(tmp_path):
    plan = plan_of(planned(1, "a"), planned(2, "b"))
    given = names(plan, {1: ["same"], 2: ["same"]}, ledger_of(tmp_path, row("b", "same")))
    assert given == {(1, 1): "same-aaaaaaaa", (2, 1): "same"}


def test_name_of_a_session_that_needs_no_work_stays_its_own(tmp_path):
    plan = plan_of(planned(1, "a"), planned(2, "b"))
    refused = row("b", "same", status=Status.REFUSED)
    given = names(plan, {1: ["same"]}, Ledger(tmp_path), {2: Standing(plan[2], 1, {1: refused})})
    assert given[1, 1] == "same-aaaaaaaa"


def test_name_of_an_input_that_is_not_given_any_more_is_free(tmp_path):
    assert names(plan_of(planned(1, "a")), {1: ["same"]}, ledger_of(tmp_path, row("z", "same"))) == {(1, 1): "same"}


def test_name_is_not_kept_when_the_session_has_another_id_now(tmp_path):
    assert names(plan_of(planned(1, "a")), {1: ["new"]}, ledger_of(tmp_path, row("a", "old"))) == {(1, 1): "new"}
