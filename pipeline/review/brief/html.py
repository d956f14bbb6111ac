"""A brief as one HTML file that prints on one page: no script, no asset from elsewhere, everything escaped."""

from __future__ import annotations

from html import escape

from pipeline.review.brief.paper import BLOCK_GAP, COLUMN_GAP, HEADING, LINE, MARGIN_MM, POINT, ROW_GAP, RULE, SHORT_LINE, TITLE, Paper
from pipeline.review.brief.sheet import Block, Cell, Sheet

_STYLE = f"""
@page {{ size: %(paper)s; margin: {MARGIN_MM[0]}mm {MARGIN_MM[1]}mm; }}
html {{ font: {POINT}pt/{LINE}pt Arial, "Liberation Sans", Helvetica, "DejaVu Sans", sans-serif; color: #000; background: #fff; }}
body {{ margin: 0; overflow-wrap: anywhere; }}
h1 {{ font-size: 11pt; line-height: {TITLE}pt; margin: 0; }}
h2 {{ font-size: {POINT}pt; line-height: {HEADING}pt; margin: 0; }}
section {{ padding-top: {BLOCK_GAP - 1}pt; }}
section.ruled {{ border-top: 1pt solid #000; }}
.row {{ display: flex; column-gap: {COLUMN_GAP}pt; padding-bottom: {ROW_GAP}pt; }}
.row > p {{ flex: 1 1 0; min-width: 0; margin: 0; }}
.row > p.short {{ display: flex; column-gap: 4pt; }}
.short > .write {{ flex: 1 0 {SHORT_LINE - 4}pt; }}
.write {{ display: block; height: {RULE - 1}pt; border-bottom: 1pt solid #000; }}
@media screen {{ body {{ max-width: 184mm; margin: 10mm auto; padding: 0 4mm; }} }}
"""


def as_html(sheet: Sheet, *, paper: Paper) -> str:
    """Return the page as a whole HTML document."""
    blocks = "\n".join(_block(block, ruled=place > 0, lines=sheet.lines) for place, block in enumerate(sheet.blocks))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="rupture-text" content="{escape(sheet.text_sha256)}">\n'
        f"<title>{escape(sheet.title)}</title>\n<style>{_STYLE % {'paper': _PAGE[paper]}}</style>\n</head>\n<body>\n"
        f"<main>\n<h1>{escape(sheet.title)}</h1>\n{blocks}\n</main>\n</body>\n</html>\n"
    )


_PAGE = {Paper.A4: "A4", Paper.LETTER: "letter"}


def _block(block: Block, *, ruled: bool, lines: int) -> str:
    heading = f"<h2>{escape(block.heading)}</h2>\n" if block.heading else ""
    rows = "\n".join(f'<div class="row">{"".join(_cell(cell, lines=lines) for cell in row)}</div>' for row in block.rows)
    kind = ' class="ruled"' if ruled else ""
    return f"<section{kind}>\n{heading}{rows}\n</section>"


def _cell(cell: Cell, *, lines: int) -> str:
    label = f"<b>{escape(cell.heading)}</b>" if cell.label else ""
    line = '<span class="write"></span>'
    if cell.text is None:
        return f'<p class="short">{label}{line}</p>' if cell.is_short else f"<p>{label}{line * lines}</p>"
    return f"<p>{label} {escape(cell.text)}</p>"
