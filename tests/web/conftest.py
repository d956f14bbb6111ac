"""Fixtures of the page's tests: a folder with two sessions of one dyad and one without, and an application around it."""

from __future__ import annotations

import pytest

from tests.review_builders import NOW
from tests.web.builders import Clock, opened_site, page_for, review_folder


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
