"""The page: what it says, what it never shows, and that nothing in a result becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest

from pipeline.annotate.write import write_session
from pipeline.batch.report.collect import collect
from pipeline.batch.report.page import GROUP, OPEN_UP_TO, POLICY, render
from pipeline.core.records import IngestIssue, Severity
from pipeline.core.results import AnnotatedSession, Measure, RuptureKind
from pipeline.core.wording import wording
from tests.builders import annotated, moment
from tests.unit.test_wording import BANNED

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title><svg/onload=alert(1)>",
    "</style><b>",
    "<!--",
    "]]>",
    "&lt;b&gt;",
    "{n} %s {0.__class__}",
    "\u202egnp.exe",
    "\0\x07\x1b[31m",
    "javascript:alert(1)",
)
CANARY = "ZQ-CANARY-7f3a"


class Page(HTMLParser):
    """Read a page back: its elements, their attributes, its visible text, its headings; complain where tags do not match."""

    VOID = frozenset(("meta", "!doctype"))

    def __init__(self, content):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.text, self.headings, self.alternatives = [], [], [], [], []
        self.feed(content.decode("utf-8"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if "aria-label" in dict(attrs):
            self.alternatives.append(dict(attrs)["aria-label"])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open and "svg" not in self.open:
            self.text.append(data)
            if self.open and re.fullmatch(r"h\d", self.open[-1]):
                self.headings.append((int(self.open[-1][1]), data))

    @property
    def said(self):
        return " ".join(" ".join(self.text + self.alternatives).split())

    def having(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def rendered(tmp_path, *sessions):
    for session in sessions:
        write_session(session, folder=tmp_path)
    return render(collect(tmp_path), wording=wording())


def page_of(tmp_path, *sessions):
    return Page(rendered(tmp_path, *sessions))


def compared(name, share, where):
    return Measure(name=f"{name}.against_earlier", value=share, unit="share of earlier sessions below", note=where)


def warning(code="ANN-003", message="turns were cut", *, count=1, severity=Severity.WARNING):
    return IngestIssue(code=code, severity=severity, message=message, count=count)


def full_session(**parts):
    """Build a session in which every part of the page has something to show."""
    bands = [("marked", "faint"), ("calm", "calm"), ("possible", "marked")]
    measures = [compared("client_words_a_turn", 1.0, "higher than in all 3 earlier sessions")]
    moments = [moment(0, 2, codes=["WD-MIN"]), moment(4, 6, kinds=(RuptureKind.CONFRONTATION,))]
    known = {"bands": bands, "measures": measures, "moments": moments, "warnings": [warning()], "dyad_id": "d1", "session_no": 4}
    return annotated(**{**known, **parts})


def test_header_says_what_the_page_is_and_is_not(tmp_path):
    said = page_of(tmp_path, annotated()).said
    for sentence in (
        "For reflection and supervision, not for evaluation.",
        "A flag is a place to look, not a finding.",
        "No flag does not mean that nothing happened.",
        "Not for assessing or comparing therapists or trainees, nor for hiring, discipline or billing.",
    ):
        assert sentence in said


def test_session_without_flags_is_said_in_the_right_words(tmp_path):
    said = page_of(tmp_path, annotated("s1"), annotated("s2", moments=[moment()])).said
    assert "In 1 of 2 sessions nothing was flagged. That does not mean nothing happened there." in said
    assert "Nothing was flagged. That does not mean nothing happened." in said


def test_moments_are_told_in_the_order_of_the_session_with_band_and_markers(tmp_path):
    said = page_of(tmp_path, full_session()).said
    first, second = said.index("turns 0 to 1: possible withdrawal, band marked."), said.index("turns 4 to 5: possible confrontation")
    assert first < second
    assert "What the words show: minimal response." in said
    assert "No marker rule fired here." in said
    assert "Not marked as acknowledged in the turns right after it." in said


def test_moment_with_times_tells_them(tmp_path):
    said = page_of(tmp_path, full_session(seconds_each=700)).said
    assert "turns 0 to 1 (0:00 to 23:20): possible withdrawal" in said
    assert "turns 4 to 5 (46:40 to 1:10:00): possible confrontation" in said


def test_no_decimal_and_no_percentage_is_shown(tmp_path):
    page = page_of(tmp_path, *(full_session(transcript_id=f"s{number}", session_no=number) for number in range(1, 7)))
    said = page.said.replace("0.1.0", "")
    assert re.findall(r"\d[.,]\d|\d\s?%", said) == []


@pytest.mark.parametrize("pattern", BANNED)
def test_page_with_everything_on_it_says_nothing_that_we_never_say(pattern, tmp_path):
    page = page_of(tmp_path, full_session(), annotated("alone"), full_session(transcript_id="other", model_sha256="d" * 64))
    assert re.search(pattern, page.said, re.IGNORECASE) is None


def test_page_holds_no_word_of_a_transcript(tmp_path):
    content = rendered(tmp_path, full_session(text=CANARY), annotated("s2", text=CANARY))
    assert CANARY.encode() not in content


def test_page_fetches_and_runs_nothing(tmp_path):
    content = rendered(tmp_path, full_session())
    page = Page(content)
    policies = [one["content"] for one in page.having("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [POLICY]
    assert POLICY.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert {name for name, _ in page.elements}.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "form", "base"})
    assert [one["href"] for _, one in page.elements if "href" in one and not one["href"].startswith("#")] == []
    assert not [key for _, one in page.elements for key in one if key.startswith("on") or key in ("src", "style")]
    assert set(re.findall(rb"url\(([^)]*)\)", content)) <= {b"#lines", b"#dots"}
    assert b"http:" not in content
    assert b"https:" not in content
    assert b"@import" not in content


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_names_and_notes_stay_text(place, tmp_path):
    evil = HOSTILE[place]
    honest = page_of(tmp_path / "honest", full_session(), annotated("alone"))
    session = full_session(transcript_id="x", warnings=[warning(evil, evil)]).model_dump(mode="json")
    session["transcript"] |= {"transcript_id": evil, "dyad_id": evil, "source_format": evil}
    session["provenance"] |= {"model_id": evil, "model_sha256": evil, "pipeline_version": evil, "config_sha256": evil}
    session["measures"] = [{"name": f"{evil}.against_earlier", "value": 1.0, "unit": evil, "note": evil}]
    session["segments"][0]["policy"] = session["segments"][0]["decisions"][0]["band"] = evil
    session["moments"][0] |= {"band": evil, "moment_id": evil, "reasons": [evil]}
    session["moments"][0]["markers"][0] |= {"code": evil, "reason": evil, "rule_id": evil}
    for turn in session["turns"]:
        turn |= {"speaker": evil, "text": evil}
    hostile = AnnotatedSession.model_validate(session)
    alone = session | {"transcript": session["transcript"] | {"dyad_id": None}, "measures": []}
    (tmp_path / "hostile").mkdir()
    for name, one in (("a", hostile), ("b", AnnotatedSession.model_validate(alone))):
        (tmp_path / "hostile" / f"{name}.rupture.json").write_bytes(one.model_dump_json().encode())
    page = page_of(tmp_path / "hostile")
    assert {name for name, _ in page.elements} == {name for name, _ in honest.elements}
    assert {key for _, one in page.elements for key in one} == {key for _, one in honest.elements for key in one}
    shown = "".join("\ufffd" if character in "\u202e\0\x07\x1b" else character for character in evil)
    assert shown in "".join(page.text)


def test_same_folder_gives_the_same_bytes(tmp_path):
    first = rendered(tmp_path, full_session(), annotated("s2"))
    assert render(collect(tmp_path), wording=wording()) == first


def test_dyad_shows_its_sessions_in_order_whatever_was_flagged(tmp_path):
    calm, strained = [], [moment()]
    rows = [(1, calm), (2, strained), (3, calm)]
    page = page_of(tmp_path, *(annotated(f"s{9 - no}", dyad_id="d1", session_no=no, moments=found) for no, found in reversed(rows)))
    assert re.findall(r"session (\d) · ", page.said) == ["1", "2", "3"]


def test_comparison_is_drawn_and_told_where_results_carry_it(tmp_path):
    measures = [
        compared("client_words_a_turn", 1.0, "higher than in all 3 earlier sessions"),
        compared("client_hedges", 0.0, "lower than in all 3 earlier sessions"),
        compared("client_negations", 0.3333, "higher than in 1 of 3 earlier sessions"),
    ]
    earlier = [annotated(f"s{no}", dyad_id="d1", session_no=no) for no in (1, 2, 3)]
    page = page_of(tmp_path, *earlier, annotated("s4", dyad_id="d1", session_no=4, measures=measures))
    assert "words a client turn, by session number. 4: higher than in all 3 earlier sessions." in page.alternatives
    assert "Higher than in every earlier session: words a client turn." in page.said
    assert "Lower than in every earlier session: client's hedges." in page.said
    assert len(page.having("figure")) == 3 + 4
    assert "carry no comparison" not in page.said


def test_dyad_with_few_sessions_says_why_nothing_is_compared(tmp_path):
    said = page_of(tmp_path, *(annotated(f"s{no}", dyad_id="d1", session_no=no) for no in (1, 2, 3))).said
    assert "needs a session with at least three earlier ones of the same dyad" in said
    assert "This dyad has 3 sessions with a number." in said


def test_dyad_whose_results_carry_no_comparison_says_so(tmp_path):
    said = page_of(tmp_path, *(annotated(f"s{no}", dyad_id="d1", session_no=no) for no in range(1, 6))).said
    assert "These results carry no comparison with earlier sessions." in said


def test_warnings_are_counted_by_code_warnings_first(tmp_path):
    first = annotated("s1", warnings=[warning(count=2), warning("ABC-001", "joined", severity=Severity.INFO, count=5)])
    second = annotated("s2", warnings=[warning(count=3), warning("ING-123", "identifiers may remain: person name")])
    cells = [cell.strip() for cell in page_of(tmp_path, first, second).text if cell.strip()]
    table = cells[cells.index("Places") + 1 :]
    assert table[:5] == ["ANN-003", "warning", "turns were cut", "2", "5"]
    assert table[5:10] == ["ING-123", "warning", "identifiers may remain", "1", "1"]
    assert table[10:15] == ["ABC-001", "information", "joined", "1", "5"]


def test_mixed_models_are_named_and_warned_about(tmp_path):
    assert "different models" not in page_of(tmp_path, annotated("s1"), annotated("s2")).said
    said = page_of(tmp_path, annotated("s3", model_sha256="d" * 64)).said
    assert "scored by different models or versions of this program" in said
    assert "aaaaaaaa" in said
    assert "dddddddd" in said


def test_unread_files_are_one_counted_line(tmp_path):
    for number in range(3):
        (tmp_path / f"cut{number}.rupture.json").write_bytes(b"{")
    (tmp_path / "other.rupture.json").write_bytes(b"{}")
    said = page_of(tmp_path, annotated()).said
    line = "Not read, and missing on this page: 4 files (cut short or not JSON: 3, not a result that this version reads: 1)."
    assert said.count(line) == 1
    assert "cut0" not in said


def test_folder_in_which_nothing_can_be_read_still_gives_a_page(tmp_path):
    (tmp_path / "cut.rupture.json").write_bytes(b"{")
    assert "No session of this folder could be read." in page_of(tmp_path).said


def test_session_code_in_two_files_is_said(tmp_path):
    path = write_session(annotated("s1"), folder=tmp_path)
    (tmp_path / "copy.rupture.json").write_bytes(path.read_bytes())
    assert "Session codes that occur in more than one file: 1." in page_of(tmp_path).said


def test_headings_go_down_one_level_at_a_time(tmp_path):
    page = page_of(tmp_path, full_session(), annotated("alone"))
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert page.having("html") == [{"lang": "en-GB"}]
    assert page.having("title")


def test_every_drawing_has_words_or_is_kept_from_the_reader(tmp_path):
    page = page_of(tmp_path, full_session())
    images = [attributes for _, attributes in page.elements if attributes.get("role") == "img"]
    assert images
    assert all(one["aria-label"] for one in images)
    kept = [one for _, one in page.elements if one.get("aria-hidden") == "true"]
    assert len(kept) == 1 + 4


def test_small_folder_is_open_and_large_one_is_closed_in_parts(tmp_path):
    small = page_of(tmp_path / "small", *(annotated(f"s{number}") for number in range(OPEN_UP_TO)))
    assert [part for part in small.having("details") if "open" not in part] == []
    large = page_of(tmp_path / "large", *(annotated(f"s{number}") for number in range(GROUP + 1)))
    assert large.having("details") == [{}, {}]


def test_page_has_no_place_for_a_therapist(tmp_path):
    page = page_of(tmp_path, full_session(), annotated("alone"))
    assert "therapist" not in " ".join(title for _, title in page.headings).lower()
    assert not [
        one for _, one in page.elements if any("therapist" in str(value) for value in one.values() if value != one.get("aria-label"))
    ]


def test_page_of_long_sessions_stays_small(tmp_path):
    bands = [("marked", "calm"), ("calm", "calm"), ("calm", "faint"), ("calm", "calm"), ("faint", "calm")] * 50
    content = rendered(tmp_path, full_session(bands=bands))
    more = rendered(tmp_path, *(full_session(transcript_id=f"more{number}", bands=bands) for number in range(10)))
    assert (len(more) - len(content)) / 10 < 6000


def palettes():
    style = (files("pipeline.batch.report") / "page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.S)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", palettes(), ids=("light", "dark", "print"))
def test_colours_have_the_contrast_of_wcag_aa(palette):
    for ground in ("ground", "panel", "caution-ground"):
        assert contrast(palette["ink"], palette[ground]) >= 4.5
    for name in ("quiet", "link"):
        assert min(contrast(palette[name], palette[ground]) for ground in ("ground", "panel")) >= 4.5
    for name in ("w-ink", "c-ink", "rule"):
        assert min(contrast(palette[name], palette[ground]) for ground in ("ground", "panel")) >= 3
    assert contrast(palette["caution-rule"], palette["ground"]) >= 3
    for kind in "wc":
        assert contrast(palette[f"{kind}-ink"], palette[f"{kind}-ground"]) >= 3
