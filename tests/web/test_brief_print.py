"""A brief printed by a real browser is one page, whatever stands in it, and no word of it lies outside the page."""

from __future__ import annotations

import random
import shutil
import subprocess
from datetime import date

import pytest

from pipeline.core.results import Measure, RuptureKind
from pipeline.review.brief.compose import Header, compose_brief
from pipeline.review.brief.fit import fit_brief
from pipeline.review.brief.html import as_html
from pipeline.review.brief.paper import Paper
from pipeline.review.notes import Chip, Note, NoteField, NoteKey, Visibility
from tests.review_builders import NOW, moment, scored

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None or shutil.which("pdfinfo") is None, reason="needs Chromium and poppler-utils"),
]
WORDS = {
    "short": lambda rng: "no ",
    "usual": lambda rng: rng.choice(("well", "perhaps", "something", "I", "though", "understanding", "it", "the")) + " ",
    "capitals": lambda rng: "WWWW MMMM ",
    "unbroken": lambda rng: "W" * rng.randrange(1, 900) + " ",
    "wide": lambda rng: "漢字かな交じり文" * rng.randrange(1, 9),
    "emoji": lambda rng: "🙂👩‍👩‍👧‍👦 ",
    "right to left": lambda rng: "שלום וברכה مرحبا بالعالم ",
    "stacked": lambda rng: "z̷̢̛͓̘̈́̐ͅa̵̡̛͕̽l̶g̷o̵ ",
    "hyphens": lambda rng: "state-of-the-art/and-so-on—like:this ",
    "lines": lambda rng: "one\n\n\ttwo\r\n",
    "markup": lambda rng: "<b>&amp; ",
}
FIELDS = [field for field in NoteField if field is not NoteField.FREE]
OF_SESSION = (NoteField.QUESTION, NoteField.TRY_NEXT, NoteField.HELPED)


def brief(kind, *, moments, filled, seed):
    """Build a brief whose session, notes and header are made of one kind of word; `filled` of its fields are."""
    rng = random.Random(seed)

    def text(many):
        return "".join(WORDS[kind](rng) for _ in range(many))

    spans = [(2, 8), (10, 12), (14, 19)][:moments]
    kinds = [tuple(RuptureKind), (RuptureKind.WITHDRAWAL,), (RuptureKind.CONFRONTATION,)]
    found = [
        moment(first, end, priority=place + 1, kinds=kinds[place]).model_copy(
            update={"reasons": tuple(f"reason {n} " * 9 for n in range(4))}
        )
        for place, (first, end) in enumerate(spans)
    ]
    names = ("client_words_a_turn", "client_talk_share")
    measures = [
        Measure(name=f"{name}.against_earlier", value=1.0, unit="", note="higher than in all 12 earlier sessions") for name in names
    ]
    session = scored([f"{'TC'[place % 2]}: {text(90)}" for place in range(20)], moments=found, measures=measures, session_no=12)
    places = [(0, 0), *spans]
    notes = [
        Note(
            key=NoteKey(text_sha256=session.transcript.text_sha256, first_turn=first, end_turn=end, field=field),
            visibility=Visibility.SHARED,
            text=text(300),
            chips=tuple(Chip)[:6],
            version=1,
            time=NOW,
            delete_after=date(2027, 1, 1),
        )
        for first, end in places
        for field in FIELDS
        if (field in OF_SESSION) == (end == 0) and rng.random() < filled
    ]
    header = Header(client_code="case 1234567-1234", month="2026-11", delete_by=date(2027, 2, 1)) if filled else Header()
    return compose_brief(session, notes=notes, header=header)


def printed(path, page):
    """Print a page to PDF and return how many pages it has."""
    source, target = path / "brief.html", path / "brief.pdf"
    source.write_text(page, encoding="utf-8")
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={path / 'profile'}")
    subprocess.run([CHROMIUM, *quiet, f"--print-to-pdf={target}", source.as_uri()], check=True, capture_output=True, timeout=120)
    told = subprocess.run(["pdfinfo", target], check=True, capture_output=True, text=True, timeout=60).stdout
    return int(next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:")))


CASES = [(kind, moments, filled) for kind in WORDS for moments, filled in ((3, 1.0), (3, 0.5), (1, 1.0), (0, 1.0), (3, 0.0))]


@pytest.mark.parametrize("paper", list(Paper))
def test_brief_is_one_page_in_every_case(paper, tmp_path):
    """Each case is one section of its own on a named page, so that one run of the browser prints all of them."""
    pages = [as_html(fit_brief(brief(kind, moments=m, filled=f, seed=n), paper), paper=paper) for n, (kind, m, f) in enumerate(CASES)]
    style = pages[0].split("<style>")[1].split("</style>")[0]
    mains = [page.split("<main>")[1].split("</main>")[0] for page in pages]
    together = "".join(f'<main style="break-after: page" lang="en">{main}</main>' for main in mains[:-1]) + f"<main>{mains[-1]}</main>"
    found = printed(tmp_path, f'<!DOCTYPE html><meta charset="utf-8"><style>{style}</style><body>{together}')
    assert found == len(CASES), [case for n, case in enumerate(CASES) if printed(tmp_path, pages[n]) != 1]


def test_one_file_as_it_is_written_is_one_page(tmp_path):
    page = as_html(fit_brief(brief("usual", moments=3, filled=1.0, seed=5), Paper.A4), paper=Paper.A4)
    assert printed(tmp_path, page) == 1
    words = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "brief.pdf", "-"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    for told in ("Supervision brief", "Moment 2", "Limits:", "Delete by: 2027-02-01"):
        assert told in words


def test_page_is_one_page_in_a_wide_serif_face_too(tmp_path):
    page = as_html(fit_brief(brief("usual", moments=3, filled=0.5, seed=6), Paper.A4), paper=Paper.A4)
    assert printed(tmp_path, page.replace('Arial, "Liberation Sans"', 'serif, "Liberation Sans"')) == 1
