"""A brief as Markdown: to read in a terminal, to paste into notes, or to convert further."""

from __future__ import annotations

import re

from pipeline.review.brief.sheet import Block, Cell, Sheet

BLANK = "_" * 40
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def as_markdown(sheet: Sheet) -> str:
    """Return the page as Markdown; nothing that people said or wrote is read as markup."""
    parts = [f"# {_plain(sheet.title)}", *(_block(block) for block in sheet.blocks), f"<!-- text {sheet.text_sha256} -->"]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    rows = ["  \n".join(_cell(cell) for cell in row if cell != Cell("", "")) for row in block.rows]
    return "\n\n".join([f"## {_plain(block.heading)}", *rows] if block.heading else rows)


def _cell(cell: Cell) -> str:
    if cell.text is None:
        return f"**{_plain(cell.heading)}** {BLANK}"
    return f"**{_plain(cell.heading)}** {_plain(cell.text)}" if cell.label else _plain(cell.text)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
