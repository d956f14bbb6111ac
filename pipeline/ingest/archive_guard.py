"""A .docx is a zip of XML parts: its sizes are checked before anything is unpacked, its parts before anything is parsed."""

from __future__ import annotations

import io
import zipfile
import zlib

from pipeline.ingest.codes import IngestCode
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.xml_guard import feed, guarded_parser

_ENCRYPTED = 0x1
_RATIO_MATTERS_FROM = 1_000_000


def check_archive(content: bytes, options: ReadOptions) -> None:
    """Raise `InputError` for a bomb, a broken archive or a DOCTYPE in any part.

    Nothing is written to disk. The sizes that the archive states bound what is read: zipfile stops at the stated size and then
    finds the checksum wrong.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, len(content), options)
            for entry in entries:
                _check_part(archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise IngestCode.BROKEN_DOCX.error(detail="not a whole zip archive") from None


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int, options: ReadOptions) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > options.max_archive_entries:
        raise IngestCode.ARCHIVE_LIMIT.error(detail=f"more than {options.max_archive_entries} parts")
    if unpacked > options.max_archive_bytes:
        raise IngestCode.ARCHIVE_LIMIT.error(detail=f"more than {options.max_archive_bytes / 1e6:g} MB")
    if unpacked > max(options.max_archive_ratio * packed, _RATIO_MATTERS_FROM):
        raise IngestCode.ARCHIVE_LIMIT.error(detail=f"more than {options.max_archive_ratio} times its size")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise IngestCode.BROKEN_DOCX.error(detail="it is encrypted")
    if len({entry.filename for entry in entries}) < len(entries):
        raise IngestCode.BROKEN_DOCX.error(detail="two parts have the same name")


def _check_part(part: bytes) -> None:
    """Refuse a DOCTYPE in whatever could be parsed as XML, judged by its bytes since its name may lie."""
    if part.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
        feed(guarded_parser(), part)


def is_word_document(content: bytes) -> bool:
    """Tell whether a zip archive lists the main part of a Word document, without unpacking anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
