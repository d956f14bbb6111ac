"""Views and drawings: parts of a text, the list, a dyad over time, and strips of many segments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import InputError
from pipeline.review.web.drawing.over_time import Point, draw_over_time
from pipeline.review.web.drawing.strip import MOST_IN_ROW, Cell, draw_strip
from pipeline.review.web.library import Library
from pipeline.review.web.server import Idle
from pipeline.review.web.site import Site, SiteSettings
from pipeline.review.web.views.turns import parts_of
from tests.review_builders import NOW, folder_with
from tests.web.builders import FIRST, PATH, opened_site, page_for, rich_session
from tests.web.test_modes import act


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=6))
def test_parts_joined_are_the_text_whatever_the_spans(text, spans):
    parts = parts_of(text, spans)
    assert "".join(part.text for part in parts) == text


def test_part_covers_what_its_span_names_in_code_points():
    parts = parts_of("a 🙂🙂 b", [(2, 4), (3, 6)])
    assert [(part.text, part.hits) for part in parts] == [("a ", ()), ("🙂", (0,)), ("🙂", (0, 1)), (" b", (1,))]


def walk(node):
    yield node
    for child in node.children:
        yield from walk(child)


@pytest.mark.parametrize("count", [0, 1, 2, MOST_IN_ROW, MOST_IN_ROW + 1, 2500])
def test_strip_has_one_cell_a_segment_with_its_words(count):
    cells = [Cell(2 * at, 2 * at + 2, at % 4, 0, f"turns {2 * at}") for at in range(count)]
    drawn = draw_strip(cells, label="strip")
    found = [node for node in walk(drawn) if node.attrs.get("class") == "cell"]
    assert [node.attrs["aria-label"] for node in found] == [cell.label for cell in cells]


def test_fewer_than_four_sessions_are_not_joined_by_a_line():
    points = [Point(number, 1, 0, 2, "words") for number in range(1, 5)]
    classes = [{node.attrs.get("class") for node in walk(draw_over_time(points[:n], label="x"))} for n in (3, 4)]
    assert ["joined" in found for found in classes] == [False, True]


def test_dyad_counts_what_people_confirmed_and_what_was_acknowledged(page):
    act(page, "decide", "together", FIRST, reading="withdrawal")
    note = {"mode": "together", "first": 2, "end": 6, "field": "next", "chips": ["acknowledged"], "based_on": 0}
    page.post(f"{PATH}/notes", json=note)
    told = page.get(f"{PATH}/dyad", params={"mode": "together"}).json()
    assert told["points"][-1] == "Session 4: 1 confirmed by people, 1 of them acknowledged; 2 flagged by the tool"
    assert told["few"] == "With fewer than four sessions, no line joins them."
    names = [row["name"] for row in told["measures"]]
    assert names[:2] == ["words by the client", "words by the therapist"]
    assert "words a client turn" in names


def test_list_goes_by_dyad_and_number_and_names_no_count_of_flags(page):
    told = page.get("/api/sessions").json()
    assert [dyad["dyad"] for dyad in told["dyads"]] == ["D1", "Sessions without a dyad code"]
    assert [one["name"] for one in told["dyads"][0]["sessions"]] == ["s-earlier", "s-rich"]
    assert set(told["dyads"][0]["sessions"][0]) == {"session_id", "name", "place", "turns", "looked_at"}


def test_session_that_is_scored_again_is_read_again(folder):
    library = Library(folder)
    session = rich_session()
    first = library.session(session.transcript.text_sha256)
    assert library.session(session.transcript.text_sha256) is first
    folder_with(folder, session.model_copy(update={"moments": ()}))
    assert library.session(session.transcript.text_sha256).moments == ()


def test_folder_without_results_is_refused_with_a_way_out(tmp_path):
    with pytest.raises(InputError, match=r"REV-040.*rupture score"):
        Site(SiteSettings(tmp_path), now=lambda: NOW)
    assert list(tmp_path.iterdir()) == []


def test_idle_is_over_after_an_hour_without_anybody():
    now = [0.0]
    idle = Idle(lambda: now[0])
    now[0] = 3590
    idle.touch()
    now[0] = 3590 + 3595
    assert not idle.is_over
    now[0] = 3590 + 3600
    assert idle.is_over


def test_result_without_text_is_shown_without_words(tmp_path, clock):
    session = rich_session()
    turns = tuple(turn.model_copy(update={"text": None}) for turn in session.turns)
    provenance = session.provenance.model_copy(update={"text_included": False})
    silent = session.model_copy(update={"turns": turns, "provenance": provenance})
    with opened_site(folder_with(tmp_path / "r", silent), clock=clock) as site, page_for(site) as page:
        told = page.get(PATH, params={"mode": "first"}).json()
        assert "without the transcript's words" in told["notices"][0]
        assert told["turns"][3]["parts"] == []
        assert act(page, "reveal", "first", FIRST, skip=True).json()["place"]["model"]["carried"][0]["words"] == ""
