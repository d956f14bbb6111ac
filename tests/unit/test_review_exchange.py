"""What is refused on the way into a store, and how ratings of turns and of segments meet."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pipeline.core.errors import InputError, UsageError
from pipeline.core.manual_form import EpisodeRating, Outcome, SessionRating, TurnRating
from pipeline.core.ratings import Judgement, Rating
from pipeline.core.settings import SegmentSettings, SegmentUnit
from pipeline.review.agreement.report import agreement
from pipeline.review.agreement.sources import Condition, read_sources
from pipeline.review.agreement.text import agreement_table
from pipeline.review.events import Action, Reason
from pipeline.review.exchange import export_ratings, import_file, import_full, import_manual
from pipeline.review.rating_files import read_rating_file, write_full, write_manual
from pipeline.review.store import ReviewStore
from tests.builders import write
from tests.review_builders import NOW, draft, folder_with, scored

CANARY = "ZQ-CANARY-7f3a"
SESSION = scored(["T: How?", "C: Fine.", "T: And now?", "C: Fine again."], dyad_id="d1")
TEXT = SESSION.transcript.text_sha256


@pytest.fixture
def folder(tmp_path):
    return folder_with(tmp_path / "results", SESSION)


@pytest.fixture
def store(folder):
    with ReviewStore(folder) as opened:
        yield opened


def rating(**more):
    fields = {"rating_id": "r1", "ref": draft(SESSION).ref, "rater": "rater_a", "judgement": Judgement(w=1, c=0)}
    return Rating(**(fields | {"codebook_version": "2", "at": NOW} | more))


def manual(store, folder, one, *, by_session_id=False):
    return import_manual([one], folder=folder, store=store, rater="rater_a", now=NOW, by_session_id=by_session_id, blind=False)


def codes_of(done):
    return [error.code for error in done.refused]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text_sha256": "f" * 64}, "RAT-020"),
        ({"end_turn": 9}, "RAT-004"),
        ({"segment_text_sha256": "f" * 64}, "RAT-022"),
    ],
)
def test_rating_on_another_text_is_refused_with_a_code(change, code, store, folder):
    done = import_full([rating(ref=draft(SESSION).ref.model_copy(update=change))], folder=folder, store=store)
    assert codes_of(done) == [code]
    assert store.sessions() == ()


def test_one_refused_session_keeps_no_other_from_being_stored(store, folder):
    other = rating(ref=draft(SESSION).ref.model_copy(update={"text_sha256": "f" * 64}))
    done = import_full([other, rating()], folder=folder, store=store)
    assert (done.stored, codes_of(done)) == (1, ["RAT-020"])
    assert done.reasons() == {done.refused[0].one_line(): 1}


def test_manual_form_without_a_hash_needs_the_callers_word_for_it(store, folder):
    unbound = SessionRating(session="s1", turns=(TurnRating(turn=1, w=2),))
    with pytest.raises(UsageError, match="RAT-021"):
        manual(store, folder, unbound)
    assert manual(store, folder, unbound, by_session_id=True).stored == 2
    assert {event.reason_code for event in store.events(TEXT)} == {Reason.IMPORTED_BY_ID}
    assert codes_of(manual(store, folder, SessionRating(session="s2"), by_session_id=True)) == ["RAT-020"]


@pytest.mark.parametrize(
    ("turns", "episodes", "code"),
    [
        ([TurnRating(turn=4, w=1)], [], "RAT-004"),
        ([], [EpisodeRating(first=1, last=4, outcome=Outcome.PARTLY)], "RAT-004"),
        ([TurnRating(turn=0, w=1)], [], "RAT-006"),
        ([TurnRating(turn=1, tc={"TC-WD": 1})], [], "RAT-006"),
        ([TurnRating(turn=1, w=1, m=("WD-MIN", "WD-MIN"))], [], "RAT-007"),
        ([TurnRating(turn=1, w=1), TurnRating(turn=1, w=2)], [], "RAT-008"),
        ([], [EpisodeRating(first=3, last=1, outcome=Outcome.PARTLY)], "RAT-008"),
    ],
)
def test_manual_rating_that_does_not_fit_its_session_is_refused_whole(turns, episodes, code, store, folder):
    done = manual(store, folder, SessionRating(session="s1", text_sha256=TEXT, turns=tuple(turns), episodes=tuple(episodes)))
    assert (done.stored, codes_of(done)) == (0, [code])
    assert store.sessions() == ()


def test_manual_rating_meets_the_exchange_that_the_page_rates(store, folder):
    said = SessionRating(
        session="s1", text_sha256=TEXT, turns=(TurnRating(turn=2, res=("RS-INV",)), TurnRating(turn=3, w=2, m=("WD-MIN",), near="humour"))
    )
    done = manual(store, folder, said)
    assert (done.stored, done.near_left_out) == (2, 1)
    second = store.events(TEXT)[1]
    assert second.ref == draft(SESSION, 2, 4).ref
    assert second.judgement == Judgement(w=2, c=0, codes=("WD-MIN", "RS-INV"))


def test_blind_ratings_of_somebody_who_saw_the_model_are_refused(store, folder):
    seen = draft(SESSION, action=Action.REVEAL, model_sha256_seen="9" * 64)
    store.append(seen, based_on=0, now=NOW)
    assert codes_of(import_full([rating(blind=True)], folder=folder, store=store)) == ["REV-020"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f'{{"rating_id": "{CANARY}"}}\n', "RAT-009"),
        (f'{{"session": "{CANARY}", "surplus": 1}}\n', "RAT-002"),
        (f"{CANARY},b\n1,2\n", "RAT-010"),
        ("", "RAT-010"),
    ],
)
def test_file_that_is_no_ratings_is_refused_without_quoting_it(content, code, tmp_path):
    with pytest.raises(InputError, match=code) as caught:
        read_rating_file(write(tmp_path / "r.jsonl", content))
    assert CANARY not in str(caught.value)


def test_missing_or_binary_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="RAT-001"):
        read_rating_file(tmp_path / "none.jsonl")
    (tmp_path / "r.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="RAT-005"):
        read_rating_file(tmp_path / "r.jsonl")


def test_wrong_rater_or_folder_is_a_usage_error(folder, tmp_path):
    write_manual(tmp_path / "r.jsonl", [SessionRating(session="s1", text_sha256=TEXT)])
    for rater, code in ((None, "RAT-030"), ("jane", "RAT-031")):
        with pytest.raises(UsageError, match=code):
            import_file(tmp_path / "r.jsonl", folder=folder, rater=rater, now=NOW)
    with pytest.raises(UsageError, match="RAT-032"):
        import_file(tmp_path / "r.jsonl", folder=tmp_path / "empty", rater="rater_a", now=NOW)
    assert not (tmp_path / "empty").exists()


# ---- agreement over these ratings


def table(read):
    return agreement(read, rng=np.random.default_rng(0), draws=200)


def test_page_and_manual_meet_on_the_same_client_turns(folder, tmp_path):
    with ReviewStore(folder) as store:
        for turn, w in ((0, 2), (2, 0)):
            one = draft(SESSION, turn, turn + 2, reviewer="rater_b", w=w)
            store.append(one, based_on=store.version_for(one), now=NOW)
        write_full(tmp_path / "b.jsonl", export_ratings(store))
    write_manual(tmp_path / "a.jsonl", [SessionRating(session="s1", text_sha256=TEXT, turns=(TurnRating(turn=1, w=2),))])
    read = read_sources([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], sessions=folder)
    (group,) = table(read).groups
    assert (group.raters, group.units, group.dyads, group.resampled) == (("rater_1", "rater_b"), 2, 1, 1)
    assert group.kinds["withdrawal"]["kappa"].value == 1.0
    assert group.kinds["confrontation"]["kappa"].value is None


def test_manual_form_counts_turns_left_out_as_0_and_needs_the_sessions(folder, tmp_path):
    for name, turns in (("a", (TurnRating(turn=1, w=2),)), ("b", ())):
        write_manual(tmp_path / f"{name}.jsonl", [SessionRating(session="s1", turns=turns)])
    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    with pytest.raises(UsageError, match="AGR-001"):
        read_sources(files)
    (group,) = table(read_sources(files, sessions=folder)).groups
    assert (group.units, group.therapist_units) == (2, 2)
    assert group.kinds["withdrawal"]["agreement"].value == 0.5


def test_blind_and_assisted_ratings_are_never_compared_with_each_other(folder):
    with ReviewStore(folder) as store:
        for reviewer, sight in (("rater_a", {"blind": True}), ("rater_b", {"blind": True}), ("rater_c", {"assisted": True})):
            one = draft(SESSION, reviewer=reviewer, **sight)
            store.append(one, based_on=0, now=NOW)
        again = draft(SESSION, reviewer="rater_b", assisted=True, w=0)
        store.append(again, based_on=1, now=NOW)
    groups = table(read_sources([folder])).groups
    assert [(group.condition, group.raters) for group in groups] == [
        (Condition.BLIND, ("rater_a", "rater_b")),
        (Condition.ASSISTED, ("rater_b", "rater_c")),
    ]


def test_only_raters_are_compared_and_what_is_left_out_is_counted(folder):
    with ReviewStore(folder) as store:
        for one in (
            draft(SESSION, reviewer="trainee"),
            draft(SESSION, reviewer="supervisor"),
            draft(SESSION, reviewer="rater_a"),
            draft(SESSION, reviewer="rater_b", judgement=Judgement(unsure=True)),
            draft(SESSION, reviewer="rater_b", judgement=Judgement(overall=2)),
            draft(SESSION, reviewer="rater_c", action=Action.ADJUDICATE),
        ):
            store.append(one, based_on=store.version_for(one), now=NOW)
    found = table(read_sources([folder]))
    assert found.groups == ()
    assert found.left_out == {"adjudicated": 1, "roles": 2, "unsure": 1, "whole": 1}
    text = agreement_table(found)
    assert "Nothing to compare" in text
    assert "2 ratings by a trainee" in text


def test_segments_with_several_client_turns_are_compared_as_segments(tmp_path):
    session = scored("TC" * 6, segment=SegmentSettings(unit=SegmentUnit.TURNS, turns=4))
    folder = folder_with(tmp_path / "r", session)
    with ReviewStore(folder) as store:
        for reviewer in ("rater_a", "rater_b"):
            for turn, w in ((0, 3), (4, 0), (8, 0)):
                one = draft(session, turn, turn + 4, reviewer=reviewer, w=w, codes=["WD-MIN"] if w else [])
                store.append(one, based_on=store.version_for(one), now=NOW)
    (group,) = table(read_sources([folder])).groups
    assert (group.units, group.therapist_units) == (3, 3)
    assert group.codes["WD-MIN"]["kappa"].value == 1.0
    assert group.codes["RS-INV"]["kappa"].value is None


def many(folder, count, *, dyads):
    made = [
        scored(
            [f"{'TC'[place % 2]}: {number} {place}" for place in range(20)],
            transcript_id=f"s{number}",
            dyad_id=f"d{number // 2}" if dyads else None,
        )
        for number in range(count)
    ]
    folder_with(folder, *made)
    rng = np.random.default_rng(1)
    with ReviewStore(folder) as store:
        for session in made:
            truth = rng.integers(0, 4, 10)
            for reviewer in ("rater_a", "rater_b", "rater_c"):
                said = np.where(rng.random(10) < 0.7, truth, rng.integers(0, 4, 10))
                rows = [draft(session, 2 * place, 2 * place + 2, reviewer=reviewer, w=int(w)) for place, w in enumerate(said)]
                store.append_all(rows, based_on=0, now=NOW)
    return folder


@pytest.mark.parametrize(("dyads", "words"), [(True, "dyads (6)"), (False, "sessions (12), since no dyad is known")])
def test_table_has_every_pair_and_all_together_and_says_what_was_resampled(dyads, words, tmp_path):
    found = table(read_sources([many(tmp_path / "r", 12, dyads=dyads)]))
    assert [len(group.raters) for group in found.groups] == [2, 2, 2, 3]
    together = found.groups[-1]
    assert "kappa" not in together.kinds["withdrawal"]
    assert together.kinds["withdrawal"]["alpha_ordinal"].low < together.kinds["withdrawal"]["alpha_ordinal"].value
    text = agreement_table(found)
    assert words in text
    assert "not enough" in text
    assert "nan" not in text.lower()
    assert json.loads(json.dumps(found.as_json()))["groups"][0]["kinds"]["confrontation"]["kappa"]["value"] is None
