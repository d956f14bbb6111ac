"""The whole way of a trainee and a supervisor in a real browser, by keyboard alone."""

from __future__ import annotations

import re

import pytest

from pipeline.review.events import Action
from pipeline.review.fold import fold
from pipeline.review.notes import NoteStore, Visibility
from pipeline.review.store import ReviewStore
from tests.web.builders import LINES, SESSION_ID
from tests.web.running import running, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def events_in(folder):
    with ReviewStore(folder) as store:
        return store.events(SESSION_ID)


def open_session(window, link):
    window.goto(link)
    window.wait_for_selector(".session-row")
    tab_to(window, "s-rich")
    window.keyboard.press("Enter")
    window.wait_for_selector("#panel textarea")


def wait_saved(window):
    window.wait_for_function("/^Saved \\d\\d:\\d\\d$/.test(document.getElementById('saved').textContent)")


def decided(window, words):
    window.wait_for_function("(words) => document.querySelector('.decision').textContent.includes(words)", arg=words)


def test_trainee_and_supervisor_go_the_whole_way_by_keyboard(window, folder):
    with running(folder) as page:
        open_session(window, page.link())
        trainee(window)
        supervisor(window)
        brief(window)
    told = events_in(folder)
    assert [(event.reviewer_role_id, event.action) for event in told] == [
        ("trainee", Action.REFLECT),
        ("trainee", Action.REVEAL),
        ("trainee", Action.CONFIRM),
        ("trainee", Action.SELECT),
        ("trainee", Action.REJECT),
        ("trainee", Action.UNDO),
        ("trainee", Action.PIN),
        ("pair", Action.REFLECT),
        ("pair", Action.REVEAL),
        ("pair", Action.RELABEL),
    ]
    with NoteStore(folder, Visibility.PRIVATE) as private, NoteStore(folder, Visibility.SHARED) as shared:
        assert [note.text for note in private.of_session(SESSION_ID)] == ["I held my breath. 🙂"]
        assert {note.text for note in shared.of_session(SESSION_ID)} == {"We both went quiet.", "Did I push?"}


def trainee(window):
    assert window.locator(".model").count() == 0
    window.keyboard.press("o")
    window.wait_for_selector("#trouble:not([hidden])")
    assert "Write something first" in window.locator("#trouble").text_content()
    window.keyboard.press("r")
    window.keyboard.type("I held my breath. 🙂")
    window.keyboard.press("Escape")
    wait_saved(window)
    window.keyboard.press("o")
    window.wait_for_selector(".model")
    assert "a bare answer after an open question" in window.locator(".model").text_content()
    window.keyboard.press("w")
    decided(window, "possible withdrawal")
    window.keyboard.press("s")
    window.wait_for_selector(".moment .is-chosen")
    window.keyboard.press("j")
    window.wait_for_function("document.getElementById('panel-heading').textContent.includes('12 to 13')")
    window.keyboard.press("n")
    decided(window, "not a rupture")
    window.keyboard.press("Control+z")
    decided(window, "Nothing decided")
    window.keyboard.press("t")
    window.keyboard.press("ArrowUp")
    window.keyboard.press("ArrowUp")
    window.keyboard.press("p")
    window.wait_for_function("document.querySelectorAll('.moment').length === 3")


def supervisor(window):
    tab_to(window, "Together")
    window.keyboard.press("Enter")
    window.wait_for_function("document.querySelectorAll('.moment').length === 1")
    window.wait_for_selector("#panel textarea")
    assert "I held my breath" not in window.content()
    assert window.locator("#panel textarea").first.input_value() == ""
    window.keyboard.press("r")
    window.keyboard.type("We both went quiet.")
    window.keyboard.press("Escape")
    wait_saved(window)
    window.keyboard.press("o")
    window.wait_for_selector(".model")
    window.keyboard.press("b")
    decided(window, "both")


def brief(window):
    window.keyboard.press("g")
    window.wait_for_selector("#sheet h1")
    tab_to(window, "")
    window.locator(".brief-view textarea").first.focus()
    window.keyboard.type("Did I push?")
    wait_saved(window)
    tab_to(window, "Show again")
    window.keyboard.press("Enter")
    window.wait_for_function("document.getElementById('sheet').textContent.includes('Did I push?')")
    sheet = window.locator("#sheet").text_content()
    assert "We both went quiet." in sheet
    assert "I held my breath" not in sheet
    assert "Our shared reading both" in sheet


def test_first_moment_is_reached_without_a_click_and_four_turns_stand_before_it(window, folder):
    with running(folder) as page:
        open_session(window, page.link())
        assert window.locator(".moment [aria-current]").count() == 1
        box = window.locator("#turns").bounding_box()
        first = window.locator('.turn[data-turn="2"]').bounding_box()
        assert box["y"] <= first["y"] <= box["y"] + box["height"] * 0.6
        assert window.locator(".turn").count() == len(LINES)


def test_reason_of_a_marker_shows_on_focus_and_goes_with_escape(window, folder):
    with running(folder) as page:
        open_session(window, page.link())
        window.keyboard.press("x")
        window.wait_for_selector(".model")
        window.locator("#turns mark").first.focus()
        window.wait_for_selector("#reason:not([hidden])")
        assert "reason for WD-MIN" in window.locator("#reason").text_content()
        assert window.locator("#turns mark").first.get_attribute("aria-describedby") == "reason"
        window.keyboard.press("Escape")
        assert window.locator("#reason").is_hidden()
        assert window.locator('.turn[data-turn="6"] .beside-turn').text_content() == "acknowledges own contribution"
        window.keyboard.press("m")
        assert "plain" in window.locator("#turns").get_attribute("class")


def test_strip_is_walked_by_arrow_keys(window, folder):
    with running(folder) as page:
        open_session(window, page.link())
        window.locator("#strip .cell[tabindex='0']").focus()
        window.keyboard.press("End")
        window.keyboard.press("Enter")
        window.wait_for_function("document.getElementById('panel-heading').textContent.includes('16 to 17')")
        window.keyboard.press("p")
        window.wait_for_function("document.querySelectorAll('.moment').length === 3")


def test_keys_are_off_while_typing_and_can_be_switched_off(window, folder):
    with running(folder) as page:
        open_session(window, page.link())
        window.keyboard.press("r")
        window.keyboard.type("wcbnhqsup? l")
        wait_saved(window)
        window.keyboard.press("Escape")
        window.keyboard.press("?")
        window.wait_for_selector("#keys[open]")
        tab_to(window, "", most=1)
        window.locator("#keys-on").focus()
        window.keyboard.press("Space")
        window.keyboard.press("Escape")
        window.keyboard.press("w")
        window.wait_for_timeout(400)
        assert "Nothing decided" in window.locator(".decision").text_content()
    assert events_in(folder) == ()


def test_blind_rating_by_keyboard_shows_nothing_of_the_tool(window, folder):
    with running(folder) as page:
        window.goto(page.link())
        window.wait_for_selector(".session-row")
        tab_to(window, "Begin")
        window.keyboard.press("Enter")
        window.wait_for_selector("#rate")
        assert window.locator("#turns mark, .model, #strip, .moment").count() == 0
        for _ in range(4):
            title = window.locator("#label-title").text_content()
            for key in ("w", "2", "c", "0"):
                window.keyboard.press(key)
            window.keyboard.press("Enter")
            window.wait_for_function("(title) => document.getElementById('label-title')?.textContent !== title", arg=title)
    with ReviewStore(folder) as store:
        stored = [event for one in store.sessions() for event in store.events(one)]
    assert [(event.blind, event.judgement.w, event.judgement.c) for event in stored] == [(True, 2, 0)] * 4


def test_two_windows_decide_at_once_and_both_sides_are_shown(context, window, folder):
    with running(folder, "--no-first-look") as page:
        open_session(window, page.link())
        other = context.new_page()
        open_session(other, page.link())
        window.keyboard.press("w")
        decided(window, "possible withdrawal")
        other.keyboard.press("n")
        other.wait_for_selector("#conflict[open]")
        assert other.locator("#conflict-theirs").text_content() == "possible withdrawal"
        assert other.locator("#conflict-yours").text_content() == "not a rupture, in our reading"
        tab_to(other, "Store mine instead")
        other.keyboard.press("Enter")
        decided(other, "not a rupture")
    told = events_in(folder)
    assert [event.judgement.w for event in told] == [1, 0]
    assert len(fold(told).ratings["pair"]) == 1


def test_killed_program_loses_no_decision_and_the_page_goes_on_with_a_new_link(window, folder):
    with running(folder, "--port", "0") as page:
        link = page.link()
        port = re.search(r":(\d+)/", link)[1]
        open_session(window, link)
        window.keyboard.press("w")
        decided(window, "possible withdrawal")
        window.keyboard.press("r")
        window.keyboard.type("typed before")
        window.wait_for_timeout(1000)
        wait_saved(window)
        page.kill()
    window.keyboard.type(" and after")
    window.wait_for_selector("#trouble:not([hidden])")
    with running(folder, "--port", port) as page:
        window.wait_for_selector("#again[open]")
        assert window.locator("#panel textarea").first.input_value() == "typed before and after"
        window.keyboard.insert_text(page.link())
        window.keyboard.press("Enter")
        window.wait_for_selector("#again:not([open])", state="attached")
        wait_saved(window)
    with NoteStore(folder, Visibility.PRIVATE) as private:
        assert [note.text for note in private.of_session(SESSION_ID)] == ["typed before and after"]
    assert [event.action for event in events_in(folder)] == [Action.CONFIRM]
