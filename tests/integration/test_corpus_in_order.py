"""The committed corpus: its form, its floors, its splits, and how far its style gives it away."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pipeline.training.corpus.figures import STYLE_CEILING, figures, shortfalls, style_gap
from pipeline.training.corpus.splits import SHARES, read_frozen
from pipeline.training.corpus.store import SESSIONS, read_corpus

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "data" / "corpus"
REAL = ROOT.parent / "shared" / "real-dev"


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(CORPUS)


def test_committed_corpus_is_in_order():
    command = [sys.executable, "scripts/corpus.py", "check"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stdout


def test_committed_corpus_reaches_its_floors(corpus):
    assert shortfalls(figures(corpus)) == []
    assert len(set(corpus.second) & set(corpus.sessions)) >= 120


def test_every_session_has_its_place_in_one_split_and_every_profile_lies_in_each(corpus):
    splits = read_frozen(CORPUS)
    assert sorted(session for ids in splits.values() for session in ids) == sorted(corpus.sessions)
    for name, ids in splits.items():
        counts = Counter(corpus.plan[session]["profile"] for session in ids)
        whole = Counter(corpus.plan[session]["profile"] for session in corpus.sessions)
        assert all(abs(counts[profile] / total - SHARES[name]) < 0.12 for profile, total in whole.items())


@pytest.mark.skipif(not (REAL / SESSIONS).is_file(), reason="the real development set is not here")
def test_style_alone_does_not_tell_the_corpus_from_real_sessions_beyond_the_ceiling(corpus):
    assert style_gap(corpus, read_corpus(REAL)) < STYLE_CEILING
