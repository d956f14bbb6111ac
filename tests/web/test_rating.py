"""*Label* and *Resolve*: blind is what an answer holds, not what a page hides."""

from __future__ import annotations

import json
import random

import pytest

from pipeline.review.events import Action
from tests.review_builders import draft, later
from tests.web.builders import SESSION_ID, opened_site, page_for, review_folder, rich_session

OWN = f"/api/label/sessions/{SESSION_ID}"
SECRETS = ("withdrawal", "confrontation", "marked", 'hits":[{', "p_", "band", "WD-MIN", "reason for", "uncertain")


def rating(rater="rater_a", first=2, end=4, based_on=0, **values):
    return {"rater": rater, "session_id": SESSION_ID, "first": first, "end": end, "based_on": based_on, **({"w": 2, "c": 0} | values)}


def test_answers_of_label_hold_nothing_of_the_tool(page):
    answers = [page.post("/api/label/next", json={"rater": "rater_a"}).text, page.get(OWN).text, page.get(f"{OWN}/own?rater=rater_a").text]
    for told in answers:
        assert not [secret for secret in SECRETS if secret in told]


def test_blind_rating_is_stored_as_blind(page, site):
    told = page.post("/api/label/rate", json=rating(codes=["WD-MIN"], contributions={"TC-PUSH": 1}, confidence=3, seconds=40))
    assert told.json()["rated"] == "You rated 1 segment of this session."
    (event,) = site.store.events(SESSION_ID)
    assert (event.action, event.blind, event.assisted, event.model_sha256_seen) == (Action.RELABEL, True, False, None)
    assert (event.judgement.w, event.judgement.codes, event.judgement.confidence) == (2, ("WD-MIN",), 3)


@pytest.mark.parametrize("wrong", [{"w": None}, {"codes": ["XX-YYY"]}, {"unsure": True}, {"w": None, "c": None}])
def test_rating_that_the_manual_does_not_know_is_refused(wrong, page, site):
    assert page.post("/api/label/rate", json=rating(**wrong)).status_code == 409
    assert site.store.events(SESSION_ID) == ()


def test_rated_place_does_not_come_again_and_undo_brings_it_back(page):
    def places():
        told = page.post("/api/label/next", json={"rater": "rater_a"}).json()["places"]
        return {(one["session_id"], one["first"]) for one in told}

    while left := [one for one in places() if one[0] == SESSION_ID]:
        version = page.get(f"{OWN}/own?rater=rater_a").json()["version"]
        page.post("/api/label/rate", json=rating(first=left[0][1], end=left[0][1] + 2, based_on=version))
        assert left[0] not in places()
    version = page.get(f"{OWN}/own?rater=rater_a").json()["version"]
    page.post("/api/label/undo", json={"rater": "rater_a", "session_id": SESSION_ID, "based_on": version})
    assert [one for one in places() if one[0] == SESSION_ID]


def test_answers_to_a_rater_are_the_same_bytes_with_and_without_the_other_raters_work(tmp_path, clock):
    """1,000 ratings by the other in 25 steps, own work in between (assurance C3)."""
    rng, session = random.Random(5), rich_session()
    with_other, without = review_folder(tmp_path / "with"), review_folder(tmp_path / "without")
    with opened_site(with_other, clock=clock) as one, opened_site(without, clock=clock) as two, page_for(one) as a, page_for(two) as b:
        for number in range(25):
            rows = [other_rating(session, rng) for _ in range(40)]
            one.store.append_all(rows, based_on=one.store.version_for(rows[0]), now=later(number))
            if number % 5 == 0:
                base = a.get(f"{OWN}/own?rater=rater_a").json()["version"]
                mine = rating(first=2 * (number // 5), end=2 * (number // 5) + 2, based_on=base)
                assert a.post("/api/label/rate", json=mine).content == b.post("/api/label/rate", json=mine).content
            for told, other in zip(asked(a), asked(b), strict=True):
                assert told.content == other.content
                assert dict(told.headers) == dict(other.headers)


def other_rating(session, rng):
    at = 2 * rng.randrange(9)
    return draft(session, at, at + 2, reviewer="rater_b", w=rng.randrange(4), c=rng.randrange(4), blind=True)


def asked(page):
    return [page.post("/api/label/next", json={"rater": "rater_a"}), page.get(OWN), page.get(f"{OWN}/own?rater=rater_a")]


def two_ratings(page, **values):
    page.post("/api/label/rate", json=rating("rater_a", w=2, c=0))
    page.post("/api/label/rate", json=rating("rater_b", **({"w": 0, "c": 0} | values)))


def test_two_ratings_stand_side_by_side(page):
    two_ratings(page)
    (row,) = page.get("/api/resolve").json()["rows"]
    assert row["differ"]
    assert [(one["rater"], one["reading"]) for one in row["ratings"]] == [
        ("rater_a", "possible withdrawal"),
        ("rater_b", "not a rupture, in our reading"),
    ]


def test_neither_can_be_the_final_answer_and_both_ratings_stay(page, site):
    two_ratings(page, w=0, c=2)
    (row,) = page.get("/api/resolve").json()["rows"]
    body = {"session_id": SESSION_ID, "first": 2, "end": 4, "based_on": row["version"], "reading": "neither"}
    (row,) = page.post("/api/resolve", json=body).json()["rows"]
    assert row["consensus"].startswith("not a rupture, in our reading")
    state = site.store.state(SESSION_ID)
    assert {rater: next(iter(places.values())).judgement.w for rater, places in state.ratings.items()} == {"rater_a": 2, "rater_b": 0}


def test_decision_is_refused_when_a_rater_changed_their_mind_meanwhile(page):
    two_ratings(page)
    (row,) = page.get("/api/resolve").json()["rows"]
    page.post("/api/label/rate", json=rating("rater_b", w=3, based_on=1))
    body = {"session_id": SESSION_ID, "first": 2, "end": 4, "based_on": row["version"], "reading": "neither"}
    assert page.post("/api/resolve", json=body).status_code == 409


def test_agreement_is_told_as_a_table(page):
    two_ratings(page)
    table = page.get("/api/resolve/agreement").json()["table"]
    assert "rater_a, rater_b: blind ratings" in table
    assert "not enough" in table


def test_blind_ratings_show_in_no_other_mode(page):
    two_ratings(page, w=3)
    for mode in ("first", "together"):
        told = page.get(f"/api/sessions/{SESSION_ID}", params={"mode": mode}).json()
        assert "rater_" not in json.dumps(told)
        assert all(row["decision"] is None for row in told["review"]["moments"])
    assert not any(one["looked_at"] for dyad in page.get("/api/sessions").json()["dyads"] for one in dyad["sessions"])
