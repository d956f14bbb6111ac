"""Which column or key holds what: the names that corpora and exports use for session, speaker, role, text and times."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from pipeline.ingest.options import ReadOptions

NAMES: Mapping[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "session": "session session_id transcript_id conversation_id dialogue_id dialog_id encounter_id interview_id conv_id call_id",
        "speaker": "speaker interlocutor speaker_name speaker_id speaker_label who author from sender participant party role name type",
        "role": "role speaker_role",
        "text": "utterance_text utterance text content transcript transcription message sentence speech words body",
        "dialogue": "dialogue dialog conversation transcript",
        "start": "start start_s start_time starttime start_seconds start_ms begin begin_time timestamp time onset",
        "end": "end end_s end_time endtime end_seconds end_ms finish stop",
        "dyad": "dyad dyad_id pair_id case_id participant_id client_id patient_id",
        "session_no": "session_no session_number session_nr visit",
        "row": "id",
    }.items()
}
"""Field to names, the likeliest first; a name may serve two fields, such as `transcript` for text or a whole dialogue."""


@lru_cache(maxsize=256)
def name_key(name: str) -> str:
    """Return the form in which two column names are the same.

    >>> name_key(" Start Time")
    'start_time'
    """
    return re.sub(r"[\s\-.]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())).casefold()


def find_columns(header: Sequence[str], options: ReadOptions) -> dict[str, int]:
    """Return the position of each field that `header` or the caller's map names."""
    keys = [name_key(cell) for cell in header]
    found: dict[str, int] = {}
    for field, names in NAMES.items():
        position = next((keys.index(name) for name in names if name in keys), None)
        if position is not None and position not in found.values():
            found[field] = position
    for field, column in options.columns:
        if name_key(column) in keys:
            found = {known: place for known, place in found.items() if place != keys.index(name_key(column))}
            found[field] = keys.index(name_key(column))
    return found
