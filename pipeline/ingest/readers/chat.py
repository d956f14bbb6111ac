r"""CHAT transcripts of TalkBank (`.cha`).

pylangacq 0.23 was tried: by default it refuses a whole file for one missing `@ID` or misaligned `%mor` tier, its words leave out
fillers, fragments, repetitions and laughs, which carry meaning here, and it needs a compiled extension. The main tiers are a
small grammar (CHAT manual, sections 7 to 10), so they are parsed here, strictly: a line that is no header, tier or continuation
is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.core.records import SpeakerRole
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.registry import Fit, RawSession, RawUtterance, reader
from pipeline.ingest.roles import role_of_word
from pipeline.ingest.source import Source

_MAIN = re.compile(r"^\*(?P<speaker>[A-Za-z0-9_-]{1,20}):\s*(?P<text>.*)$", re.DOTALL)
_BULLET = re.compile(r"\x15(?P<start>\d{1,10})_(?P<end>\d{1,10})\x15")
_SIGNATURE = re.compile(r"^(?:@UTF8|@Begin|@Languages:|@Participants:)|^\*[A-Z0-9]{2,7}:\t", re.MULTILINE)
_NOTATIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\[=! ?([^\]]{1,80})\]", r"[\1]"),
        (r"\[[<>]\d?\]", "[overlap]"),
        (r"\[(?:[/*!?%#+=:^]|-\s|\"|e\])[^\[\]]{0,200}\]", " "),
        (r"&=([\w:]+)", r"[\1]"),
        (r"&\*[A-Za-z0-9]+:([\w:-]+)", r"(\1)"),
        (r"&[-~]([\w:']+)", r"\1"),
        (r"&\+([\w:']+)", r"\1-"),
        (r"(?<!\w)(?:xxx?|yyy?|www)(?:@\w+)?(?!\w)", "[unintelligible]"),
        (r"(?<!\S)0\w*", " "),
        (r"\+\.\.[.?]", "..."),
        (r"\+//?[.?]", "--"),
        (r"\+(?:\"/?\.?|[\^,<+])", " "),
        (r"[<>]", " "),
        (r"\((\d{1,3})\.\)", r"(\1.0)"),
        (r"(?<=\w)\(([A-Za-z']+)\)|\(([A-Za-z']+)\)(?=\w)", r"\1\2"),
        (r"(?<=\w)@[\w:$]+", ""),
        (r"(?<=[^\W\d]):+(?=[^\W\d]|\s|$)|[ˈˌ^](?=\w)", ""),
        (r"(?<=\w)_(?=\w)", " "),
        (r"[„‡]", ","),
        (r"\s+", " "),
        (r" (?=[,?!]|\.(?!\.))", ""),
    )
)


def _sniff(source: Source) -> Fit:
    return Fit.SURE if _SIGNATURE.search(source.text[:4000]) else Fit.NO


@reader("chat", sniff=_sniff, suffixes=(".cha",))
def read_chat(source: Source, _options: ReadOptions) -> Iterator[RawSession]:
    """Read one session: the main tiers with the times of their media bullets, and the roles that `@Participants` states."""
    tiers = list(_tiers(source.text))
    roles = _roles([text for _, text in tiers if text.startswith(("@Participants:", "@ID:"))])
    main = [(line, _MAIN.match(text)) for line, text in tiers if text.startswith("*")]
    broken = next((line for line, found in main if found is None), None)
    if broken is not None:
        raise IngestCode.BROKEN_CHAT.error(place=f"line {broken}")
    utterances = tuple(_utterance(found, line, roles) for line, found in main if found)
    dependent = sum(text.startswith("%") for _, text in tiers)
    issues = (IngestCode.TIERS_SKIPPED.issue(count=dependent),) if dependent else ()
    yield RawSession(utterances, issues=issues)


def _tiers(text: str) -> Iterator[tuple[int, str]]:
    """Yield headers and tiers with their first line; lines that begin with a tab or a space continue the one before."""
    number, parts = 0, list[str]()
    for line, raw in enumerate(text.split("\n"), start=1):
        if raw[:1] in {"*", "@", "%"}:
            if parts:
                yield number, " ".join(parts)
            number, parts = line, [raw.strip()]
        elif raw.strip() and (not parts or raw[:1] not in {"\t", " "}):
            raise IngestCode.BROKEN_CHAT.error(place=f"line {line}", detail="neither a header nor a tier nor a continuation")
        elif raw.strip():
            parts.append(raw.strip())
    if parts:
        yield number, " ".join(parts)


def _roles(headers: list[str]) -> dict[str, SpeakerRole]:
    """Return the role of each speaker code for which `@Participants` or `@ID` states one."""
    stated: dict[str, SpeakerRole] = {}
    for header in headers:
        name, _, content = header.partition(":")
        entries = [content.split("|")] if name == "@ID" else [entry.split() for entry in content.split(",")]
        for entry in entries:
            code, word = (entry[2], entry[7]) if name == "@ID" and len(entry) > 7 else (entry[0], entry[-1]) if entry else ("", "")
            role = role_of_word(word)
            if role is not None and len(entry) > 1:
                stated[code] = role
    return stated


def _utterance(found: re.Match[str], line: int, roles: dict[str, SpeakerRole]) -> RawUtterance:
    bullets = list(_BULLET.finditer(found["text"]))
    words = _BULLET.sub(" ", found["text"])
    for pattern, replacement in _NOTATIONS:
        words = pattern.sub(replacement, words)
    return RawUtterance(
        speaker=found["speaker"],
        text=words.strip(),
        start_s=int(bullets[0]["start"]) / 1000 if bullets else None,
        end_s=int(bullets[-1]["end"]) / 1000 if bullets else None,
        line=line,
        declared_role=roles.get(found["speaker"]),
    )
