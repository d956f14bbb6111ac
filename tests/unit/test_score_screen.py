"""What a person sees of a run: how far it is, and what it says at its end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipeline.batch.ledger import Row, Status
from pipeline.batch.run import Phase, Step
from pipeline.batch.tally import RunReport, not_scored
from pipeline.cli import progress, score_report


def refused(number, code="ING-020"):
    row = Row(run_id="r", status=Status.REFUSED, display_id=f"input-{number}", input_sha256="a" * 64, reason_code=code)
    return not_scored(row, input_no=number, name=f"{number}.txt")


def test_step_is_told_with_counts_and_the_time_that_is_left(monkeypatch):
    clock = progress._Clock()
    clock.enter(Phase.SCORING)
    clock.began_s = time.monotonic() - 51
    told = progress._told(Step(Phase.SCORING, 127, 1_000, refused=4), clock)
    assert told == "123/1,000 scored · 4 refused · about 6 min left"


def test_step_of_reading_is_told_without_a_guess():
    assert progress._told(Step(Phase.OPENING, 3, 10), progress._Clock()) == "reading 3/10"


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (45, "45 s"), (350, "6 min"), (9_000, "2.5 h")])
def test_duration_is_told_roughly(seconds, words):
    assert progress.in_words(seconds) == words


def test_end_groups_reasons_and_names_the_command_that_tries_again(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["rupture", "score", "my transcripts", "--out", "results"])
    problems = (*(refused(number) for number in range(1, 8)), refused(9, "BAT-002"))
    score_report.tell(RunReport(run_id="r", not_scored=problems), out=Path("results"))
    told = capsys.readouterr().err
    assert "8 not scored:" in told
    assert "BAT-002 the time limit was reached: 9.txt. Raise" in told
    assert "ING-020 the JSON is broken or cut off: 1.txt, 2.txt, 3.txt, 4.txt, 5.txt and 2 more." in told
    assert "To try these again: rupture score 'my transcripts' --out results --retry-failed" in told


def test_json_names_inputs_by_number_and_never_by_file():
    report = score_report.as_json(RunReport(run_id="r", not_scored=(refused(3),)), out=Path("results"))
    assert report["not_scored"] == [{"input": 3, "session": 0, "status": "refused", "code": "ING-020", "place": ""}]
    assert "3.txt" not in str(report)
