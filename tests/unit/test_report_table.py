"""The tables for R and SPSS: names, values, missing values, and nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import re

import pytest

from pipeline.annotate.write import write_session
from pipeline.batch.report.collect import collect
from pipeline.batch.report.table import LEVELS, MEASURES, MOMENT_COLUMNS, SESSION_COLUMNS, Kind, moments_csv, sessions_csv
from pipeline.core.records import IngestIssue, Severity
from pipeline.core.results import Measure, RuptureKind
from pipeline.core.wording import wording
from tests.builders import annotated, moment

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1")


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def tables(tmp_path, *sessions):
    for session in sessions:
        write_session(session, folder=tmp_path)
    found = collect(tmp_path).sessions
    return rows(sessions_csv(found)), rows(moments_csv(found))


def test_session_row_holds_counts_bands_and_measures(tmp_path):
    measures = [
        Measure(name="client_words_a_turn", value=7.5, unit="words"),
        Measure(name="client_words_a_turn.against_earlier", value=0.25, unit="share"),
        Measure(name="client_latency", value=None, unit="seconds"),
    ]
    issues = [
        IngestIssue(code="ANN-003", severity=Severity.WARNING, message="cut", count=9),
        IngestIssue(code="ING-104", severity=Severity.INFO, message="joined"),
    ]
    session = annotated(
        bands=[("marked", "calm"), ("faint", "faint"), ("faint", "calm")],
        dyad_id="d1",
        session_no=4,
        moments=[moment(kinds=tuple(RuptureKind))],
        measures=measures,
        warnings=issues,
    )
    ((row,), _) = tables(tmp_path, session)
    expected = {
        "transcript_id": "s1", "dyad_id": "d1", "session_no": "4", "segment_policy": "exchange", "segments": "3", "moments": "1",
        "withdrawal_moments": "1", "confrontation_moments": "1", "withdrawal_calm": "0", "withdrawal_faint": "2", "withdrawal_marked": "1",
        "withdrawal_highest": "marked", "confrontation_highest": "faint", "client_words_a_turn": "7.5",
        "client_words_a_turn_against_earlier": "0.25", "client_latency": "", "client_hedges": "", "warnings": "1",
        "warning_codes": "ANN-003", "identifiers_allowed": "0", "result_file": "s1.rupture.json",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_moment_rows_stand_in_the_order_of_the_session(tmp_path):
    found = [moment(4, 6, kinds=(RuptureKind.CONFRONTATION,)), moment(0, 2, codes=["WD-MIN", "WD-DEN", "WD-MIN"])]
    _, (first, second) = tables(tmp_path, annotated(bands=[("calm", "calm")] * 3, moments=found, seconds_each=5))
    assert (first["moment_no"], first["first_turn"], first["last_turn"], first["start_s"], first["end_s"]) == ("1", "0", "1", "0.0", "10.0")
    assert (first["withdrawal"], first["confrontation"], first["marker_codes"]) == ("1", "0", "WD-MIN WD-DEN")
    assert (second["moment_no"], second["withdrawal"], second["confrontation"], second["marker_codes"]) == ("2", "0", "1", "")
    assert (second["band"], second["repair_moves_seen"], second["repair_codes"]) == ("marked", "0", "")


def test_what_is_not_known_is_an_empty_field(tmp_path):
    ((row,), _) = tables(tmp_path, annotated())
    assert {row[name] for name in ("dyad_id", "session_no", "duration_s", "warning_codes", *MEASURES)} == {""}
    assert not set(row.values()) & {"None", "NA", "nan", "null"}


@pytest.mark.parametrize("place", range(len(FORMULAS)))
def test_no_cell_begins_as_a_formula(place, tmp_path):
    evil = FORMULAS[place]
    session = annotated(dyad_id=evil, moments=[moment()])
    session = session.model_copy(
        update={
            "transcript": session.transcript.model_copy(update={"transcript_id": evil}),
            "provenance": session.provenance.model_copy(update={"model_id": evil}),
        }
    )
    (tmp_path / "s1.rupture.json").write_bytes(session.model_dump_json().encode())
    found = collect(tmp_path).sessions
    for row in (*rows(sessions_csv(found)), *rows(moments_csv(found))):
        assert not [value for value in row.values() if value and value[0] in "=+-@\t\r\n\0＝＋－＠"]
        assert row["transcript_id"] == "'" + re.sub(r"[\t\r\n]", "\ufffd", evil)


@pytest.mark.parametrize("columns", [SESSION_COLUMNS, MOMENT_COLUMNS], ids=("sessions", "moments"))
def test_column_names_suit_r_and_spss_and_each_is_explained(columns):
    names = [column.name for column in columns]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name)] == []
    assert [column.name for column in columns if not column.meaning] == []


@pytest.mark.parametrize("columns", [SESSION_COLUMNS, MOMENT_COLUMNS], ids=("sessions", "moments"))
def test_no_column_names_a_therapist_a_likelihood_or_a_rank(columns):
    names = [column.name for column in columns]
    about_therapists = {name for name in names if re.search(r"therapist|trainee|supervis|rater", name)}
    assert about_therapists <= {"therapist_turns", "client_negations_at_therapist", "client_negations_at_therapist_against_earlier"}
    assert [name for name in names if name.startswith("p_") or "priority" in name or "rank" in name] == []


def test_values_are_of_the_kind_that_their_column_says(tmp_path):
    found = [moment(codes=["WD-MIN"])]
    sessions, moments = tables(tmp_path, annotated(moments=found, dyad_id="d", session_no=1, seconds_each=2))
    shape = {Kind.INTEGER: r"\d*", Kind.NUMBER: r"(\d+(\.\d+)?)?", Kind.YES_NO: r"[01]", Kind.ORDERED: f"({'|'.join(LEVELS)})?"}
    for columns, table in ((SESSION_COLUMNS, sessions), (MOMENT_COLUMNS, moments)):
        for column in columns:
            assert all(re.fullmatch(shape.get(column.kind, ".*"), row[column.name]) for row in table), column.name


def test_measures_are_those_that_scoring_makes(tiny_model, tmp_path):
    import pipeline
    from tests.builders import write

    lines = "T: How was the week?\nC: Fine.\nT: You sound flat.\nC: I do not know.\n" * 3
    session = pipeline.load(tiny_model).score_file(write(tmp_path / "s.txt", lines))
    made = [measure.name for measure in session.measures]
    assert list(MEASURES) == made
    assert list(wording().report.measures) == made
