"""ELAN annotation files (`.eaf`): time-aligned annotations, one tier a participant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.ingest.codes import IngestCode
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import Fit, RawSession, RawUtterance, reader
from pipeline.ingest.source import Source
from pipeline.ingest.xml_guard import feed, guarded_parser


def _sniff(source: Source) -> Fit:
    return Fit.SURE if "<ANNOTATION_DOCUMENT" in source.text[:4000] else Fit.NO


@reader("elan", sniff=_sniff, suffixes=(".eaf",))
def read_elan(source: Source, _options: ReadOptions) -> Iterator[RawSession]:
    """Read one session: alignable annotations of all tiers in order of time.

    The participant of a tier is its speaker, else the tier's name. Tiers of reference annotations (translations, codes) hang
    on other tiers and are left out with a count. Expat is used directly because it knows the line of each annotation.
    """
    document = _Document()
    parser = guarded_parser()
    parser.StartElementHandler = lambda name, attributes: document.open(name, attributes, line=parser.CurrentLineNumber)
    parser.EndElementHandler = document.close
    parser.CharacterDataHandler = document.words
    feed(parser, source.content)
    utterances = sorted(document.utterances, key=lambda one: (one.start_s is None, one.start_s or 0.0))
    issues = [IngestCode.TIERS_SKIPPED.issue(count=document.reference_tiers)] if document.reference_tiers else []
    yield RawSession(tuple(utterances), issues=tuple(issues))


@dataclass(slots=True)
class _Document:
    """Collect annotations while the parser walks through the file."""

    slots_s: dict[str, float] = field(default_factory=dict)
    utterances: list[RawUtterance] = field(default_factory=list)
    reference_tiers: int = 0
    speaker: str | None = None
    times: tuple[float | None, float | None] | None = None
    value: list[str] | None = None
    line: int = 0

    def open(self, name: str, attributes: dict[str, str], *, line: int) -> None:
        match name:
            case "TIME_SLOT":
                milliseconds = attributes.get("TIME_VALUE", "")
                if milliseconds.isdecimal() and len(milliseconds) < 12:
                    self.slots_s[attributes.get("TIME_SLOT_ID", "")] = int(milliseconds) / 1000
            case "TIER":
                self.speaker = attributes.get("PARTICIPANT") or attributes.get("TIER_ID") or None
                self.reference_tiers += "PARENT_REF" in attributes
            case "ALIGNABLE_ANNOTATION":
                slots = (attributes.get(key, "") for key in ("TIME_SLOT_REF1", "TIME_SLOT_REF2"))
                start_s, end_s = (self.slots_s.get(slot) for slot in slots)
                self.times, self.line = (start_s, end_s), line
            case "ANNOTATION_VALUE" if self.times is not None:
                self.value = []

    def words(self, text: str) -> None:
        if self.value is not None:
            self.value.append(text)

    def close(self, name: str) -> None:
        if name == "ANNOTATION_VALUE" and self.value is not None and self.times is not None:
            text = " ".join("".join(self.value).split())
            self.utterances.append(RawUtterance(self.speaker, text, *self.times, self.line))
            self.value = self.times = None
