"""Time the feature stage: seconds for loading, for 7,000 words on one core, and the growth of memory over many sessions.

The sessions are dealt from a small invented vocabulary with a fixed seed: timing needs words, not meaning.

Example: `OMP_NUM_THREADS=1 python scripts/bench_features.py --sessions 1000`
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.core.records import Quality, QualityVerdict, SpeakerRole, Transcript, Turn  # noqa: E402
from pipeline.features.stage import FeatureStage  # noqa: E402

WORDS = 7000
TURNS = 800
SHORT_TURNS = 60
COMMON = """i you it the and to that a of was he she they my do not know what so but just like have we is in on for with me about when
then think really yeah okay well there said went because how feel time week work home mother never listen stop want go back point
sleep night day people help maybe no all out up get got would could told ask why"""
SNIPPETS = (
    "You're not listening to me.", "I don't know.", "How did that feel?", "Have you tried writing it down?", "Okay, whatever you think.",
    "I'd rather not go into that.", "You have to stop before it kills you.", "I'm sorry, I got that wrong.", "It's fine.", "Mm-hm.",
)  # fmt: skip


def main() -> None:
    """Read the flags and print the three figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=1000)
    flags = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    started = time.perf_counter()
    import spacy  # noqa: F401

    imported = time.perf_counter()
    stage = FeatureStage.load()
    loaded = time.perf_counter()
    print(f"importing spaCy {imported - started:.2f} s; loading the stage {loaded - imported:.2f} s")
    _print_seconds(stage)
    _print_growth(stage, sessions=flags.sessions)


def _print_seconds(stage: FeatureStage) -> None:
    rng = random.Random(7)
    session = _session(rng, turns=TURNS, words=WORDS)
    first = _seconds(stage, session)
    warm = sorted(_seconds(stage, session) for _ in range(5))
    print(f"{WORDS} words, {TURNS} turns, one core: first run {first:.2f} s, warm {warm[len(warm) // 2]:.2f} s (median of 5)")


def _print_growth(stage: FeatureStage, *, sessions: int) -> None:
    rng = random.Random(11)
    for _ in range(50):
        stage.run(_session(rng, turns=SHORT_TURNS, words=600))
    before = _megabytes()
    for _ in range(sessions):
        stage.run(_session(rng, turns=SHORT_TURNS, words=600))
    print(f"{sessions} sessions of {SHORT_TURNS} turns: memory {before:.1f} to {_megabytes():.1f} MB")


def _seconds(stage: FeatureStage, session: Transcript) -> float:
    started = time.perf_counter()
    stage.run(session)
    return time.perf_counter() - started


def _session(rng: random.Random, *, turns: int, words: int) -> Transcript:
    built = []
    for index in range(turns):
        role = SpeakerRole.CLIENT if index % 2 else SpeakerRole.THERAPIST
        length = max(1, min(80, int(rng.expovariate(turns / words))))
        novel = f"w{rng.randrange(10**6)}"
        text = rng.choice(SNIPPETS) if rng.random() < 0.15 else " ".join([*rng.choices(COMMON.split(), k=length), novel]) + rng.choice(".?")
        built.append(Turn(index=index, speaker=role.value, role=role, text=text))
    quality = Quality(
        verdict=QualityVerdict.ACCEPT, reasons=(), turns=turns, words=words, client_turns=turns // 2, therapist_turns=turns - turns // 2,
        client_word_share=0.5, median_client_words=8.0, repeated_turn_share=0.0, unintelligible_share=0.0, duration_s=None,
    )  # fmt: skip
    return Transcript(transcript_id="bench", turns=tuple(built), source_format="bench", source_sha256="", text_sha256="", quality=quality)


def _megabytes() -> float:
    pages = Path("/proc/self/statm")
    if pages.is_file():
        return int(pages.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    main()
