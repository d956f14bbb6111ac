"""What a caller may say about how transcripts are read: roles, columns, limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipeline.core.errors import UsageError
from pipeline.core.records import Record, SpeakerRole
from pipeline.ingest.labels import label_key
from pipeline.ingest.roles import role_of_word

COLUMN_FIELDS = ("session", "speaker", "text", "start", "end", "dyad", "session_no")
"""Fields of a table for which `ReadOptions.columns` may name a column."""

Limit = Annotated[int, Field(ge=1)]


class ReadOptions(Record):
    """Say how transcripts are read; the defaults read every format without help where the file has roles.

    `roles` maps a speaker label, or an order such as `1` (first to speak), to a role; `columns` maps one of `COLUMN_FIELDS`
    to a column name. `dyad_id` and `session_no` are used where the file has none, the number only for a file of one session.
    With `allow_identifiers` suspected identifiers become a warning instead of an error. `thorough_names` adds spaCy's named
    entities to the fast name check.
    """

    roles: tuple[tuple[str, SpeakerRole], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    dyad_id: str | None = None
    session_no: Annotated[int, Field(ge=0)] | None = None
    allow_identifiers: bool = False
    thorough_names: bool = False
    max_bytes: Limit = 50_000_000
    max_turns: Limit = 100_000
    max_session_chars: Limit = 3_000_000
    max_turn_chars: Limit = 100_000
    max_label_chars: Limit = 200
    max_json_depth: Limit = 64
    max_archive_bytes: Limit = 50_000_000
    max_archive_ratio: Limit = 100
    max_archive_entries: Limit = 2_000


def parse_roles(text: str) -> tuple[tuple[str, SpeakerRole], ...]:
    """Parse a role map; raise `UsageError` when it is not one.

    >>> parse_roles("T=therapist, 2=client")
    (('T', <SpeakerRole.THERAPIST: 'therapist'>), ('2', <SpeakerRole.CLIENT: 'client'>))
    """
    pairs = _pairs(text, what="--roles", example="T=therapist,C=client or 1=client,2=therapist")
    return tuple((label, _role(word, position=position)) for position, (label, word) in enumerate(pairs, start=1))


def parse_columns(text: str) -> tuple[tuple[str, str], ...]:
    """Parse a column map such as `speaker=who,text=words`; raise `UsageError` when it is not one."""
    pairs = _pairs(text, what="--columns", example="speaker=who,text=words")
    for position, (field, _) in enumerate(pairs, start=1):
        if field not in COLUMN_FIELDS:
            way_out = f"Known fields: {', '.join(COLUMN_FIELDS)}."
            raise UsageError("ING-201", "--columns has a field that is not known", place=f"entry {position}", way_out=way_out)
    return tuple(pairs)


def _pairs(text: str, *, what: str, example: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for position, entry in enumerate(text.split(","), start=1):
        left, equals, right = (part.strip() for part in entry.rpartition("="))
        if not (left and equals and right):
            raise UsageError("ING-200", f"{what} needs label=value pairs", place=f"entry {position}", way_out=f"Example: {example}.")
        if any(label_key(left) == label_key(known) for known, _ in pairs):
            raise UsageError("ING-202", f"{what} names the same label twice", place=f"entry {position}", way_out="Keep one of them.")
        pairs.append((left, right))
    return pairs


def _role(word: str, *, position: int) -> SpeakerRole:
    role = SpeakerRole.OTHER if word.casefold() == "other" else role_of_word(word)
    if role is None:
        way_out = "Roles are therapist, client and other."
        raise UsageError("ING-203", "--roles has a role that is not known", place=f"entry {position}", way_out=way_out)
    return role
