"""What each mode is told and what it never is: the trainee's first look, both together, and opening the tool's side."""

from __future__ import annotations

import json

import pytest

from pipeline.core.wording import wording
from pipeline.review.notes import Visibility, notes_path
from tests.web.builders import FIRST, PATH, SECOND, opened_site, page_for


def place(first, end):
    return {"first": first, "end": end}


def version(page, mode):
    return page.get(f"{PATH}/review", params={"mode": mode}).json()["version"]


def act(page, verb, mode, where, **more):
    return page.post(f"{PATH}/{verb}", json={"mode": mode, "based_on": version(page, mode), **place(*where), **more})


def panel(page, mode, where):
    return page.get(f"{PATH}/places/{where[0]}/{where[1]}", params={"mode": mode}).json()


def words_of(turn):
    return "".join(part["text"] for part in turn["parts"])


def test_first_look_shows_the_tools_moments_in_session_order(page):
    told = page.get(PATH, params={"mode": "first"}).json()
    rows = told["review"]["moments"]
    assert [(row["first"], row["end"]) for row in rows] == [FIRST, SECOND]
    assert rows[0]["kinds"] == "possible withdrawal"
    assert rows[0]["band"] == "band marked"
    assert rows[0]["words"].startswith("Whatever. Can we talk")
    assert told["place"] == "session 4 of 4"


def test_turns_come_whole_with_an_emoji_in_them(page):
    told = page.get(PATH, params={"mode": "first"}).json()
    assert words_of(told["turns"][7]) == "No, no, it is okay. 🙂 You did nothing."


def test_tools_side_stays_closed_until_something_is_written(page):
    assert panel(page, "first", FIRST)["model"] is None
    refused = act(page, "reveal", "first", FIRST)
    assert refused.status_code == 409
    assert refused.json()["code"] == "WEB-034"
    note = {"mode": "first", **place(*FIRST), "field": "felt", "text": "tense", "based_on": 0}
    assert page.post(f"{PATH}/notes", json=note).json()["version"] == 1
    told = act(page, "reveal", "first", FIRST).json()
    assert told["place"]["revealed"]
    assert told["place"]["model"]["shows"] == ["a bare answer after an open question"]


def test_markers_of_a_moment_come_only_after_it_was_opened(page):
    before = page.get(PATH, params={"mode": "first"}).json()["turns"]
    assert before[5]["hits"] == []
    assert before[6]["beside"] == []
    after = act(page, "reveal", "first", FIRST, skip=True).json()["turns"]
    opened = {turn["index"]: turn for turn in after}
    assert opened[5]["hits"][0]["reason"] == "reason for WD-MIN"
    assert opened[5]["parts"][0] == {"text": "What", "hits": [0]}
    assert opened[6]["beside"] == ["acknowledges own contribution"]
    assert page.get(PATH, params={"mode": "first"}).json()["turns"][13]["hits"] == []


def test_model_panel_tells_what_carried_the_flag_and_how_the_session_compares(page):
    model = act(page, "reveal", "first", FIRST, skip=True).json()["place"]["model"]
    assert model["carried"][0]["words"] == "What"
    assert model["carried"][0]["how"] == "much of what spoke for withdrawal"
    assert model["carried"][1]["where"] == "turn 4"
    assert model["earlier"] == ["words a client turn: lower than in all 3 earlier sessions"]
    assert model["answered"] == wording().report.answered
    assert "misses some moments" in model["limits"][1]


def test_no_decimal_of_a_likelihood_is_told_in_any_mode(page):
    for mode in ("first", "together"):
        act(page, "reveal", mode, FIRST, skip=True)
        told = page.get(PATH, params={"mode": mode}).json()
        del told["review"]["strip"]
        assert "0.8" not in json.dumps(told)
        assert "p_withdrawal" not in json.dumps(told)


def test_together_shows_nothing_of_the_tool_until_a_moment_is_chosen(page):
    told = page.get(PATH, params={"mode": "together"}).json()
    assert told["review"]["moments"] == []
    assert "Nothing was chosen" in told["review"]["nothing"]
    assert "withdrawal, marked" not in json.dumps(told["review"]["strip"])
    assert all(turn["hits"] == [] for turn in told["turns"])
    act(page, "choose", "first", FIRST, chosen=True)
    told = page.get(PATH, params={"mode": "together"}).json()
    assert [(row["first"], row["end"]) for row in told["review"]["moments"]] == [FIRST]
    assert "withdrawal, marked" in json.dumps(told["review"]["strip"])
    assert "confrontation, marked" not in json.dumps(told["review"]["strip"])


def test_trainees_own_decision_and_opening_do_not_show_together(page):
    act(page, "choose", "first", FIRST, chosen=True)
    act(page, "decide", "first", FIRST, reading="neither")
    act(page, "reveal", "first", FIRST, skip=True)
    told = panel(page, "together", FIRST)
    assert told["decision"] is None
    assert not told["revealed"]


def test_private_notes_are_in_no_answer_of_together_and_their_file_is_not_opened(folder, clock):
    with opened_site(folder, clock=clock) as site, page_for(site) as page:
        note = {"mode": "first", **place(*FIRST), "field": "felt", "text": "ZQ-PRIVATE", "based_on": 0}
        page.post(f"{PATH}/notes", json=note)
        act(page, "choose", "first", FIRST, chosen=True)
    moved = notes_path(folder, Visibility.PRIVATE).rename(folder / "moved")
    with opened_site(folder, clock=clock) as site, page_for(site) as page:
        act(page, "reveal", "together", FIRST, skip=True)
        act(page, "decide", "together", FIRST, reading="withdrawal")
        answers = [
            page.get(PATH, params={"mode": "together"}).text,
            page.get(f"{PATH}/places/2/6", params={"mode": "together"}).text,
            page.get(f"{PATH}/dyad", params={"mode": "together"}).text,
            page.post(f"{PATH}/brief", json={}).text,
            page.get("/api/sessions").text,
        ]
        assert not any("ZQ-PRIVATE" in told for told in answers)
        assert not notes_path(folder, Visibility.PRIVATE).exists()
    assert b"ZQ-PRIVATE" in moved.read_bytes()


def test_shared_note_is_a_copy_that_both_see(page):
    note = {"mode": "first", **place(*FIRST), "field": "felt", "text": "tense", "based_on": 0}
    page.post(f"{PATH}/notes", json=note)
    assert page.post(f"{PATH}/share", json={**place(*FIRST), "field": "felt"}).status_code == 200
    told = panel(page, "together", FIRST)
    assert next(one for one in told["prompts"] if one["field"] == "felt")["text"] == "tense"


def test_sharing_over_another_text_is_refused_with_both(page):
    for mode, text in (("first", "mine"), ("together", "ours")):
        page.post(f"{PATH}/notes", json={"mode": mode, **place(*FIRST), "field": "felt", "text": text, "based_on": 0})
    told = page.post(f"{PATH}/share", json={**place(*FIRST), "field": "felt"})
    assert told.status_code == 409
    assert (told.json()["offered"], told.json()["stored"]) == ("mine", "ours")


def test_first_look_that_is_switched_off_is_said_and_refused(folder, clock):
    with opened_site(folder, clock=clock, first_look=False) as site, page_for(site) as page:
        told = page.get(PATH, params={"mode": "together"}).json()
        assert "switched off" in told["notices"][0]
        assert len(told["review"]["moments"]) == 2
        assert page.get(PATH, params={"mode": "first"}).status_code == 409


def test_prompts_come_without_any_chip_picked(page):
    prompts = panel(page, "together", FIRST)["prompts"]
    assert [one["field"] for one in prompts] == ["felt", "managed", "client", "going_on", "next", "free"]
    assert not any(chip["on"] for one in prompts for chip in one["chips"])
    assert [one["main"] for one in prompts[:3]] == [True, True, False]


@pytest.mark.parametrize("wrong", [(6, 2), (0, 99), (3, 3)])
def test_place_outside_of_the_session_is_not_found(page, wrong):
    assert page.get(f"{PATH}/places/{wrong[0]}/{wrong[1]}", params={"mode": "first"}).status_code == 404
