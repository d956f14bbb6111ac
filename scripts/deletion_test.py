"""Check that the words named as carrying a score do carry it: delete them, or as many random words of the same turn, and score again.

Every flagged client turn of the sessions given is scored three ways in its whole session: as it is, without the named words, and
without random words (mean of five draws). Printed: mean score of each, and the difference of the two losses with a 95 % interval
from resampling sessions.

Example: python scripts/deletion_test.py --sessions data/corpus/sessions.jsonl --split data/corpus/splits.json
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.annotate.scorer import Scorer
from pipeline.classifier.targets import clear_column
from pipeline.core.records import Transcript
from pipeline.core.results import RuptureKind
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import read_sessions

ROOT = Path(__file__).resolve().parent.parent
DRAWS = 5
RESAMPLES = 2000


def words_of(text: str) -> list[tuple[int, int]]:
    """Return the places of the words of a text."""
    places, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        places.append((start, at))
    return places


def losses(scorer: Scorer, transcript: Transcript, *, rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """Return for each flagged turn of a session its score, and the scores without the named and without random words."""
    features = scorer.features.run(transcript).turn_measures
    whole, _ = scorer.classifier.graph.raw(transcript.turns, features=features)
    found = []
    for turn in scorer.score_transcript(transcript).turns:
        for kind in RuptureKind:
            spans = [(part.start, part.end) for part in turn.carried_by if part.kind is kind and part.turn == turn.index]
            words = words_of(transcript.turns[turn.index].text)
            named = [place for place, (start, end) in enumerate(words) if any(start < last and end > first for first, last in spans)]
            if not named or len(named) == len(words):
                continue
            column = clear_column(kind)

            def without(places: Sequence[int], at: int = turn.index, column: int = column) -> float:
                text = " ".join(word for place, word in enumerate(transcript.turns[at].text.split()) if place not in set(places))
                turns = [*transcript.turns]
                turns[at] = turns[at].model_copy(update={"text": text, "marks": ()})
                return float(scorer.classifier.graph.raw(turns, features=features)[0][at, column])

            random = np.mean([without(rng.choice(len(words), size=len(named), replace=False)) for _ in range(DRAWS)])
            found.append((float(whole[turn.index, column]), without(named), float(random)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=Path, default=ROOT / "data" / "corpus" / "sessions.jsonl")
    parser.add_argument("--split", type=Path, help="a splits.json; only its test sessions are used")
    parser.add_argument("--model", type=Path)
    args = parser.parse_args()
    scorer, rng = Scorer.load(args.model), np.random.default_rng(7)
    only = set(json.loads(args.split.read_text(encoding="utf-8"))["test"]) if args.split else None
    sessions = [
        np.array(losses(scorer, transcript, rng=rng)).reshape(-1, 3)
        for transcript in read_sessions(args.sessions, options=ReadOptions(allow_identifiers=True))
        if isinstance(transcript, Transcript) and (only is None or transcript.transcript_id in only)
    ]
    rows = np.concatenate(sessions)
    gains = [(part[:, 2] - part[:, 1]) for part in sessions if len(part)]
    draws = [np.concatenate([gains[place] for place in rng.integers(0, len(gains), len(gains))]).mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(draws, [2.5, 97.5])
    print(f"{len(rows)} flagged scores in {len(gains)} sessions")
    print(
        f"mean score {rows[:, 0].mean():.3f}; without the named words {rows[:, 1].mean():.3f}; without random words {rows[:, 2].mean():.3f}"
    )
    print(f"the named words carry {np.concatenate(gains).mean():.3f} more ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
