"""What may not stand in a brief: a client's name or initials as the code, and identifiers in what people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.core.errors import InputError, UsageError
from pipeline.core.records import SpeakerRole, Turn
from pipeline.ingest.identifiers import find_identifiers
from pipeline.review.notes import Note

_CODE = re.compile(r"^(?:(?:client|case|code|dyad|pair|[a-z])[ ._-]?)?\d{1,7}(?:[ ._/-]\d{1,4})?$", re.IGNORECASE)


def check_client_code(code: str) -> str:
    """Return a client code; raises `UsageError` for anything that could name somebody.

    A code is a number of up to seven digits, with one letter or a word such as `client` in front: `C014`, `case 12`, `7-2`. Two letters are
    initials, more are a name, and eight digits may be a record number or a date of birth.
    """
    if not _CODE.match(code.strip()) or find_identifiers([_turn(code)]):
        raise UsageError(
            "BRF-001",
            "the client code may name somebody",
            way_out="Use a number, with one letter before it at most: C014, case 12.",
        )
    return code.strip()


def check_file_name(name: str, *, client_code: str | None) -> None:
    """Raise `UsageError` when a file name carries the client code."""
    plain = re.sub(r"[\W_]+", "", client_code or "").casefold()
    if plain and plain in re.sub(r"[\W_]+", "", name).casefold():
        raise UsageError("BRF-002", "the file name would carry the client code", way_out="Choose another name with --out.")


def check_notes(notes: Iterable[Note]) -> None:
    """Raise `InputError` when names, numbers or addresses seem to stand in notes; it tells fields and kinds, never words."""
    found = sorted({(note.key.field.value, one.kind.value) for note in notes for one in find_identifiers([_turn(note.text)])})
    if found:
        raise InputError(
            "BRF-004",
            "a note seems to name somebody",
            place="; ".join(f"{field}: {kind}" for field, kind in found),
            way_out="Change the note, or go on with --allow-identifiers.",
        )


def _turn(text: str) -> Turn:
    return Turn(index=0, speaker="note", role=SpeakerRole.OTHER, text=text)
