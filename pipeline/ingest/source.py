"""The bytes of a file, read once, hashed as read, and decoded without guessing quietly."""

from __future__ import annotations

import codecs
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.canonical import sha256_bytes
from pipeline.core.records import IngestIssue
from pipeline.ingest.codes import IngestCode

_ZIP = b"PK\x03\x04"
_FOREIGN = (b"%PDF", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"ID3", b"OggS", b"\x1f\x8b", b"7z\xbc\xaf")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x14\x16-\x1a\x1c-\x1f\x7f]")  # \x15 encloses the times of CHAT
_HEAD = 65_536
_MAX_CONTROL_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Source:
    """Hold one file as it was read: `content` is what `sha256` covers; `text` is None for a zip archive."""

    content: bytes
    sha256: str
    suffix: str = ""
    text: str = ""
    is_archive: bool = False
    issues: tuple[IngestIssue, ...] = ()


def load_source(path: Path, *, max_bytes: int) -> Source:
    """Read `path` once; raise `InputError` for what is not a readable, plausible transcript file."""
    content = read_regular(path, max_bytes=max_bytes)
    return source_from_bytes(content, suffix=path.suffix.casefold())


def source_from_bytes(content: bytes, *, suffix: str = "") -> Source:
    """Decode `content`; raise `InputError` when it is empty, binary or in a broken encoding."""
    digest = sha256_bytes(content)
    if content.startswith(_ZIP):
        return Source(content, digest, suffix, is_archive=True)
    text, issues = _decode(content)
    if not text.strip("\ufeff \t\r\n\f\v\u200b\xa0"):
        raise IngestCode.EMPTY.error()
    return Source(content, digest, suffix, text.replace("\r\n", "\n").replace("\r", "\n"), issues=issues)


def read_regular(path: Path, *, max_bytes: int) -> bytes:
    """Return the bytes of a regular file without ever blocking on a pipe or a device; raises `InputError` for anything else."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise IngestCode.NOT_A_FILE.error(detail="a folder" if path.is_dir() else "a pipe, socket or device")
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(descriptor, "rb") as handle:
            if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
                raise IngestCode.NOT_A_FILE.error()
            content = handle.read(max_bytes + 1)
    except FileNotFoundError:
        raise IngestCode.MISSING.error() from None
    except (OSError, ValueError):
        raise IngestCode.UNREADABLE.error() from None
    if len(content) > max_bytes:
        raise IngestCode.TOO_LARGE.error(detail=f"more than {max_bytes / 1e6:g} MB")
    return content


def _decode(content: bytes) -> tuple[str, tuple[IngestIssue, ...]]:
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return _strict(content, "utf-32"), ()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(content, "utf-16"), ()
    _refuse_binary(content)
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        cut_off = error.end == len(content) and error.reason == "unexpected end of data"
    if cut_off or _has_utf8_sequence(content):
        raise IngestCode.BROKEN_ENCODING.error(detail="UTF-8 with broken characters")
    return _strict(content, "cp1252"), (IngestCode.CP1252.issue(),)


def _refuse_binary(content: bytes) -> None:
    head = content[:_HEAD]
    if content.startswith(_FOREIGN):
        raise IngestCode.BINARY.error()
    if b"\x00" in content:
        raise IngestCode.BINARY.error(detail="it holds NUL bytes")
    if len(_CONTROLS.findall(head)) > _MAX_CONTROL_SHARE * len(head):
        raise IngestCode.BINARY.error()


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise IngestCode.BROKEN_ENCODING.error(detail=f"not {encoding}") from None


def _has_utf8_sequence(content: bytes) -> bool:
    """Tell whether any non-ASCII character is whole UTF-8: then stray bytes mean damage, not another encoding."""
    return any(ord(character) > 127 for character in content.decode("utf-8", "ignore"))
