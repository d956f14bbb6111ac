"""Word documents (`.docx`): paragraphs and tables in the order of the document."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.ingest.archive_guard import check_archive, is_word_document
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.lines import Line, gather
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import Fit, RawSession, reader
from pipeline.ingest.source import Source

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Row

_UNREAD = ("w:ins//w:t", "w:txbxContent//w:t")


def _sniff(source: Source) -> Fit:
    if not source.is_archive:
        return Fit.NO
    return Fit.SURE if is_word_document(source.content) else Fit.POSSIBLE if source.suffix == ".docx" else Fit.NO


@reader("docx", sniff=_sniff, suffixes=(".docx", ".docm"))
def read_docx(source: Source, options: ReadOptions) -> Iterator[RawSession]:
    """Read one session; the line of a turn counts paragraphs, line breaks and table rows from 1.

    A row of a table is read as its cells one after the other: number, time, speaker, words. Words inside tracked insertions
    and text boxes are not in python-docx's paragraphs and are said to be missing.
    """
    check_archive(source.content, options)
    document = _open(source.content)
    gathered = gather(list(_lines(document)), options)
    if not gathered.utterances:
        raise IngestCode.NO_SPEAKERS.error()
    unread = sum(len(document.element.body.xpath(f".//{path}")) for path in _UNREAD)
    issues = (IngestCode.PARTS_SKIPPED.issue(count=unread),) if unread else ()
    yield RawSession(gathered.utterances, issues=(*gathered.issues, *issues))


def _open(content: bytes) -> Document:
    import docx  # loaded by this reader alone
    from docx.opc.exceptions import OpcError

    try:
        return docx.Document(io.BytesIO(content))
    except (OpcError, SyntaxError, KeyError, ValueError, AttributeError):
        raise IngestCode.BROKEN_DOCX.error() from None


def _lines(document: Document) -> Iterator[Line]:
    from docx.table import Table

    number = 0
    for block in document.iter_inner_content():
        texts = _row_texts(block) if isinstance(block, Table) else block.text.split("\n")
        for text in texts:
            number += 1
            if text.strip():
                yield Line(text.strip(), number)


def _row_texts(table: Table) -> list[str]:
    return ["\t".join(filter(None, (" ".join(cell.split()) for cell in _cells(row)))) for row in table.rows]


def _cells(row: _Row) -> list[str]:
    """Return the words of each cell once, though python-docx lists a merged cell for every column it covers."""
    seen: dict[int, str] = {}
    for cell in row.cells:
        seen.setdefault(id(cell._tc), cell.text)  # the only identity that a cell has
    return list(seen.values())
