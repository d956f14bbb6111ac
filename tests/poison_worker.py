"""A worker of a run that can be told to go wrong, for tests: by a file that begins with POISON, or as another version."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.annotate import keys
from pipeline.batch import worker
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import Fit, RawSession, RawUtterance, reader
from pipeline.ingest.source import Source

LINES = (("T", "how was the week"), ("C", "it was fine"), ("T", "you sound flat"), ("C", "i do not know")) * 2


class _ExitsWhenRead(tuple):
    """Crash the process once the session is looked at, after the input was opened well."""

    def __iter__(self) -> Iterator[RawUtterance]:
        os._exit(9)


def _sniff(source: Source) -> Fit:
    return Fit.SURE if source.text.startswith("POISON ") else Fit.NO


@reader("poison", sniff=_sniff, suffixes=())
def read_poison(source: Source, _options: ReadOptions) -> Iterator[RawSession]:
    """Do what the first line says: `POISON exit`, `segv`, `hang`, `spin`, `memory`, `raise`, `later` or `once PATH`."""
    _, deed, *rest = source.text.split()
    spoken = tuple(RawUtterance(speaker, text) for speaker, text in LINES)
    if deed == "exit":
        os._exit(7)
    elif deed == "segv":
        ctypes.string_at(0)
    elif deed == "hang":
        time.sleep(3600)
    elif deed == "spin":
        while True:
            pass
    elif deed == "memory":
        hog = [bytearray(1 << 24) for _ in range(1 << 14)]
        del hog
    elif deed == "raise":
        raise KeyError(source.text)
    elif deed == "once" and not Path(rest[0]).exists():
        Path(rest[0]).touch()
        os._exit(8)
    yield RawSession(_ExitsWhenRead(spoken) if deed == "later" else spoken)


def main() -> None:
    """Serve as the real worker does; `TEST_PIPELINE_VERSION` and `TEST_SCHEMA_VERSION` make it one of another version."""
    keys.__version__ = os.environ.get("TEST_PIPELINE_VERSION", keys.__version__)
    keys.SCHEMA_VERSION = os.environ.get("TEST_SCHEMA_VERSION", keys.SCHEMA_VERSION)
    worker.main()
