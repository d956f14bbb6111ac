"""Ratings as files: JSON Lines with everything, JSON Lines in the manual's form, and CSV for R or SPSS.

A file's form is told by its content, not by its name.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.core.canonical import write_atomic
from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.errors import InputError
from pipeline.core.manual_form import SessionRating, read_ratings, sparse
from pipeline.core.ratings import Rating
from pipeline.core.results import TranscriptRef
from pipeline.core.tables import csv_bytes


class Form(StrEnum):
    """Name the forms in which ratings are written."""

    FULL = "full"
    MANUAL = "manual"
    CSV = "csv"


_PLAIN = (
    "rating_id", "text_sha256", "segment_id", "first_turn", "end_turn", "segment_text_sha256", "rater", "w", "c", "overall", "outcome",
    "unsure", "confidence", "blind", "saw_model", "adjudicated", "codebook_version", "at", "supersedes",
)  # fmt: skip
_FLAGS = ("unsure", "blind", "saw_model", "adjudicated")
_REF = ("text_sha256", "segment_id", "first_turn", "end_turn", "segment_text_sha256")
_JUDGEMENT = ("w", "c", "overall", "outcome", "unsure", "confidence")


_SESSION = ("transcript_id", "dyad_id", "session_no")


def csv_columns() -> tuple[str, ...]:
    """Return the columns of the CSV: session, the fields of a rating, then one column a code of the codebook, `WD-MIN` as `WD_MIN`."""
    return (*_SESSION, *_PLAIN, *(code.code.replace("-", "_") for code in codebook().codes))


def write_full(path: Path, ratings: Sequence[Rating]) -> None:
    """Write ratings with everything they hold, one a line."""
    write_atomic(path, b"".join(_line(rating.model_dump(mode="json", exclude_defaults=True)) for rating in ratings))


def write_manual(path: Path, ratings: Sequence[SessionRating]) -> None:
    """Write one rater's ratings in the manual's form, one session a line."""
    write_atomic(path, b"".join(_line(sparse(rating)) for rating in ratings))


def write_csv(path: Path, ratings: Sequence[Rating], *, transcripts: Mapping[str, TranscriptRef]) -> None:
    """Write ratings as a table, one a row; an empty cell is a value that was not given, 0 and 1 are no and yes.

    `transcripts`, by text hash, fill the columns of the session; they are empty for a session that is not among them.
    """
    rows = [{**_session(transcripts.get(rating.ref.text_sha256)), **_row(rating)} for rating in ratings]
    write_atomic(path, csv_bytes(rows, columns=csv_columns()))


def read_rating_file(path: Path) -> tuple[Rating, ...] | tuple[SessionRating, ...]:
    """Read a file in any of the three forms; raises `InputError` with the line that is wrong, never with what stands in it."""
    lines = _lines(path)
    first = next((line for line in lines if line.strip()), "")
    if not first.startswith("{"):
        return tuple(_from_rows(lines))
    if '"rating_id"' in first:
        return tuple(_rating(line, number) for number, line in enumerate(lines, 1) if line.strip())
    return tuple(read_ratings(path).values())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError("RAT-005", "the ratings file is not UTF-8", way_out="Save it again as UTF-8.") from None
    except OSError:
        raise InputError("RAT-001", "the ratings file was not found", way_out="Check the path.") from None


def _line(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")


def _rating(line: str, number: int) -> Rating:
    try:
        return Rating.model_validate(json.loads(line))
    except (ValidationError, ValueError):
        raise InputError("RAT-009", "a line of the ratings file is no rating of this version", place=f"line {number}") from None


def _session(transcript: TranscriptRef | None) -> dict[str, Any]:
    return {name: getattr(transcript, name) if transcript else None for name in _SESSION}


def _row(rating: Rating) -> dict[str, Any]:
    fields = {**rating.model_dump(mode="json"), **rating.ref.model_dump(mode="json"), **rating.judgement.model_dump(mode="json")}
    row = {name: int(fields[name]) if name in _FLAGS else fields[name] for name in _PLAIN}
    codes = dict.fromkeys(rating.judgement.codes, 1) | dict(rating.judgement.contributions)
    given = rating.judgement.rates_segment
    return row | {code.code.replace("-", "_"): codes.get(code.code, 0) if given else None for code in codebook().codes}


def _from_rows(lines: Sequence[str]) -> Iterator[Rating]:
    reader = csv.DictReader(lines)
    needed = set(csv_columns()) - set(_SESSION)
    if missing := needed - set(reader.fieldnames or ()):
        place = "no known column" if missing == needed else f"columns missing: {', '.join(sorted(missing))}"
        raise InputError("RAT-010", "the file is neither ratings as JSON Lines nor the table that is exported", place=place)
    for number, row in enumerate(reader, 2):
        try:
            yield Rating.model_validate(_fields(row))
        except (ValidationError, ValueError, KeyError):
            raise InputError("RAT-009", "a row of the ratings file is no rating of this version", place=f"line {number}") from None


def _fields(row: Mapping[str, str]) -> dict[str, Any]:
    said = {name: value for name, value in row.items() if value != ""}
    contributions = set(codebook().of(CodeFamily.CONTRIBUTION))
    codes = {code.code: int(said.get(code.code.replace("-", "_"), 0)) for code in codebook().codes}
    judgement: dict[str, Any] = {name: said[name] for name in _JUDGEMENT if name in said}
    judgement["codes"] = [code for code, value in codes.items() if value and code not in contributions]
    judgement["contributions"] = {code: value for code, value in codes.items() if value and code in contributions}
    rest = {name: said[name] for name in _PLAIN if name in said and name not in (*_REF, *_JUDGEMENT)}
    return {**rest, "ref": {name: said[name] for name in _REF if name in said}, "judgement": judgement}
