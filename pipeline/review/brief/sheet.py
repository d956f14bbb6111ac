"""The page before it is written: blocks of rows of labelled cells, the same for every way of writing it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from pipeline.core.wording import wording
from pipeline.review.brief.compose import Brief
from pipeline.review.brief.moments import BriefMoment

ANSWER_CHARS = 300
LINE_CHARS = 200
HASH_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one labelled field; without text it is lines to write on, or one short line beside its label.

    A cell without a label is a sentence.
    """

    label: str
    text: str | None = None
    is_short: bool = False

    @property
    def heading(self) -> str:
        """Return the label as it stands before what follows it."""
        return self.label if not self.label or self.label[-1] in "?)" else f"{self.label}:"


@dataclass(frozen=True, slots=True)
class Block:
    """Hold rows under a heading; a row has one cell, or several side by side."""

    heading: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold a page: its title, its blocks, how many lines an empty field has, and the hash by which it can be found and erased."""

    title: str
    blocks: tuple[Block, ...]
    text_sha256: str
    lines: int = 1


def sheet_of(brief: Brief, *, moments: int, quotes: int) -> Sheet:
    """Lay out the first `moments` moments, in the order of the session, the first `quotes` of them with what was said."""
    words = wording().brief
    kept = sorted(enumerate(brief.moments[:moments]), key=lambda one: one[1].first_turn)
    blocks = [_moment(one, number=number, quoted=place < quotes) for number, (place, one) in enumerate(kept, 1)]
    if not brief.moments:
        blocks = [Block("", ((Cell("", words.no_moment),), (Cell(words.felt), Cell(words.managed)), (Cell(words.going_on),)))]
    left_out = len(brief.moments) - moments
    if left_out > 0:
        blocks.append(Block("", ((Cell("", words.moments_left_out.of(left_out)),),)))
    return Sheet(words.title, (_head(brief), *blocks, _foot(brief)), brief.text_sha256)


def clean(text: str | None, *, limit: int) -> str | None:
    """Return text on one line, without control characters, cut at a space before `limit` with a mark; None when nothing is left."""
    if text is None:
        return None
    plain = "".join(" " if char.isspace() else char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    plain = " ".join(plain.split())
    if len(plain) <= limit:
        return plain or None
    return f"{plain[:limit].rsplit(' ', 1)[0].rstrip()}…"


def _head(brief: Brief) -> Block:
    words, common = wording().brief, wording().common
    header = brief.header
    return Block(
        "",
        (
            (Cell("", f"{common.confidential} {common.rupture}"),),
            (
                Cell(words.client_code, header.client_code, is_short=True),
                Cell(words.session, None if brief.session_no is None else str(brief.session_no), is_short=True),
                Cell(words.month, header.month, is_short=True),
            ),
            (Cell(words.trainee, is_short=True), Cell(words.prepared, words.yes if brief.by_trainee else words.yes_or_no)),
            (Cell(words.earlier, _earlier(brief)),),
            (Cell(words.question, clean(brief.question, limit=ANSWER_CHARS)),),
        ),
    )


def _earlier(brief: Brief) -> str:
    words, names = wording().brief, wording().report.measures
    if not brief.earlier.enough:
        return words.earlier_few
    told = [words.earlier_one.format(measure=names.get(name, name), where=where) for name, where in brief.earlier.beyond]
    return clean("; ".join(told), limit=LINE_CHARS) or words.earlier_usual


def _moment(moment: BriefMoment, *, number: int, quoted: bool) -> Block:
    words = wording().brief
    span = words.one_turn if moment.first_turn == moment.last_turn else words.turns
    turns = span.format(first=moment.first_turn, last=moment.last_turn)
    return Block(
        words.moment.format(n=number, turns=turns, kinds=moment.kinds, by=moment.by),
        (
            (Cell(words.said, _said(moment) if quoted else words.said_left_out),),
            (Cell(words.shows, _shows(moment)),),
            (Cell(words.felt, _answer(moment.felt)), Cell(words.managed, _answer(moment.managed))),
            (Cell(words.going_on, _answer(moment.going_on)), Cell(words.next, _answer(moment.next) or words.next_choices)),
            (Cell(words.reading, moment.reading or words.reading_choices),),
        ),
    )


def _said(moment: BriefMoment) -> str | None:
    return clean(" ".join(f"{letter}: {text}" for letter, text in moment.said), limit=2 * ANSWER_CHARS)


def _shows(moment: BriefMoment) -> str | None:
    """Return the reasons that there is room for, whole, and the band."""
    reasons = moment.shows[:1]
    for reason in moment.shows[1:]:
        reasons = (*reasons, reason) if len("; ".join((*reasons, reason))) <= LINE_CHARS else reasons
    more = "; …" if len(reasons) < len(moment.shows) else "."
    told = f"{clean('; '.join(reasons), limit=LINE_CHARS)}{more}" if reasons else ""
    return " ".join(part for part in (told, moment.band) if part) or None


def _answer(text: str | None) -> str | None:
    return clean(text, limit=ANSWER_CHARS)


def _foot(brief: Brief) -> Block:
    words, common = wording().brief, wording().common
    model = words.model.format(model=brief.model_id, hash=brief.model_sha256[:HASH_SHOWN])
    delete_by = brief.header.delete_by
    return Block(
        "",
        (
            (Cell(words.try_next, clean(brief.try_next, limit=ANSWER_CHARS)), Cell(words.rehearsed, words.yes_or_no)),
            (Cell(words.helped, clean(brief.helped, limit=ANSWER_CHARS)),),
            (Cell(words.limits, " ".join((model, brief.missed, common.misses, common.no_flag, common.limits_of_use))),),
            (Cell(words.delete_by, delete_by.isoformat() if delete_by else None, is_short=True), Cell("", "")),
        ),
    )
