"""A session is set beside the same dyad's earlier ones, from three on, and says so where there are fewer."""

from __future__ import annotations

import json

import pytest

from pipeline.batch.run import score_batch
from pipeline.ingest.options import ReadOptions
from tests.batches import manifest, request, state

LINES = ("How was the week?", "It was all right, I went to the market with my brother.", "And the nights?", "Better than before.")


def session(number, *, last, dyad="pair-a"):
    turns = [{"speaker": speaker, "text": text} for speaker, text in zip(("therapist", "client") * 2, (*LINES[:3], last), strict=True)]
    return {"session": f"{dyad}-{number}", "dyad_id": dyad, "session_no": number, "turns": turns}


def score(tmp_path, model, rows, *, name="sessions.jsonl"):
    source = tmp_path / name
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    out = tmp_path / "results"
    score_batch(request(source, out=out, model=model, options=ReadOptions(allow_identifiers=True)))
    return out


def measures(out, name):
    return {entry["name"]: entry for entry in json.loads((out / f"{name}.rupture.json").read_bytes())["measures"]}


@pytest.fixture
def dyad(tmp_path, tiny_model):
    rows = [session(number, last=" ".join(["word"] * number)) for number in (3, 1, 2, 4)]
    return score(tmp_path, tiny_model, rows)


def test_fourth_session_says_where_it_lies_among_the_three_earlier_ones(dyad):
    found = measures(dyad, "pair-a-4")
    name = "client_words_a_turn.against_earlier"
    assert found[name]["value"] == 1.0
    assert found[name]["note"] == "higher than in all 3 earlier sessions"


def test_third_session_says_that_there_are_too_few_and_shows_nothing(dyad):
    found = measures(dyad, "pair-a-3")
    assert found["against_earlier"]["value"] is None
    assert found["against_earlier"]["note"] == "needs 3 earlier sessions of this dyad; there are 2"
    assert not [name for name in found if name.endswith(".against_earlier")]


def test_session_scored_later_is_compared_with_results_that_lie_in_the_folder(dyad, tmp_path, tiny_model):
    score(tmp_path, tiny_model, [session(5, last="one"), session(5, last="one", dyad="pair-b")], name="later.jsonl")
    assert "client_words_a_turn.against_earlier" in measures(dyad, "pair-a-5")
    assert "against_earlier" in measures(dyad, "pair-b-5")


def test_comparing_again_writes_nothing(dyad, tmp_path, tiny_model):
    before = state(dyad)
    options = ReadOptions(allow_identifiers=True)
    score_batch(request(tmp_path / "sessions.jsonl", out=dyad, model=tiny_model, options=options))
    assert state(dyad) == before


def test_compared_result_has_a_row_of_its_own_with_its_new_hash(dyad):
    from pipeline.core.canonical import sha256_file

    last = {row["output"]: row for row in manifest(dyad)}
    assert [row["status"] for row in manifest(dyad)] == ["scored"] * 4 + ["current"] * 4
    assert all(row["output_sha256"] == sha256_file(dyad / name) for name, row in last.items())


def test_session_that_is_scored_anew_takes_the_place_of_its_older_result(dyad, tmp_path, tiny_model):
    again = [session(number, last="one two") for number in (3, 1, 2, 4)]
    out = score(tmp_path, tiny_model, [*again, session(5, last="one")])
    assert measures(out, "pair-a-5")["client_words_a_turn.against_earlier"]["note"] == "lower than in all 4 earlier sessions"


def test_session_without_a_dyad_is_not_compared(tmp_path, tiny_model):
    row = {key: value for key, value in session(1, last="one").items() if key != "dyad_id"}
    assert not [name for name in measures(score(tmp_path, tiny_model, [row]), "pair-a-1") if "against_earlier" in name]
