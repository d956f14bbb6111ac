"""Plain text: a label at the start of a line opens a turn."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.ingest.codes import IngestCode
from pipeline.ingest.lines import gather, text_lines
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import Fit, RawSession, reader
from pipeline.ingest.source import Source

_MARKUP = ("<!doctype html", "<html", "<?xml")


def _sniff(source: Source) -> Fit:
    if source.is_archive or source.text.lstrip().casefold().startswith(_MARKUP):
        return Fit.NO
    return Fit.POSSIBLE


@reader("text", sniff=_sniff, suffixes=(".txt", ".text"))
def read_plain_text(source: Source, options: ReadOptions) -> Iterator[RawSession]:
    """Read one session of labelled lines; lines without a label continue the turn before."""
    gathered = gather(text_lines(source.text), options)
    if not gathered.utterances:
        raise IngestCode.NO_SPEAKERS.error()
    yield RawSession(gathered.utterances, issues=gathered.issues)
