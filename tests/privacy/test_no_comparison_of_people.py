"""There is no field, column or query by which a therapist or a trainee could be scored, ranked or compared."""

from __future__ import annotations

import ast
import inspect
import re
import sqlite3
from dataclasses import fields
from pathlib import Path

import pytest

from pipeline.core.ratings import Judgement, Rating, SegmentRef
from pipeline.review.agreement.report import Agreement, Group
from pipeline.review.agreement.sources import KnownSession, Observation
from pipeline.review.brief.compose import Brief, Header
from pipeline.review.brief.moments import BriefMoment
from pipeline.review.database import MIGRATIONS
from pipeline.review.events import Draft, Erasure, Event, Tombstone
from pipeline.review.fold import ReviewState
from pipeline.review.notes import Note, NoteKey
from pipeline.review.queue import Batch, Known
from pipeline.review.rating_files import csv_columns
from tests.review_builders import draft, scored

REVIEW = Path(inspect.getfile(Draft)).parent
PERSON = re.compile(r"therapist|trainee|supervis|clinician|counsel|staff|employee|practitioner|user|author|person|name")
ALLOWED = {"by_trainee", "therapist_units"}
"""Whether the trainee chose the moments of one brief; how many therapist *turns* two raters rated. Neither names or counts people."""


def columns():
    for kind in ("review", "notes"):
        database = sqlite3.connect(":memory:")
        for script in sorted((MIGRATIONS / kind).glob("*.sql")):
            database.executescript(script.read_text(encoding="utf-8"))
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            yield from (row[1] for row in database.execute(f"PRAGMA table_info({table})"))


def record_fields():
    for record in (SegmentRef, Judgement, Rating, Draft, Event, Erasure, Tombstone, Note, NoteKey):
        yield from record.model_fields
    for record in (ReviewState, Agreement, Group, KnownSession, Observation, Brief, Header, BriefMoment, Batch, Known):
        yield from (field.name for field in fields(record))


@pytest.mark.parametrize("listed", [columns, record_fields, csv_columns])
def test_no_field_or_column_is_about_a_therapist_or_a_trainee(listed):
    assert sorted(name for name in listed() if PERSON.search(name) and name not in ALLOWED) == []


def strings():
    for path in sorted(REVIEW.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_no_query_groups_orders_or_averages_by_who_acted():
    text = "\n".join([*strings(), *(path.read_text(encoding="utf-8") for path in REVIEW.rglob("*.sql"))])
    assert not re.search(r"group\s+by|\bavg\s*\(|\bsum\s*\(|order by reviewer|partition\s+by", text, re.IGNORECASE)


@pytest.mark.parametrize("reviewer", ["trainee_1", "trainee_a", "supervisor_2", "pair_x", "jane", "rater_jd", "Rater_a", "rater_1234", ""])
def test_only_raters_have_a_letter_or_number_so_nobody_else_can_be_told_apart(reviewer):
    with pytest.raises(ValueError, match="reviewer_role_id"):
        draft(scored("TC"), reviewer=reviewer)
