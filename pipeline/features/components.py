"""The spaCy component `rupture_markers`: marker hits as spans of a Doc, in anybody's pipeline.

One Doc is one turn. Who speaks and what came before is set on the Doc:

    doc = nlp.make_doc("You're not listening to me.")
    doc._.rupture_turn = {"role": "client", "earlier": [["therapist", "So you felt sad."]]}
    doc = nlp(doc)
    doc.spans["ruptures"]         # asserted markers: label_ is the code, id_ the rule
    doc._.rupture_hits            # all of them, with polarity and reason, as plain dictionaries

Every rule is written for one party. A bare text has no known speaker, so nothing fires unless the component is told whose turns
it gets: `nlp.add_pipe("rupture_markers", config={"role": "client"})`. Rules that ask what came before stay silent without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import SimpleFrozenList

from pipeline.core.canonical import canonical_json, write_atomic
from pipeline.core.records import Record, SpeakerRole
from pipeline.core.results import MarkerHit, Polarity
from pipeline.features.engine import Line, MarkerEngine
from pipeline.features.rules import Act, Rule, load_acts, load_rules
from pipeline.features.vectors import StaticVectors

SPANS_KEY = "ruptures"
RULES_FILE = "rules.json"

if not Doc.has_extension("rupture_turn"):
    Doc.set_extension("rupture_turn", default=None)
    Doc.set_extension("rupture_hits", default=None)


class TurnContext(Record):
    """Say whose turn a Doc is, and what came before it, oldest first, as pairs of role and text."""

    role: SpeakerRole = SpeakerRole.UNKNOWN
    earlier: tuple[tuple[SpeakerRole, str], ...] = ()


class _Stored(Record):
    rules: tuple[Rule, ...] = Field(min_length=1)
    acts: tuple[Act, ...]


@Language.factory(  # type: ignore[untyped-decorator]  # spaCy does not type its registries
    "rupture_markers",
    assigns=["doc.spans", "doc._.rupture_hits"],
    default_config={"spans_key": SPANS_KEY, "role": None, "polarities": ["asserted"], "vectors": True},
)
def make_rupture_markers(  # noqa: PLR0917  # spaCy calls it by name
    nlp: Language, name: str, spans_key: str, role: str | None, polarities: list[str], vectors: bool
) -> RuptureMarkers:
    """Make the component with the shipped rules; `vectors = false` leaves out the rules that compare turns in meaning."""
    embed = StaticVectors.load().embed if vectors else None

    def make_engine(rules: tuple[Rule, ...], acts: tuple[Act, ...]) -> MarkerEngine:
        return MarkerEngine(nlp.vocab, rules=rules, acts=acts, embed=embed)

    return RuptureMarkers(
        make_engine,
        stored=_Stored(rules=load_rules(), acts=load_acts()),
        spans_key=spans_key,
        role=SpeakerRole(role) if role else SpeakerRole.UNKNOWN,
        polarities=frozenset(Polarity(polarity) for polarity in polarities),
    )


class RuptureMarkers:
    """Find markers in one turn and write them to `doc.spans` and `doc._.rupture_hits`."""

    def __init__(
        self,
        make_engine: Callable[[tuple[Rule, ...], tuple[Act, ...]], MarkerEngine],
        *,
        stored: _Stored,
        spans_key: str,
        role: SpeakerRole,
        polarities: frozenset[Polarity],
    ) -> None:
        self._make_engine = make_engine
        self._stored = stored
        self._engine = make_engine(stored.rules, stored.acts)
        self._spans_key = spans_key
        self._role = role
        self._polarities = polarities

    def __call__(self, doc: Doc) -> Doc:
        """Mark one turn; raises `ValidationError` where `doc._.rupture_turn` has another shape than `TurnContext`."""
        hits = self._hits(doc)
        doc._.rupture_hits = [hit.model_dump(mode="json") for hit in hits]
        doc.spans[self._spans_key] = [_span(doc, hit) for hit in hits if hit.polarity in self._polarities and hit.end > hit.start]
        return doc

    def to_disk(self, path: Path | str, exclude: Iterable[str] = SimpleFrozenList()) -> None:
        """Write rules and acts beside the pipeline, so that it gives the same hits after the shipped rules have changed."""
        write_atomic(Path(path) / RULES_FILE, self.to_bytes())

    def from_disk(self, path: Path | str, exclude: Iterable[str] = SimpleFrozenList()) -> RuptureMarkers:
        """Read what `to_disk` wrote."""
        return self.from_bytes((Path(path) / RULES_FILE).read_bytes())

    def to_bytes(self, exclude: Iterable[str] = SimpleFrozenList()) -> bytes:
        """Return rules and acts as canonical JSON."""
        return canonical_json(self._stored)

    def from_bytes(self, content: bytes, exclude: Iterable[str] = SimpleFrozenList()) -> RuptureMarkers:
        """Take rules and acts from what `to_bytes` returned."""
        self._stored = _Stored.model_validate_json(content)
        self._engine = self._make_engine(self._stored.rules, self._stored.acts)
        return self

    def _hits(self, doc: Doc) -> tuple[MarkerHit, ...]:
        context = TurnContext.model_validate(_plain(doc._.rupture_turn) or {"role": self._role})
        lines = [Line(role=role, text=text) for role, text in context.earlier]
        views = self._engine.views([*lines, Line(role=context.role, text=doc.text)])
        return self._engine.run(views)[-1]


def _plain(turn: Any) -> Any:
    return turn.model_dump() if isinstance(turn, TurnContext) else turn


def _span(doc: Doc, hit: MarkerHit) -> Span:
    """Return the span of a hit, widened to whole tokens of this Doc's tokenizer."""
    span = doc.char_span(hit.start, hit.end, label=hit.code, span_id=hit.rule_id, alignment_mode="expand")
    if span is None:
        raise ValueError("a marker lies outside its turn")
    return span
