"""Which files form one session: each alone, except TextGrids of one recording with one file a party."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.ingest import readers
from pipeline.ingest.codes import IngestCode
from pipeline.ingest.roles import role_of_word

RESULT_SUFFIX = ".rupture.json"
SUMMARY_NAME = "summary.csv"
MANIFEST_NAME = "manifest.jsonl"
RUN_NAME = "run.json"
LOCK_NAME = ".rupture.lock"
"""What scoring writes: `<id>.rupture.json` for every session; beside them a summary, the manifest, the last run and its lock."""
_BESIDE_RESULTS = frozenset((SUMMARY_NAME, MANIFEST_NAME, RUN_NAME))
_PARTY_FILE = re.compile(r"^(?P<recording>.+?)[_. -](?P<party>[A-Za-z]+?)\d{0,2}$")


@dataclass(frozen=True, slots=True)
class InputGroup:
    """Hold the files of one session, in order, or the reason why a path that was found is not read.

    `parties` has the speaker that each file holds alone; it is empty for the usual single file that holds all speakers.
    """

    paths: tuple[Path, ...]
    parties: tuple[str, ...] = ()
    skipped: InputError | None = None

    @property
    def name(self) -> str:
        """Return the file names as the user knows them, for the terminal only."""
        return " + ".join(path.name for path in self.paths)


def group_inputs(paths: Sequence[Path]) -> tuple[InputGroup, ...]:
    """Return the inputs that `paths` stand for: files as given, folders walked in sorted order.

    In a folder, files that are hidden, links, special or without the suffix of a known format become skipped groups, so that
    the caller can list them. `X_doctor.TextGrid` and `X_patient.TextGrid` in one folder become one group.
    """
    found = [group for path in paths for group in (_walk(path) if path.is_dir() else [InputGroup((path,))])]
    recordings: dict[tuple[Path, str], dict[str, Path]] = {}
    for group in found:
        recording = None if group.skipped else _recording(group.paths[0])
        if recording is not None:
            folder, name, party = recording
            recordings.setdefault((folder, name), {})[party] = group.paths[0]
    return tuple(_companions(found, [parties for parties in recordings.values() if len(parties) > 1]))


def _walk(folder: Path) -> Iterator[InputGroup]:
    suffixes = {suffix for reader in readers.registered() for suffix in reader.suffixes}
    empty = True
    for root, folders, files in os.walk(folder):
        folders.sort()
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        hidden = [name for name in folders if name.startswith(".")]
        folders[:] = [name for name in folders if name not in {*links, *hidden}]
        for name in sorted([*files, *links, *hidden]):
            empty = False
            path = Path(root) / name
            yield InputGroup((path,), skipped=_reason_to_skip(path, suffixes))
    if empty:
        yield InputGroup((folder,), skipped=IngestCode.EMPTY_FOLDER.error())


def _reason_to_skip(path: Path, suffixes: set[str]) -> InputError | None:
    if path.name.startswith("."):
        return IngestCode.SKIPPED_HIDDEN.error()
    if path.is_symlink() or not path.is_file():
        return IngestCode.SKIPPED_LINK.error()
    if path.name.endswith(RESULT_SUFFIX) or (path.name in _BESIDE_RESULTS and _holds_results(path.parent)):
        return IngestCode.SKIPPED_RESULT.error()
    return None if path.suffix.casefold() in suffixes else IngestCode.SKIPPED_FILE.error()


def _holds_results(folder: Path) -> bool:
    return (folder / LOCK_NAME).exists() or any(folder.glob(f"*{RESULT_SUFFIX}"))


def _recording(path: Path) -> tuple[Path, str, str] | None:
    """Return folder, recording and party of a TextGrid that is named after a party, else None."""
    named = _PARTY_FILE.match(path.stem) if path.suffix.casefold() == ".textgrid" else None
    if named is None or role_of_word(named["party"]) is None:
        return None
    return path.parent, named["recording"], named["party"].casefold()


def _companions(found: Sequence[InputGroup], recordings: Sequence[dict[str, Path]]) -> Iterator[InputGroup]:
    """Yield the groups with companions joined at the place of the first of them."""
    by_path = {path: parties for parties in recordings for path in parties.values()}
    joined: set[Path] = set()
    for group in found:
        parties = by_path.get(group.paths[0]) if group.skipped is None else None
        if parties is None:
            yield group
        elif group.paths[0] not in joined:
            joined.update(parties.values())
            names = sorted(parties)
            yield InputGroup(tuple(parties[name] for name in names), tuple(names))
