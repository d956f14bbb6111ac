"""Tell in which scope a marker stands: the speaker's own claim now, denied, only imagined, or somebody's reported words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.paths import configs_dir
from pipeline.core.results import Polarity
from pipeline.features.lexicons import ScopeLists, load_toml
from pipeline.features.matching import PhraseFinder, Range
from pipeline.features.reading import Reading
from pipeline.features.rules import Scope

if TYPE_CHECKING:
    from spacy.vocab import Vocab

_REACH = {Scope.REPORTED: 9, Scope.HYPOTHETICAL: 6, Scope.NEGATED: 3}
_POLARITY = {Scope.REPORTED: Polarity.REPORTED, Scope.HYPOTHETICAL: Polarity.HYPOTHETICAL, Scope.NEGATED: Polarity.NEGATED}
_BARRIERS = {
    Scope.REPORTED: frozenset(("but",)),
    Scope.HYPOTHETICAL: frozenset(("but", "because", "so", "and")),
    Scope.NEGATED: frozenset(("but", "because", "so", "and")),
}
_TRANSPARENT = "transparent"
_QUOTES = str.maketrans({"“": '"', "”": '"'})


class ScopeFinder:
    """Find the scope of marker ranges by the words before them in the same sentence."""

    def __init__(self, vocab: Vocab) -> None:
        lists = load_toml(configs_dir() / "lexicons" / "scope.toml", ScopeLists).lists
        self._finder = PhraseFinder.of_phrases(vocab, lists)

    def polarity(self, reading: Reading, found: Range, *, scopes: tuple[Scope, ...], text: str) -> Polarity:
        """Return the polarity of the words in `found`; only the kinds in `scopes` are looked for.

        Negation and imagination reach over a few words and end at `but`, `because`, `so` and `and`; reports reach further, and
        words inside quotation marks are reported too.
        """
        if not scopes:
            return Polarity.ASSERTED
        if Scope.REPORTED in scopes and _is_quoted(text, reading.starts[found[0]]):
            return Polarity.REPORTED
        cues = self._finder.find(reading)
        opens = reading.sentence_start(found[0])
        for scope in (Scope.REPORTED, Scope.HYPOTHETICAL, Scope.NEGATED):
            if scope in scopes and self._reaches(scope, cues, reading=reading, opens=opens, at=found[0]):
                return _POLARITY[scope]
        return Polarity.ASSERTED

    def _reaches(self, scope: Scope, cues: dict[str, list[Range]], *, reading: Reading, opens: int, at: int) -> bool:
        clear = cues.get(_TRANSPARENT, ())
        for start, end in cues.get(scope.value, ()):
            if start < opens or end > at or at - end > _REACH[scope]:
                continue
            if any(begin <= start and end <= finish for begin, finish in clear):
                continue
            if _BARRIERS[scope].isdisjoint(reading.words[end:at]):
                return True
        return False


def _is_quoted(text: str, start: int) -> bool:
    """Say whether an odd number of double quotation marks stands before `start`, and a closing one after it."""
    plain = text.translate(_QUOTES)
    return plain.count('"', 0, start) % 2 == 1 and '"' in plain[start:]
