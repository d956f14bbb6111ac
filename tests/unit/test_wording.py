"""The one table of wording: its keys, its places to fill, and the words that stand in none of its sentences."""

from __future__ import annotations

import re
import tomllib

import pytest

from pipeline.core.errors import UsageError
from pipeline.core.paths import configs_dir
from pipeline.core.results import RuptureKind
from pipeline.core.wording import load_wording, wording
from pipeline.training.calibrate import BANDS
from tests.builders import write

SHIPPED = (configs_dir() / "wording.toml").read_text(encoding="utf-8")
BANNED = (
    r"detect",
    r"\bp\s*[=<>]",
    r"\d\s?%",
    r"\d[.,]\d",
    r"\bprobabilit",
    r"\bfail(ed|s|ure)?\b",
    r"\bresist",
    r"\bcaused?\b",
    r"because of (you|the)",
    r"false (positive|negative|alarm)",
    r"\bwrong\b",
    r"\bcorrect\b",
    r"alliance score",
    r"\bscore[sd]? (of|for) (the )?(therapist|trainee|client)",
    r"\bperformance\b",
    r"\bgrad(e|ed|ing)\b",
    r"\brank",
    r"\bbest\b|\bworst\b",
    r"\btrends?\b",
    r"\bforecast|\bpredict",
    r"no ruptures?\b",
    r"[✓✔❌🚩]",
    r"\baccura(te|cy)\b",
    r"\bvalid(ated|ity)?\b",
    r"\bobjective(ly)?\b",
    r"\banonym",
    r"\b(un)?repaired\b",
    r"\bblame|\bfault\b|\bmotives?\b",
    r"\bdiagnos|\bpersonality\b|\battachment\b",
    r"\brisk|\bsuicid|\bdrop-?out\b",
    r"\bbetter outcomes?\b|\bimproves?\b",
    r"\bshould have\b",
    r"\balarm",
    r"\b3RS[- ]coded\b",
)
"""Section 2.4 of the review specification: what is never shown or claimed, as patterns."""


def sentences(value, key=""):
    if isinstance(value, dict):
        return [found for name, entry in value.items() for found in sentences(entry, f"{key}.{name}".lstrip("."))]
    return [(key, value)]


ALL = sentences(tomllib.loads(SHIPPED))


@pytest.mark.parametrize("pattern", BANNED)
def test_no_sentence_holds_what_we_never_say(pattern):
    assert [key for key, sentence in ALL if re.search(pattern, sentence, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Rupture detected (87 %)",
        "You failed to repair",
        "Resistant client",
        "Caused by your interruption",
        "False positive / wrong",
        "Alliance score, performance, grade",
        "No ruptures found ✓",
        "Accuracy 91 %",
    ],
)
def test_every_sentence_of_the_column_do_not_write_is_found(sentence):
    assert [pattern for pattern in BANNED if re.search(pattern, sentence, re.IGNORECASE)]


def test_what_the_tool_is_not_is_said():
    common = wording().common
    assert "not for evaluation" in common.purpose
    assert common.flag == "A flag is a place to look, not a finding."
    assert common.nothing_flagged == "Nothing was flagged. That does not mean nothing happened."
    assert "Not for assessing or comparing therapists" in common.limits_of_use


def test_bands_are_those_that_training_makes_from_low_to_high():
    bands = wording().common.bands
    assert [bands.level(name) for name, _, _ in BANDS] == [0, 1, 2, 3]
    assert bands.level("towering") is None
    assert bands.of("towering") == "towering"


def test_kinds_are_named_in_any_order():
    kinds = wording().common.kinds
    assert kinds.of((RuptureKind.CONFRONTATION,)) == "possible confrontation"
    assert kinds.of((RuptureKind.CONFRONTATION, RuptureKind.WITHDRAWAL)) == "possible withdrawal and confrontation"
    assert kinds.of(()) == "possible rupture"


@pytest.mark.parametrize(("n", "said"), [(0, "0 sessions"), (1, "1 session"), (2, "2 sessions"), (2000, "2,000 sessions")])
def test_counted_noun_is_plural_where_it_must_be(n, said):
    assert wording().common.counted.sessions.of(n) == said


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[report]\n", '[report]\nsurplus = "x"\n', "report.surplus"),
        ("[common]\n", '[common]\nflag_ = "x"\n', "common.flag_"),
        ('contents = "On this page"\n', "", "report.contents"),
        ('session_no = "session {n}"', 'session_no = "session"', "report.session_no"),
        ('session_no = "session {n}"', 'session_no = "session {n} {therapist}"', "report.session_no"),
        ('session_no = "session {n}"', 'session_no = "session {n.real}"', "report.session_no"),
        ('session_no = "session {n}"', 'session_no = "session {n"', "report.session_no"),
        ('contents = "On this page"', 'contents = " "', "report.contents"),
        ('{ one = "1 dyad", many = "{n} dyads" }', '{ one = "1 dyad", many = "dyads" }', "common.counted.dyads.many"),
    ],
)
def test_wrong_table_is_refused_with_its_key(old, new, place, tmp_path):
    assert old in SHIPPED
    with pytest.raises(UsageError) as caught:
        load_wording(write(tmp_path / "wording.toml", SHIPPED.replace(old, new)))
    assert caught.value.code == "WRD-001"
    assert place in caught.value.place.split(", ")


@pytest.mark.parametrize("content", [None, "[common", "a = 'b"])
def test_table_that_cannot_be_read_is_refused(content, tmp_path):
    path = tmp_path / "wording.toml"
    if content is not None:
        write(path, content)
    with pytest.raises(UsageError, match="WRD-002"):
        load_wording(path)
