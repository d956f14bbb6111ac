"""A strip shows where bands and moments lie, by direction, pattern and words."""

from __future__ import annotations

import re

import pytest

from pipeline.annotate.write import write_session
from pipeline.batch.report.collect import collect
from pipeline.batch.report.strips import BLOCK, HEIGHT, letter, strip
from pipeline.core.wording import wording
from tests.builders import annotated, moment

CALM = ("calm", "calm")


def drawn(tmp_path, **parts):
    write_session(annotated("s1", **parts), folder=tmp_path)
    return strip(collect(tmp_path).sessions[0], wording=wording())


def shapes(markup, name):
    return re.findall(rf'<path class="{name}" d="([^"]+)"', markup)


def alternative(markup):
    return re.search(r'aria-label="([^"]+)"', markup)[1]


def test_cells_rise_and_fall_with_their_band(tmp_path):
    markup = drawn(tmp_path, bands=[("faint", "calm"), ("marked", "possible"), CALM])
    assert shapes(markup, "w") == ["M0 32v-7h6v7zM7 32v-21h6v21z"]
    assert shapes(markup, "c") == ["M7 36v14h6v-14z"]


def test_words_say_where_the_higher_bands_lie(tmp_path):
    bands = [("marked", "calm"), ("faint", "calm"), ("possible", "calm"), ("possible", "calm"), ("faint", "calm")]
    said = alternative(drawn(tmp_path, bands=bands, moments=[moment(0, 2)]))
    assert said == (
        "5 segments. Withdrawal: marked at turn 1; possible at turn 5, 7; faint in 2 segments. "
        "Confrontation: calm throughout. 1 moment, listed below."
    )


def test_session_without_a_flag_says_that_this_means_little(tmp_path):
    assert "Nothing was flagged. That does not mean nothing happened." in alternative(drawn(tmp_path))


def test_strip_breaks_into_blocks_that_carry_their_first_turn(tmp_path):
    markup = drawn(tmp_path, bands=[CALM] * (2 * BLOCK + 1))
    assert re.findall(r'<text y="9">(\d+)</text>', markup) == ["0", "40", "80"]
    assert re.findall(r'<svg width="(\d+)"', markup) == ["140", "140", "7"]


def test_bracket_that_crosses_blocks_is_open_where_it_goes_on_and_lettered_once(tmp_path):
    markup = drawn(tmp_path, bands=[CALM] * (2 * BLOCK), moments=[moment(36, 44), moment(60, 62)])
    assert shapes(markup, "m") == ["M127 55v4H141", "M0 59H12v-4", "M71 55v4H75v-4"]
    assert re.findall(r">([a-z]+)</text>", markup) == ["a", "b"]


def test_moment_beyond_the_session_draws_nothing(tmp_path):
    assert shapes(drawn(tmp_path, bands=[CALM], moments=[moment(900, 902)]), "m") == []


def test_band_of_another_version_is_an_empty_frame_and_named(tmp_path):
    markup = drawn(tmp_path, bands=[("towering", "calm"), CALM])
    assert len(shapes(markup, "u")) == 1
    assert "towering at turn 1" in alternative(markup)


@pytest.mark.parametrize(("place", "name"), [(0, "a"), (25, "z"), (26, "aa"), (27, "ab"), (701, "zz"), (702, "aaa")])
def test_letters_go_on_after_z_as_a_lettered_list_does(place, name):
    assert letter(place) == name


def test_style_gives_strips_the_height_that_they_are_drawn_in():
    from importlib.resources import files

    style = (files("pipeline.batch.report") / "page.css").read_text(encoding="utf-8")
    assert f"svg {{ overflow: visible; height: {HEIGHT}px; }}" in style
