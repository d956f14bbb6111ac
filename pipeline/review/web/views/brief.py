"""The brief as a page shows it before it is printed: the laid-out sheet, and the questions for the hour."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.core.records import Record
from pipeline.core.wording import wording
from pipeline.review.brief.sheet import Block, Sheet
from pipeline.review.notes import Note, NoteField
from pipeline.review.web.views.place import PromptView

OF_HOUR = (NoteField.QUESTION, NoteField.TRY_NEXT, NoteField.HELPED)


class CellView(Record):
    """Hold one labelled field; without text it is a line to write on."""

    label: str
    text: str | None


class BlockView(Record):
    """Hold rows of cells under a heading."""

    heading: str
    rows: tuple[tuple[CellView, ...], ...]


class BriefView(Record):
    """Hold the page, and the shared notes of the session as a whole."""

    title: str
    paper: str
    blocks: tuple[BlockView, ...]
    prompts: tuple[PromptView, ...]


class SavedView(Record):
    """Hold the name of the file that was written, in the folder of results."""

    name: str


def brief_view(sheet: Sheet, *, paper: str, notes: Sequence[Note]) -> BriefView:
    """Build the view of a laid-out brief."""
    blocks = tuple(_block(block) for block in sheet.blocks)
    return BriefView(title=sheet.title, paper=paper, blocks=blocks, prompts=tuple(_prompt(field, notes) for field in OF_HOUR))


def _block(block: Block) -> BlockView:
    rows = tuple(tuple(CellView(label=cell.label, text=cell.text) for cell in row) for row in block.rows)
    return BlockView(heading=block.heading, rows=rows)


def _prompt(field: NoteField, notes: Sequence[Note]) -> PromptView:
    question = getattr(wording().page.prompts, field.value)
    note = next((one for one in notes if one.key.field is field and one.key.end_turn == 0), None)
    return PromptView(
        field=field.value,
        question=question.ask,
        more=question.more,
        text=note.text if note else "",
        chips=(),
        version=note.version if note else 0,
        main=True,
        shared=True,
    )
