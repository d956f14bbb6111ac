"""Decisions, choices, undo and notes, with their versions: nothing is overwritten and nothing is lost."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.review.events import Action, Reason
from pipeline.review.fold import fold
from tests.review_builders import folder_with
from tests.web.builders import FIRST, PATH, SECOND, SESSION_ID, opened_site, page_for, rich_session
from tests.web.test_modes import act, place, version

CLIENTS = 8


@pytest.mark.parametrize(
    ("reading", "stored"),
    [
        ("withdrawal", (Action.CONFIRM, 1, 0, None)),
        ("confrontation", (Action.RELABEL, 0, 1, Reason.OTHER_KIND)),
        ("both", (Action.RELABEL, 1, 1, Reason.OTHER_KIND)),
        ("neither", (Action.REJECT, 0, 0, None)),
        ("usual", (Action.REJECT, 0, 0, Reason.USUAL_WAY)),
        ("unsure", (Action.RELABEL, None, None, None)),
    ],
)
def test_button_becomes_the_action_that_it_means(reading, stored, page, site):
    told = act(page, "decide", "first", FIRST, reading=reading, seconds=12).json()
    (event,) = site.store.events(SESSION_ID)
    assert (event.action, event.judgement.w, event.judgement.c, event.reason_code) == stored
    assert (event.reviewer_role_id, event.assisted, event.blind, event.seconds_on_segment) == ("trainee", True, False, 12)
    assert event.model_sha256_seen is None
    assert told["saved"].startswith("Saved ")
    assert told["place"]["decision"] == told["moments"][0]["decision"]


def test_decision_after_opening_says_what_was_seen(page, site):
    act(page, "reveal", "together", FIRST, skip=True)
    act(page, "decide", "together", FIRST, reading="withdrawal")
    reflected, revealed, decided = site.store.events(SESSION_ID)
    assert (reflected.action, reflected.reason_code) == (Action.REFLECT, Reason.SKIPPED)
    assert revealed.action is Action.REVEAL
    assert decided.revealed_before_decision
    assert decided.model_sha256_seen == revealed.model_sha256_seen


def test_moment_that_the_tool_missed_can_be_pinned_and_decided(page, site):
    told = act(page, "decide", "first", (8, 10), reading="unsure").json()
    row = next(one for one in told["moments"] if one["first"] == 8)
    assert (row["pinned"], row["decision"], row["kinds"]) == (True, None, "worth a look together")
    told = act(page, "decide", "first", (8, 10), reading="withdrawal").json()
    assert told["place"]["decision"] == "possible withdrawal"
    assert [event.action for event in site.store.events(SESSION_ID)] == [Action.PIN, Action.PIN]


def test_fourth_moment_to_bring_is_refused_in_words(page):
    for where in (FIRST, SECOND, (8, 10)):
        assert act(page, "choose", "first", where, chosen=True).status_code == 200
    told = act(page, "choose", "first", (14, 16), chosen=True)
    assert (told.status_code, told.json()["code"]) == (409, "REV-024")
    assert act(page, "choose", "first", FIRST, chosen=False).status_code == 200
    assert act(page, "choose", "first", (14, 16), chosen=True).status_code == 200


def test_choice_of_the_first_look_cannot_be_taken_back_together(page):
    act(page, "choose", "first", FIRST, chosen=True)
    assert act(page, "choose", "together", FIRST, chosen=False).json()["code"] == "WEB-033"


def test_undo_goes_back_step_by_step_across_two_launches(folder, clock):
    with opened_site(folder, clock=clock) as site, page_for(site) as page:
        act(page, "decide", "first", FIRST, reading="withdrawal")
        act(page, "decide", "first", FIRST, reading="neither")
    with opened_site(folder, clock=clock) as site, page_for(site) as page:
        undo = {"mode": "first", "based_on": version(page, "first")}
        told = page.post(f"{PATH}/undo", json=undo).json()
        assert told["place"]["decision"] == "possible withdrawal"
        told = page.post(f"{PATH}/undo", json={"mode": "first", "based_on": told["version"]}).json()
        assert told["place"]["decision"] is None
        assert not told["can_undo"]
        assert page.post(f"{PATH}/undo", json={"mode": "first", "based_on": told["version"]}).json()["code"] == "REV-021"


def test_stale_decision_is_answered_with_both_sides_and_overwrites_nothing(page, site):
    old = version(page, "together")
    act(page, "decide", "together", FIRST, reading="withdrawal")
    body = {"mode": "together", "based_on": old, **place(*FIRST), "reading": "neither"}
    told = page.post(f"{PATH}/decide", json=body)
    assert told.status_code == 409
    assert told.json()["offered"] == "not a rupture, in our reading"
    assert told.json()["stored"] == "possible withdrawal"
    assert told.json()["here"]
    assert len(site.store.events(SESSION_ID)) == 1


def test_stale_decision_about_another_place_says_that_it_is_elsewhere(page):
    old = version(page, "together")
    act(page, "decide", "together", FIRST, reading="withdrawal")
    body = {"mode": "together", "based_on": old, **place(*SECOND), "reading": "neither"}
    assert page.post(f"{PATH}/decide", json=body).json()["here"] is False


def test_stale_note_is_answered_with_both_texts(page):
    note = {"mode": "together", **place(*FIRST), "field": "felt", "based_on": 0}
    page.post(f"{PATH}/notes", json={**note, "text": "one"})
    told = page.post(f"{PATH}/notes", json={**note, "text": "two"})
    assert told.status_code == 409
    assert (told.json()["offered"], told.json()["stored"], told.json()["current"]) == ("two", "one", 1)


def test_note_of_the_hour_is_shared_whatever_the_mode(page):
    note = {"mode": "first", "field": "question", "text": "Did I push?", "based_on": 0}
    assert page.post(f"{PATH}/notes", json=note).status_code == 200
    told = page.post(f"{PATH}/brief", json={}).json()
    assert told["prompts"][0]["text"] == "Did I push?"


def test_brief_holds_what_was_chosen_and_refuses_initials(page, folder):
    act(page, "choose", "first", SECOND, chosen=True)
    told = page.post(f"{PATH}/brief", json={"client_code": "C014", "month": "2026-11"}).json()
    headings = [block["heading"] for block in told["blocks"]]
    assert any("turns 12 to 13: possible confrontation" in heading for heading in headings)
    assert page.post(f"{PATH}/brief", json={"client_code": "JD"}).json()["code"] == "BRF-001"
    name = page.post(f"{PATH}/brief/file", json={"client_code": "C014"}).json()["name"]
    assert (folder / name).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "C014" not in name


def test_clients_at_once_lose_nothing(tmp_path, clock):
    """8 clients with 25 actions each; `scripts/review_web_faults.py` does the same with 500."""
    assert hammer(tmp_path, clock=clock, actions=25, seed=1) == 0


def hammer(folder, *, clock, actions, seed):
    """Let eight clients act at once, four of them as the same pair; return how many accepted actions are missing in the store."""
    session = rich_session(tuple(f"{'TC'[turn % 2]}: word {turn}" for turn in range(40)), moments=())
    path = f"/api/sessions/{session.transcript.text_sha256}"
    with opened_site(folder_with(folder / "results", session), clock=clock) as site, page_for(site) as page:

        def work(number):
            rng, mode, stored = random.Random(seed * 100 + number), ("first", "together")[number % 2], []
            for _ in range(actions):
                at = 2 * rng.randrange(20)
                reading = rng.choice(["withdrawal", "confrontation", "both", "neither", "unsure"])
                stored.append(_until_stored(page, path, mode=mode, at=at, reading=reading))
            return stored

        with ThreadPoolExecutor(CLIENTS) as pool:
            accepted = [one for told in pool.map(work, range(CLIENTS)) for one in told]
        events = site.store.events(session.transcript.text_sha256)
        assert site.store.verify().problems == ()
        assert site.store.state(session.transcript.text_sha256) == fold(events)
        return len(accepted) - len(events)


def _until_stored(page, path, *, mode, at, reading):
    base = page.get(f"{path}/review", params={"mode": mode}).json()["version"]
    while True:
        body = {"mode": mode, "based_on": base, "first": at, "end": at + 2, "reading": reading}
        told = page.post(f"{path}/decide", json=body)
        if told.status_code == 200:
            return told.json()["version"]
        assert told.status_code == 409
        base = told.json()["current"]
