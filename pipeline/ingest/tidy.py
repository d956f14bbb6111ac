"""Raw utterances made plausible: clean words, one spelling of each label, times that can be."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.records import IngestIssue
from pipeline.ingest.clean import clean
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.labels import label_key
from pipeline.ingest.raw import RawUtterance


def tidied(utterances: Sequence[RawUtterance]) -> tuple[tuple[RawUtterance, ...], tuple[IngestIssue, ...]]:
    """Return the utterances that hold words, with clean text, labels and times, and an issue for each kind of change."""
    counts: Counter[IngestCode] = Counter()
    spellings: dict[str, str] = {}
    tidy = []
    for utterance in utterances:
        cleaned = clean(utterance.text)
        counts[IngestCode.CHARACTERS_REMOVED] += cleaned.removed
        if not any(_says_something(character) for character in cleaned.text):
            counts[IngestCode.EMPTY_DROPPED] += 1
            continue
        label = clean(utterance.speaker or "").text
        speaker = spellings.setdefault(label_key(label), label) if label else None
        start_s, end_s = _times(utterance, counts)
        tidy.append(replace(utterance, speaker=speaker, text=cleaned.text, start_s=start_s, end_s=end_s))
    return tuple(tidy), tuple(code.issue(count=count) for code, count in sorted(counts.items()) if count)


def _says_something(character: str) -> bool:
    """Tell letters, digits, the openings of marks, and pictures: a thumb up is an answer in a chat."""
    return character.isalnum() or character in "_*.…-?<[({" or unicodedata.category(character) == "So"


def _times(utterance: RawUtterance, counts: Counter[IngestCode]) -> tuple[float | None, float | None]:
    start_s, end_s = (_possible(time, counts) for time in (utterance.start_s, utterance.end_s))
    if start_s is not None and end_s is not None and end_s < start_s:
        counts[IngestCode.TIMES_REVERSED] += 1
        return start_s, None
    return start_s, end_s


def _possible(time_s: float | None, counts: Counter[IngestCode]) -> float | None:
    if time_s is None or (math.isfinite(time_s) and time_s >= 0):
        return time_s
    counts[IngestCode.BAD_TIMES] += 1
    return None
