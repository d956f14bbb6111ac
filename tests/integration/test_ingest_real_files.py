"""Real files in the shapes of `shared/`, where a checkout has them: counts against an independent count in plain Python."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import pytest

from pipeline.core.errors import InputError
from pipeline.core.records import SpeakerRole, Transcript
from pipeline.ingest.companions import group_inputs
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import read_sessions

SHARED = Path(__file__).resolve().parents[3] / "shared"
FORMATS, DEV = SHARED / "real-formats", SHARED / "real-dev" / "sessions.jsonl"
pytestmark = pytest.mark.skipif(not (FORMATS.is_dir() and DEV.is_file()), reason="the shared real files are not here")
ALLOWED = ReadOptions(allow_identifiers=True)

Counts = list[tuple[int, int]]
"""Turns and speakers of each session."""


def counted(path: Path) -> Counts:
    results = list(read_sessions(path, options=ALLOWED))
    return [(len(one.turns), len({turn.speaker for turn in one.turns})) for one in results if isinstance(one, Transcript)]


def runs(speakers: Iterable[str]) -> tuple[int, int]:
    """Count turns, runs of one speaker, and speakers."""
    named = [speaker for speaker, _ in groupby(speakers)]
    return len(named), len(set(named))


def rows(path: Path) -> Sequence[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_annomi_when_read_then_turns_and_speakers_match_a_plain_count() -> None:
    table = rows(FORMATS / "annomi.csv")
    ids = list(dict.fromkeys(row["transcript_id"] for row in table))
    expected = [runs(row["interlocutor"] for row in table if row["transcript_id"] == one) for one in ids]
    assert counted(FORMATS / "annomi.csv") == expected
    read = [one for one in read_sessions(FORMATS / "annomi.csv", options=ALLOWED) if isinstance(one, Transcript)]
    assert [one.transcript_id for one in read] == ids


def test_hope_when_read_then_turns_and_speakers_match_a_plain_count() -> None:
    paths = sorted(FORMATS.glob("hope_*.csv"))
    assert paths
    for path in paths:
        assert counted(path) == [runs(row["Type"] for row in rows(path) if row["Utterance"].strip())]


def test_aci_bench_when_read_then_turns_and_speakers_match_a_plain_count() -> None:
    cells = [row["dialogue"] for row in rows(FORMATS / "aci_bench.csv")]
    assert counted(FORMATS / "aci_bench.csv") == [runs(re.findall(r"^\[(doctor|patient)\]", cell, re.MULTILINE)) for cell in cells]


def test_esconv_and_mibot_when_read_then_turns_and_speakers_match_a_plain_count() -> None:
    chats = json.loads((FORMATS / "esconv.json").read_text(encoding="utf-8"))
    assert counted(FORMATS / "esconv.json") == [runs(one["speaker"] for one in chat["dialog"] if one["content"].strip()) for chat in chats]
    for path in sorted(FORMATS.glob("mibot_*.json")):
        assert counted(path) == [runs(one["speaker"] for one in json.loads(path.read_text(encoding="utf-8"))["utterances"])]


def test_textgrids_when_companions_are_merged_then_turns_match_a_plain_count() -> None:
    groups = [group for group in group_inputs([FORMATS]) if len(group.paths) == 2]
    assert len(groups) == len(list(FORMATS.glob("*.TextGrid"))) // 2
    for group in groups:
        intervals = []
        for path in group.paths:
            found = re.findall(r'xmin = (\S+)\s+xmax = \S+\s+text = "((?:[^"]|"")*)"', path.read_text(encoding="utf-8"))
            intervals += [(float(start), path.name) for start, text in found if text.strip()]
        (transcript,) = read_sessions(group, options=ALLOWED)
        assert isinstance(transcript, Transcript)
        assert len(transcript.turns) == runs(party for _, party in sorted(intervals))[0]


def test_development_set_when_read_then_turns_roles_and_ids_match_a_plain_count() -> None:
    sessions = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    read = list(read_sessions(DEV, options=ALLOWED))
    assert [one.transcript_id for one in read if isinstance(one, Transcript)] == [session["session"] for session in sessions]
    for session, one in zip(sessions, read, strict=True):
        assert isinstance(one, Transcript)
        assert [turn.role.value for turn in one.turns] == [turn["speaker"] for turn in session["turns"]]


def test_every_real_file_when_read_by_default_then_each_session_is_read_or_refused_for_identifiers() -> None:
    for group in group_inputs([FORMATS, DEV]):
        if group.skipped is not None:
            assert group.paths[0].suffix == ".md"
            continue
        for result in read_sessions(group, options=ReadOptions()):
            if isinstance(result, InputError):
                assert result.code == "ING-046"
            else:
                assert any(turn.role is SpeakerRole.CLIENT for turn in result.turns)
