"""Word lists and spellings of `configs/lexicons/`, read once and checked strictly."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from pipeline.core.errors import UsageError
from pipeline.core.paths import configs_dir
from pipeline.core.records import Record

_Model = TypeVar("_Model", bound=Record)


class _Words(Record):
    words: tuple[str, ...]


class _SpellingFile(Record):
    expand: dict[str, str]
    fillers: _Words
    stutters: _Words
    cues: dict[str, tuple[str, ...]]


class _WordLists(Record):
    lists: dict[str, tuple[str, ...]]


class ScopeLists(Record):
    """Hold the phrases that put what follows into a scope, by the name of the scope."""

    lists: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Spelling:
    """Hold the reading of variant spellings: expansions, fillers that are dropped, words read once, and sound cues."""

    expand: dict[str, tuple[str, ...]]
    fillers: frozenset[str]
    stutters: frozenset[str]
    cue_of: dict[str, str]


@lru_cache(maxsize=1)
def spelling() -> Spelling:
    """Read `configs/lexicons/spelling.toml` once."""
    table = load_toml(configs_dir() / "lexicons" / "spelling.toml", _SpellingFile)
    return Spelling(
        expand={key: tuple(value.split()) for key, value in table.expand.items()},
        fillers=frozenset(table.fillers.words),
        stutters=frozenset(table.stutters.words),
        cue_of={sign: cue for cue, signs in table.cues.items() for sign in signs},
    )


@lru_cache(maxsize=1)
def word_lists() -> dict[str, tuple[str, ...]]:
    """Read the named word lists of `configs/lexicons/words.toml` once; rules name them as `<feeling>`."""
    return load_toml(configs_dir() / "lexicons" / "words.toml", _WordLists).lists


@lru_cache(maxsize=64)
def words_of(name: str) -> frozenset[str]:
    """Return the single words of one list; raises `KeyError` for a list that does not exist."""
    return frozenset(entry for entry in word_lists()[name] if " " not in entry)


def load_toml(path: Path, model: type[_Model]) -> _Model:
    """Read one TOML file into `model`; raises `UsageError` that names the file and the key, never a value."""
    try:
        with path.open("rb") as handle:
            content: dict[str, Any] = tomllib.load(handle)
        return model.model_validate(content)
    except FileNotFoundError:
        raise UsageError("FEA-001", "a file of rules or words is missing", place=path.name) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError("FEA-002", f"not valid TOML: {error}", place=path.name) from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError("FEA-003", f"{first['msg']} at {where}", place=path.name) from None
