"""A session as a strip: one cell a segment, withdrawal upward, confrontation downward, moments as lettered brackets below.

A strip is a row of small drawings of twenty cells each, so that it wraps on a narrow page and in print as words do. Kinds differ in
direction and pattern as well as in colour, and the strip as a whole carries its content in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from string import ascii_lowercase

from pipeline.batch.report.collect import Cell, Session
from pipeline.batch.report.markup import Html, element
from pipeline.core.wording import BandWording, Wording

BLOCK = 20
_CELL, _LEVEL, _TOP = 7, 7, 12
_AXIS = _TOP + 3 * _LEVEL + 1
_BRACKET = _AXIS + 3 * _LEVEL + 4
HEIGHT = _BRACKET + 14
PATTERNS = Html(
    '<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="lines" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="w-ground" width="4" height="4"/><rect class="w-ink" width="1.6" height="4"/></pattern>'
    '<pattern id="dots" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect class="c-ground" width="4" height="4"/><circle class="c-ink" cx="2" cy="2" r="1.15"/></pattern></defs></svg>'
)
"""The two patterns, once for the whole page."""


def letter(place: int) -> str:
    """Return the letter of the moment at `place` in the order of the session: a to z, then aa, ab, ..."""
    tens, ones = divmod(place, len(ascii_lowercase))
    return (letter(tens - 1) if tens else "") + ascii_lowercase[ones]


def strip(session: Session, *, wording: Wording) -> Html:
    """Return the strip of a session; its text alternative says where the higher bands lie."""
    spans = [(one.moment.first_turn, one.moment.end_turn) for one in session.moments]
    blocks = [session.cells[first : first + BLOCK] for first in range(0, len(session.cells), BLOCK)]
    drawn = [_block(block, spans=spans, bands=wording.common.bands) for block in blocks]
    return element("div", drawn, attributes={"class": "strip", "role": "img", "aria-label": _in_words(session, wording=wording)})


def legend_cells(*, wording: Wording) -> tuple[Html, ...]:
    """Return one example cell a band, each with its name: withdrawal above, confrontation below."""
    bands = wording.common.bands
    drawn = ((_block([Cell(0, 1, name, name)], spans=(), bands=bands, numbered=False), bands.of(name)) for name in type(bands).model_fields)
    return tuple(
        element("figure", [element("div", [cell], attributes={"aria-hidden": "true"}), element("figcaption", word)]) for cell, word in drawn
    )


def turns_in_words(first_turn: int, end_turn: int, *, wording: Wording) -> str:
    """Return half-open turns as people count them: both ends belong to it."""
    report = wording.report
    return (
        report.one_turn.format(first=first_turn) if end_turn - first_turn <= 1 else report.turns.format(first=first_turn, last=end_turn - 1)
    )


def _block(cells: Sequence[Cell], *, spans: Sequence[tuple[int, int]], bands: BandWording, numbered: bool = True) -> Html:
    width = len(cells) * _CELL
    levels = [(bands.level(cell.withdrawal), bands.level(cell.confrontation)) for cell in cells]
    shapes = (
        f'<text y="9">{cells[0].first_turn}</text>' if numbered else "",
        f'<path d="M0 {_AXIS}h{width - 1}"/>',
        _path("w", [_bar(column, up or 0, sign="-") for column, (up, _) in enumerate(levels)]),
        _path("c", [_bar(column, down or 0, sign="") for column, (_, down) in enumerate(levels)]),
        _path("u", [_frame(column) for column, pair in enumerate(levels) if None in pair]),
        *(_bracket(cells, span, name=letter(place)) for place, span in enumerate(spans)),
    )
    return Html(f'<svg width="{width}">{"".join(shapes)}</svg>')


def _path(name: str, parts: Sequence[str]) -> str:
    shape = "".join(parts)
    return f'<path class="{name}" d="{shape}"/>' if shape else ""


def _bar(column: int, level: int, *, sign: str) -> str:
    height = level * _LEVEL
    start = _AXIS - 2 if sign else _AXIS + 2
    return f"M{column * _CELL} {start}v{sign}{height}h{_CELL - 1}v{'' if sign else '-'}{height}z" if level else ""


def _frame(column: int) -> str:
    return f"M{column * _CELL} {_TOP}h{_CELL - 1}v{6 * _LEVEL}h-{_CELL - 1}z"


def _bracket(cells: Sequence[Cell], span: tuple[int, int], *, name: str) -> str:
    """Return the bracket of a moment under the cells that it holds; an end that lies in another block stays open.

    The letter stands where the moment begins.
    """
    first_turn, end_turn = span
    inside = [column for column, cell in enumerate(cells) if cell.first_turn < end_turn and first_turn < cell.end_turn]
    if not inside:
        return ""
    left, right = inside[0] * _CELL, (inside[-1] + 1) * _CELL
    opens, closes = first_turn >= cells[0].first_turn, end_turn <= cells[-1].end_turn
    start = f"M{left + 1} {_BRACKET - 4}v4" if opens else f"M{left} {_BRACKET}"
    end = f"H{right - 2}v-4" if closes else f"H{right + 1}"
    path = f'<path class="m" d="{start}{end}"/>'
    return path + (f'<text x="{left}" y="{_BRACKET + 11}">{name}</text>' if opens else "")


def _in_words(session: Session, *, wording: Wording) -> str:
    moments = len(session.moments)
    return wording.report.strip.format(
        segments=wording.common.counted.segments.of(len(session.cells)),
        withdrawal=_above_calm([(cell.withdrawal, cell) for cell in session.cells], wording=wording),
        confrontation=_above_calm([(cell.confrontation, cell) for cell in session.cells], wording=wording),
        moments=wording.report.strip_moments.of(moments) if moments else wording.common.nothing_flagged,
    )


def _above_calm(banded: Sequence[tuple[str, Cell]], *, wording: Wording) -> str:
    """Say where a kind stands above calm, highest band first; a band of another version comes last, under its own name.

    Of the lowest band above calm only the number of cells is said: there are many of them, and they would drown the rest.
    """
    bands, report = wording.common.bands, wording.report
    places: dict[str, list[str]] = defaultdict(list)
    for band, cell in banded:
        if bands.level(band) != 0:
            places[band].append(_place(cell))
    told = []
    for band in sorted(places, key=lambda band: (-(bands.level(band) or 0), band)):
        segments = wording.common.counted.segments.of(len(places[band]))
        faint = bands.level(band) == 1
        at = ", ".join(places[band])
        told.append(
            report.strip_faint.format(band=bands.of(band), segments=segments)
            if faint
            else report.strip_band.format(band=bands.of(band), turns=at)
        )
    return "; ".join(told) or report.strip_calm


def _place(cell: Cell) -> str:
    """Return the turn of an exchange that is the client's, or both ends of a longer segment."""
    last = cell.end_turn - 1
    return str(last) if cell.end_turn - cell.first_turn <= 2 else f"{cell.first_turn}–{last}"
