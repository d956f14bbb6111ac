"""The readers, registered by format, and the choice among them by content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from pipeline.core.errors import InputError
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.raw import RawSession, RawUtterance
from pipeline.ingest.source import Source

__all__ = ["Fit", "RawResult", "RawSession", "RawUtterance", "Reader", "formats", "reader", "reader_for"]

RawResult = RawSession | InputError
"""One session, or the reason why this session of the file cannot be read."""

Read = Callable[[Source, ReadOptions], Iterator[RawResult]]


class Fit(IntEnum):
    """Say how well a content fits a format: not, possibly, or by a signature that no other format has."""

    NO = 0
    POSSIBLE = 1
    LIKELY = 2
    SURE = 3


@dataclass(frozen=True, slots=True)
class Reader:
    """Hold one registered reader: `sniff` looks at the content, `suffixes` only break ties."""

    format: str
    read: Read
    sniff: Callable[[Source], Fit]
    suffixes: tuple[str, ...]


_READERS: dict[str, Reader] = {}


def reader(format_name: str, *, sniff: Callable[[Source], Fit], suffixes: tuple[str, ...]) -> Callable[[Read], Read]:
    """Register the decorated function as the reader of `format_name`."""

    def register(read: Read) -> Read:
        if format_name in _READERS:
            raise ValueError(f"two readers for {format_name}")
        _READERS[format_name] = Reader(format_name, read, sniff, suffixes)
        return read

    return register


def formats() -> tuple[Reader, ...]:
    """Return all readers, sorted by format."""
    return tuple(_READERS[name] for name in sorted(_READERS))


def reader_for(source: Source) -> Reader:
    """Return the reader whose format fits the content best; raise `InputError` when none does."""
    fits = [(entry.sniff(source), source.suffix in entry.suffixes, entry) for entry in formats()]
    fit, _, best = max(fits, key=lambda rated: rated[:2])
    if fit is Fit.NO:
        raise IngestCode.UNKNOWN_FORMAT.error()
    return best
