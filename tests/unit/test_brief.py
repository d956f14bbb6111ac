"""The supervision brief: what enters it, what never does, and what gives way when the page is full."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pipeline.classifier.manifest import Band
from pipeline.core.errors import InputError, UsageError
from pipeline.core.ratings import Judgement
from pipeline.core.results import Measure, RuptureKind
from pipeline.review.brief.checks import check_client_code
from pipeline.review.brief.compose import Header, compose_brief
from pipeline.review.brief.fit import fit_brief, height_of
from pipeline.review.brief.html import as_html
from pipeline.review.brief.markdown import as_markdown
from pipeline.review.brief.moments import QUOTED_WORDS, quote
from pipeline.review.brief.paper import Paper, room_on
from pipeline.review.brief.sheet import clean
from pipeline.review.brief.write import Writing, make_brief, writing_for
from pipeline.review.errors import RefusedError
from pipeline.review.events import Action
from pipeline.review.figures import band_in_tests, missed_in_tests
from pipeline.review.notes import Chip, Note, NoteField, NoteKey, NoteStore, Visibility, notes_path
from pipeline.review.store import ReviewStore
from tests.builders import kind_policy, manifest
from tests.review_builders import NOW, draft, folder_with, moment, scored

MOMENTS = (moment(0, 2, priority=3), moment(6, 8, priority=1), moment(10, 14, priority=2), moment(16, 18, priority=4))
SESSION = scored("TC" * 10, moments=MOMENTS, session_no=4)
TEXT = SESSION.transcript.text_sha256
CANARY = "ZQ-CANARY-7f3a"


def note(field, text="", *, first=0, end=0, chips=(), visibility=Visibility.SHARED):
    key = NoteKey(text_sha256=TEXT, first_turn=first, end_turn=end, field=field)
    return Note(key=key, visibility=visibility, text=text, chips=chips, version=1, time=NOW, delete_after=date(2027, 11, 25))


def state(tmp_path, *drafts):
    with ReviewStore(tmp_path) as store:
        for one in drafts:
            store.append(one, based_on=store.version_for(one), now=NOW)
        return store.state(TEXT)


def markdown(session=SESSION, *, paper=Paper.A4, **more):
    return as_markdown(fit_brief(compose_brief(session, **more), paper))


def headings(text):
    return re.findall(r"^## (.*)$", text, flags=re.MULTILINE)


def test_without_a_review_the_tools_first_three_moments_come_in_session_order():
    assert headings(markdown()) == [
        "Moment 1, turns 0 to 1: possible withdrawal, flagged by the tool",
        "Moment 2, turns 6 to 7: possible withdrawal, flagged by the tool",
        "Moment 3, turns 10 to 13: possible withdrawal, flagged by the tool",
    ]


def test_chosen_moments_come_instead_with_who_pointed_at_them(tmp_path):
    chosen = state(
        tmp_path,
        draft(SESSION, 2, 4, action=Action.PIN, reviewer="trainee", w=0, c=2),
        draft(SESSION, 6, 8, action=Action.CONFIRM, reviewer="trainee"),
        *(draft(SESSION, first, first + 2, action=Action.SELECT, reviewer="trainee") for first in (10, 2, 6)),
    )
    text = markdown(state=chosen)
    assert headings(text) == [
        "Moment 1, turns 2 to 3: possible confrontation, chosen by people",
        "Moment 2, turns 6 to 7: possible withdrawal, flagged by the tool and by people",
        "Moment 3, turns 10 to 11: possible withdrawal, flagged by the tool",
    ]
    assert "**Prepared by the trainee:** yes\n" in text


def test_what_one_person_rated_does_not_show_as_the_shared_reading(tmp_path):
    alone = state(tmp_path / "a", draft(SESSION, 6, 8, reviewer="trainee", w=0, c=3))
    assert "possible withdrawal / possible confrontation / both" in markdown(state=alone)
    together = state(tmp_path / "b", draft(SESSION, 6, 8, reviewer="pair", w=0, c=3))
    assert "**Our shared reading:** possible confrontation\n" in markdown(state=together)


@pytest.mark.parametrize(
    ("judgement", "said"),
    [
        (Judgement(w=2, c=2), "both"),
        (Judgement(w=0, c=0), "not a rupture, in our reading"),
        (Judgement(unsure=True), "unsure"),
    ],
)
def test_shared_reading_is_told_in_words(judgement, said, tmp_path):
    decided = state(tmp_path, draft(SESSION, 6, 8, action=Action.ADJUDICATE, reviewer="pair", judgement=judgement))
    assert f"**Our shared reading:** {said}\n" in markdown(state=decided)


def test_empty_fields_are_lines_to_write_on_and_full_ones_are_told():
    blank = "_" * 40
    empty = markdown()
    for label in ("Client code:", "Month:", "Trainee:", "How I felt:", "What might have been going on:", "Delete by:"):
        assert f"**{label}** {blank}" in empty
    full = markdown(
        header=Header(client_code="C014", month="2026-11", delete_by=date(2027, 2, 1)),
        notes=[
            note(NoteField.QUESTION, "Was I too quick?"),
            note(NoteField.FELT, "tense", first=6, end=8),
            note(NoteField.GOING_ON, "perhaps the plan", first=6, end=8, chips=(Chip.JUDGED, Chip.HESITATION)),
            note(NoteField.NEXT, first=6, end=8, chips=(Chip.PICKED_UP_LATER,)),
        ],
    )
    for told in (
        "**Client code:** C014", "**Session:** 4", "**Month:** 2026-11", "**Delete by:** 2027-02-01",
        "Was I too quick?", "**How I felt:** tense",
        "felt judged; hesitation about the work; perhaps the plan", "**What happened next:** picked up later",
    ):  # fmt: skip
        assert told in full


def test_session_without_a_flag_says_so_in_the_right_words():
    text = markdown(scored("TCTC"))
    assert "Nothing was flagged or chosen. That does not mean nothing happened." in text
    assert headings(text) == []


def test_limits_and_purpose_stand_on_every_page():
    for text in (markdown(), markdown(scored("TC"))):
        assert "for reflection, not assessment" in text
        assert "Not for assessing or comparing therapists or trainees" in text
        assert "No flag does not mean that nothing happened." in text


def test_no_number_with_decimals_stands_in_a_brief():
    assert not re.search(r"\d[.,]\d{1,2}\b(?!\d)", markdown(manifest=manifest()))


# ---- words of the session


LONG = ["T: " + " ".join(f"asked{n}" for n in range(80)), "C: " + " ".join(f"told{n}" for n in range(80))]


QUOTED = [
    LONG,
    [LONG[0], "C: fine"],
    ["T: and?", LONG[1]],
    ["T: Well?", "C: Yes."],
    ["C: alone"],
    ["T: " + "x" * 5_000, "C: " + "y" * 5_000],
]


@pytest.mark.parametrize("lines", QUOTED)
def test_quote_never_has_more_than_sixty_words(lines):
    said = quote(scored(lines), len(lines) - 1)
    assert sum(len(text.split()) for _, text in said) <= QUOTED_WORDS
    assert sum(len(text) for _, text in said) <= 430


def test_long_quote_keeps_what_was_asked_last_and_answered_first():
    (_, asked), (_, answered) = quote(scored(LONG), 1)
    assert asked.startswith("…")
    assert asked.endswith("asked79")
    assert answered.startswith("told0 ")
    assert answered.endswith("…")


def test_result_without_text_leaves_a_line_to_write_on():
    text = markdown(scored("TC" * 10, moments=MOMENTS, text=False))
    assert f"**What was said:** {'_' * 40}" in text


# ---- what never enters


def test_private_note_is_refused():
    with pytest.raises(RefusedError, match="BRF-003"):
        compose_brief(SESSION, notes=[note(NoteField.FELT, CANARY, first=6, end=8, visibility=Visibility.PRIVATE)])


def test_private_notes_are_neither_opened_nor_told(tmp_path):
    folder = folder_with(tmp_path / "r", SESSION)
    state(folder, draft(SESSION, 6, 8, action=Action.SELECT, reviewer="trainee"))
    key = NoteKey(text_sha256=TEXT, first_turn=6, end_turn=8, field=NoteField.FELT)
    with NoteStore(folder, Visibility.PRIVATE) as private:
        private.write(key, CANARY, based_on=0, now=NOW)
    with NoteStore(folder, Visibility.SHARED) as shared:
        shared.write(key, "something shared", based_on=0, now=NOW)
    notes_path(folder, Visibility.PRIVATE).write_bytes(b"not even a database")
    for writing in Writing:
        text = make_brief(SESSION, writing=writing, store=folder)
        assert "something shared" in text
        assert CANARY not in text


NAMING = ["JS", "J.S.", "j s", "Jane", "jane doe", "JS12", "Jane14", "ab-3", "12345678", "1984-05-17", "", "client", "@jane_d", "Ümit 3"]


@pytest.mark.parametrize("code", NAMING)
def test_client_code_that_may_name_somebody_is_refused(code):
    with pytest.raises(UsageError, match="BRF-001") as caught:
        check_client_code(code)
    assert (
        str(caught.value) == "BRF-001: the client code may name somebody. Use a number, with one letter before it at most: C014, case 12."
    )


@pytest.mark.parametrize("code", ["7", "014", "C014", "c-14", "client 3", "Case 12", "D7-2"])
def test_client_code_that_is_a_number_is_taken(code):
    assert check_client_code(code) == code


@pytest.mark.parametrize("name", ["C014.md", "brief-c-014.html", "my C 014 brief.md"])
def test_file_name_with_the_client_code_is_refused(name, tmp_path):
    with pytest.raises(UsageError, match="BRF-002"):
        writing_for(tmp_path / name, client_code="C-014")
    assert writing_for(tmp_path / "brief.HTML", client_code="C-014") is Writing.HTML


def test_note_that_names_somebody_is_refused_until_it_is_allowed(tmp_path):
    folder = folder_with(tmp_path / "r", SESSION)
    state(folder, draft(SESSION, 6, 8, reviewer="pair"))
    key = NoteKey(text_sha256=TEXT, first_turn=6, end_turn=8, field=NoteField.FELT)
    with NoteStore(folder, Visibility.SHARED) as shared:
        shared.write(key, "I told Jennifer to wait.", based_on=0, now=NOW)
    with pytest.raises(InputError, match=r"BRF-004.*felt: person name") as caught:
        make_brief(SESSION, writing=Writing.HTML, store=folder)
    assert "Jennifer" not in str(caught.value)
    assert "Jennifer" in make_brief(SESSION, writing=Writing.HTML, store=folder, allow_identifiers=True)


# ---- markup


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>", "**x** _y_ [z](http://e.org) `q`", "{x}%(y)s%",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_shown_as_they_are(hostile):
    session = scored([f"T: {hostile}", f"C: {hostile}"], moments=[moment(0, 2)])
    brief = compose_brief(session, notes=[note(NoteField.FELT, hostile, first=0, end=2)], header=Header(client_code=None, month=hostile))
    page = as_html(fit_brief(brief, Paper.A4), paper=Paper.A4)
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("</style>") == 1
    assert not re.search(r"(?<!\\)[*_`\[]+(x|y|z|q)", as_markdown(fit_brief(brief, Paper.A4)).replace("**", ""))


def test_page_has_no_script_no_asset_and_says_so_to_the_browser():
    page = as_html(fit_brief(compose_brief(SESSION), Paper.A4), paper=Paper.A4)
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert not re.search(r"<(script|img|link|iframe|form)|url\(|https?:", page)
    assert 'lang="en"' in page


def test_no_type_is_smaller_than_ten_point():
    page = as_html(fit_brief(compose_brief(SESSION), Paper.LETTER), paper=Paper.LETTER)
    sizes = [float(found) for found in re.findall(r"(?:font:|font-size:)\s*([\d.]+)pt", page)]
    assert sizes
    assert min(sizes) >= 10


# ---- the page gives way


def crowded(words=400):
    lines = [f"{'TC'[place % 2]}: {'wordy ' * 60}" for place in range(20)]
    session = scored(lines, moments=MOMENTS[:3], transcript_id="crowded")
    text = "some thought here " * words
    of_session = (NoteField.QUESTION, NoteField.TRY_NEXT, NoteField.HELPED)
    of_moment = (NoteField.FELT, NoteField.MANAGED, NoteField.GOING_ON, NoteField.NEXT)
    notes = [
        Note(
            key=NoteKey(text_sha256=session.transcript.text_sha256, first_turn=first, end_turn=end, field=field),
            visibility=Visibility.SHARED, text=text, version=1, time=NOW, delete_after=date(2027, 1, 1),
        )
        for first, end, fields in ((0, 0, of_session), *((one.first_turn, one.end_turn, of_moment) for one in MOMENTS[:3]))
        for field in fields
    ]  # fmt: skip
    return compose_brief(session, notes=notes)


@pytest.mark.parametrize("paper", list(Paper))
def test_full_page_loses_quotes_first_and_then_moments_and_says_so(paper):
    page = fit_brief(crowded(), paper)
    assert height_of(page, room_on(paper)) <= room_on(paper).height
    text = as_markdown(page)
    kept = len(headings(text))
    assert 1 <= kept < 3
    assert ("1 more moment did not fit" if kept == 2 else "2 more moments did not fit") in text


def test_moments_that_are_kept_are_the_most_important_ones():
    kept = headings(as_markdown(fit_brief(crowded(), Paper.LETTER)))
    assert "turns 6 to 7" in " ".join(kept)


def test_roomy_page_keeps_every_quote_and_has_more_lines_to_write_on():
    session = scored(["T: Well?", "C: Fine."], moments=[moment(0, 2)])
    page = fit_brief(compose_brief(session), Paper.A4)
    assert page.lines == 3
    assert "C: Fine." in as_markdown(page)


def test_text_is_put_on_one_line_and_cut_at_a_space():
    assert clean("a\n b\t\x00c\u202e d", limit=99) == "a b c d"
    assert clean("one two three", limit=9) == "one two…"
    assert clean("x" * 20, limit=9) == "x" * 9 + "…"
    assert clean("\x00 \n", limit=9) is None


# ---- comparison and figures


def test_comparison_tells_measures_beyond_all_earlier_sessions_only():
    measures = [
        Measure(name="client_words_a_turn", value=6.0, unit="words"),
        Measure(name="client_words_a_turn.against_earlier", value=0.0, unit="share", note="lower than in all 4 earlier sessions"),
        Measure(name="client_talk_share.against_earlier", value=0.5, unit="share", note="higher than in 2 of 4 earlier sessions"),
    ]
    told = markdown(scored("TC" * 10, moments=MOMENTS, measures=measures))
    assert "words a client turn: lower than in all 4 earlier sessions" in told
    assert "2 of 4" not in told
    few = [Measure(name="against_earlier", value=None, unit="", note="needs 3 earlier sessions of this dyad; there are 1")]
    assert "not enough sessions to say" in markdown(scored("TC" * 10, moments=MOMENTS, measures=few))


def test_band_is_told_with_counts_only_when_there_are_twenty():
    bands = (
        Band(name="calm", floor=0, ceiling=0.5, turns=100, clear=12),
        Band(name="possible", floor=0.5, ceiling=0.8, turns=19, clear=8),
        Band(name="marked", floor=0.8, ceiling=1, turns=20, clear=16),
    )
    model = manifest(withdrawal=kind_policy().model_copy(update={"bands": bands}))
    told = {name: band_in_tests(model, kind=RuptureKind.WITHDRAWAL, band=name) for name in ("possible", "marked", "unheard")}
    assert told["marked"] == "In testing, about 8 in 10 client turns of this band were rated as clear (range 6 to 9 of 10, 20 turns)."
    assert told["possible"] == told["unheard"] == "Not enough test examples to say how often."
    assert "not at hand" in band_in_tests(None, kind=RuptureKind.WITHDRAWAL, band="marked")


def test_misses_are_told_over_both_kinds():
    bands = (Band(name="calm", floor=0, ceiling=0.5, turns=500, clear=12), Band(name="marked", floor=0.5, ceiling=1, turns=40, clear=18))
    model = manifest(withdrawal=kind_policy().model_copy(update={"bands": bands}))
    assert missed_in_tests(model).startswith("Of 40 client turns that were rated as clear among 540 turns")
    few = manifest(
        withdrawal=kind_policy().model_copy(update={"bands": bands[:1]}), confrontation=kind_policy().model_copy(update={"bands": ()})
    )
    assert missed_in_tests(few) == "Not enough test examples to say how often."


def test_figures_of_another_model_than_the_one_that_scored_are_not_told():
    assert "not at hand" in make_brief(SESSION, writing=Writing.MARKDOWN)
