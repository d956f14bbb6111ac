"""Fixtures of the page's tests: a folder with two sessions of one dyad and one without, and an application around it."""

from __future__ import annotations

import pytest

from tests.review_builders import NOW
from tests.web.builders import Clock, opened_site, page_for, review_folder
from tests.web.running import WAIT_MS, chromium


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def folder(tmp_path):
    return review_folder(tmp_path / "results")


@pytest.fixture
def site(folder, clock):
    with opened_site(folder, clock=clock) as opened:
        yield opened


@pytest.fixture
def page(site):
    with page_for(site) as client:
        yield client


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        launched = player.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield launched
        launched.close()


@pytest.fixture
def context(browser):
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(WAIT_MS)
    yield opened
    opened.close()


@pytest.fixture
def window(context):
    """Open a page that fails its test on any error or any refusal by its own policy."""
    page = context.new_page()
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.troubles = troubles
    yield page
    assert [one for one in troubles if "Failed to load resource" not in one] == []
