"""Turns as token ids: a role token, then the words, with every placeholder as one neutral token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from pipeline.core.records import ANON_TOKEN, SpeakerRole

# Slots that BERT vocabularies keep free; using them leaves the embedding matrix as it is.
ROLE_TOKENS = {
    SpeakerRole.CLIENT: "[unused1]",
    SpeakerRole.THERAPIST: "[unused2]",
    SpeakerRole.OTHER: "[unused3]",
    SpeakerRole.UNKNOWN: "[unused3]",
}
ANON_SLOT = "[unused4]"
_ANON = re.compile(re.escape(ANON_TOKEN))


@dataclass(frozen=True, slots=True)
class TurnTokens:
    """Hold one turn as ids, `ids[0]` being its role token; `cut` counts the tokens that did not fit."""

    ids: tuple[int, ...]
    cut: int
    offsets: tuple[tuple[int, int], ...]


class TurnTokenizer:
    """Turn text into ids with a `tokenizers` file; words of the text can never become special tokens."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True
        self._roles = {role: self._slot(token) for role, token in ROLE_TOKENS.items()}
        self._anon = self._slot(ANON_SLOT)
        self.cls_id = self._slot("[CLS]")
        self.sep_id = self._slot("[SEP]")

    @classmethod
    def from_file(cls, path: Path) -> TurnTokenizer:
        """Read a `tokenizer.json`."""
        return cls(Tokenizer.from_file(str(path)))

    def encode(self, text: str, *, role: SpeakerRole, max_tokens: int) -> TurnTokens:
        """Encode one turn; over `max_tokens` the middle is cut, since openings and endings carry most moves."""
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        place = 0
        for gap in (*_ANON.finditer(text), None):
            end = gap.start() if gap else len(text)
            piece = self._tokenizer.encode(text[place:end], add_special_tokens=False)
            ids.extend(piece.ids)
            offsets.extend((place + first, place + last) for first, last in piece.offsets)
            if gap:
                ids.append(self._anon)
                offsets.append(gap.span())
                place = gap.end()
        cut = max(0, len(ids) + 1 - max_tokens)
        if cut:
            head = (max_tokens - 1) // 2
            tail = max_tokens - 1 - head
            ids, offsets = ids[:head] + ids[-tail:], offsets[:head] + offsets[-tail:]
        return TurnTokens((self._roles[role], *ids), cut, ((0, 0), *offsets))

    def plain_ids(self, text: str, *, max_tokens: int = 128) -> list[int]:
        """Return `text` as the base model was trained to read it: between its frame tokens, without role or placeholder slots."""
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids[: max_tokens - 2]
        return [self.cls_id, *ids, self.sep_id]

    def _slot(self, token: str) -> int:
        token_id = self._tokenizer.token_to_id(token)
        if token_id is None:
            raise ValueError("the tokenizer lacks a token that packing needs")
        return int(token_id)
