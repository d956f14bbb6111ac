"""Ratings survive every way out of the store and back into it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.manual_form import EpisodeRating, Outcome, SessionRating, TurnRating, read_ratings
from pipeline.core.ratings import Judgement, Rating, SegmentRef
from pipeline.core.records import SpeakerRole
from pipeline.core.settings import SegmentSettings, SegmentUnit
from pipeline.review.exchange import export_file, export_ratings, import_full, import_manual
from pipeline.review.rating_files import Form, read_rating_file, write_csv, write_full, write_manual
from pipeline.review.store import ReviewStore
from tests.review_builders import NOW, folder_with, scored

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WHOLE = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CLIENT = [*codebook().of(CodeFamily.WITHDRAWAL), *codebook().of(CodeFamily.CONFRONTATION)]
RESOLUTION = list(codebook().of(CodeFamily.RESOLUTION))
CONTRIBUTION = list(codebook().of(CodeFamily.CONTRIBUTION))
ORDER = {code.code: place for place, code in enumerate(codebook().codes)}


def codes(known):
    """Draw codes in the codebook's order, each once."""
    return st.sets(st.sampled_from(known), max_size=3).map(lambda found: tuple(sorted(found, key=ORDER.__getitem__)))


strengths = st.dictionaries(st.sampled_from(CONTRIBUTION), st.integers(1, 2), max_size=3)
values = st.integers(0, 3)
segments = st.builds(
    Judgement,
    w=values,
    c=values,
    codes=codes(CLIENT + RESOLUTION),
    contributions=strengths,
    confidence=st.none() | st.integers(1, 3),
)
judgements = st.one_of(
    segments,
    st.builds(Judgement, codes=codes(RESOLUTION).filter(bool), contributions=strengths),
    st.builds(Judgement, overall=st.integers(1, 5)),
    st.builds(Judgement, outcome=st.sampled_from(Outcome)),
    st.just(Judgement(unsure=True)),
)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
times = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(lambda time: time.replace(microsecond=0))


@st.composite
def ratings(draw):
    first = draw(st.integers(0, 500))
    sight = draw(st.sampled_from(("blind", "saw_model", "neither")))
    return Rating(
        rating_id=draw(hashes),
        ref=SegmentRef(
            text_sha256=draw(hashes),
            segment_id=draw(st.none() | hashes.map(lambda found: f"s-{found[:16]}")),
            first_turn=first,
            end_turn=first + draw(st.integers(1, 20)),
            segment_text_sha256=draw(st.none() | hashes),
        ),
        rater=draw(st.sampled_from(("rater_a", "rater_12", "trainee", "supervisor", "pair"))),
        judgement=draw(judgements),
        blind=sight == "blind",
        saw_model=sight == "saw_model",
        adjudicated=draw(st.booleans()),
        codebook_version="2",
        at=draw(times),
        supersedes=draw(st.none() | hashes),
    )


@QUICK
@given(st.lists(ratings(), min_size=1, max_size=5))
def test_ratings_survive_the_full_form(tmp_path, found):
    write_full(tmp_path / "r.jsonl", found)
    assert read_rating_file(tmp_path / "r.jsonl") == tuple(found)


@QUICK
@given(st.lists(ratings(), min_size=1, max_size=5))
def test_ratings_survive_the_table(tmp_path, found):
    write_csv(tmp_path / "r.csv", found, transcripts={})
    assert read_rating_file(tmp_path / "r.csv") == tuple(found)


SCRIPT = ["T: a", "C: b", "O: c", "C: d", "T: e", "T: f", "C: g", "T: h", "C: i", "?: j", "T: k"]
UNITS = (SegmentSettings(), SegmentSettings(unit=SegmentUnit.TURNS, turns=4))


@st.composite
def manual_ratings(draw):
    """Draw one rater's ratings of SCRIPT in the manual's form, turns with nothing to say left out."""
    turns = []
    for turn, line in enumerate(SCRIPT):
        if line[0] == "C":
            turns.append(TurnRating(turn=turn, w=draw(values), c=draw(values), m=draw(codes(CLIENT))))
        elif line[0] == "T":
            turns.append(TurnRating(turn=turn, res=draw(codes(RESOLUTION)), tc=draw(strengths)))
    spans = draw(st.sets(st.tuples(st.integers(0, 5), st.integers(5, 10)), max_size=2))
    return SessionRating(
        session="s1",
        overall=draw(st.none() | st.integers(1, 5)),
        turns=tuple(turn for turn in turns if turn.w or turn.c or turn.m or turn.res or turn.tc),
        episodes=tuple(EpisodeRating(first=first, last=last, outcome=draw(st.sampled_from(Outcome))) for first, last in sorted(spans)),
    )


@WHOLE
@given(manual_ratings(), st.sampled_from(UNITS))
def test_manual_form_survives_the_store(tmp_path_factory, rating, unit):
    """Whatever the segments are: client turns without an exchange of their own are stored as bare turns."""
    session = scored(SCRIPT, segment=unit)
    folder = folder_with(tmp_path_factory.mktemp("r") / "results", session)
    bound = rating.model_copy(update={"text_sha256": session.transcript.text_sha256})
    with ReviewStore(folder) as store:
        done = import_manual([bound], folder=folder, store=store, rater="rater_a", now=NOW, by_session_id=False, blind=True)
        assert (done.refused, done.known) == ([], 0)
        again = import_manual([bound], folder=folder, store=store, rater="rater_a", now=NOW, by_session_id=False, blind=True)
        assert (again.stored, again.known) == (0, done.stored)
    out = folder / "ratings_a.jsonl"
    assert export_file(out, folder=folder, form=Form.MANUAL, rater="rater_a").left_out == 0
    assert read_ratings(out) == {"s1": bound}


def alike(rating):
    """Return what of a rating does not depend on the store that holds it."""
    return rating.model_copy(update={"rating_id": "x", "supersedes": None})


def test_ratings_of_one_store_can_be_stored_in_another_with_who_replaced_what(tmp_path):
    session = scored("TCTCTC")
    first, second = (folder_with(tmp_path / name, session) for name in "ab")
    said = [(0, 1, "2026-11-25T10:00:00Z"), (0, 3, "2026-11-25T11:00:00Z"), (2, 0, "2026-11-25T12:00:00Z"), (0, 1, "2026-11-25T13:00:00Z")]
    made = [
        Rating(
            rating_id=f"r{number}",
            ref=SegmentRef(text_sha256=session.transcript.text_sha256, first_turn=turn, end_turn=turn + 2),
            rater="rater_a",
            judgement=Judgement(w=w, c=0),
            blind=True,
            codebook_version="2",
            at=at,
        )
        for number, (turn, w, at) in enumerate(said)
    ]
    with ReviewStore(first) as store:
        assert import_full(made, folder=first, store=store).stored == 4
        exported = export_ratings(store)
    write_full(tmp_path / "out.jsonl", exported)
    with ReviewStore(second) as store:
        for expected in ((4, 0), (0, 4)):
            done = import_full(read_rating_file(tmp_path / "out.jsonl"), folder=second, store=store)
            assert (done.stored, done.known) == expected
        copied = export_ratings(store)
    assert [alike(one) for one in copied] == [alike(one) for one in exported]
    chain = {one.rating_id: one.supersedes for one in copied}
    assert [one.supersedes in chain for one in copied] == [False, True, False, True]


@pytest.mark.parametrize("role", [SpeakerRole.CLIENT, SpeakerRole.THERAPIST])
def test_partly_rated_session_has_no_place_in_the_manuals_form(role, tmp_path):
    session = scored("TCTCTC")
    folder = folder_with(tmp_path / "r", session)
    with ReviewStore(folder) as store:
        one = Rating(
            rating_id="r1",
            ref=SegmentRef(text_sha256=session.transcript.text_sha256, first_turn=0, end_turn=2 if role is SpeakerRole.CLIENT else 1),
            rater="rater_a",
            judgement=Judgement(w=1, c=0) if role is SpeakerRole.CLIENT else Judgement(codes=("RS-INV",)),
            codebook_version="2",
            at=NOW,
        )
        import_full([one], folder=folder, store=store)
    done = export_file(folder / "out.jsonl", folder=folder, form=Form.MANUAL, rater="rater_a")
    assert (done.sessions, done.left_out) == (0, 1)
    assert (folder / "out.jsonl").read_bytes() == b""


def test_manual_form_that_is_written_is_sparse_and_is_read_by_training(tmp_path):
    rating = SessionRating(session="s1", overall=2, turns=(TurnRating(turn=3, w=2, m=("WD-MIN",)),))
    write_manual(tmp_path / "r.jsonl", [rating])
    assert json.loads((tmp_path / "r.jsonl").read_text()) == {
        "session": "s1",
        "overall": 2,
        "episodes": [],
        "turns": [{"turn": 3, "w": 2, "c": 0, "m": ["WD-MIN"]}],
    }
    assert read_ratings(tmp_path / "r.jsonl") == {"s1": rating}
