"""Measure the marker rules and the measures of the exchange against rated sessions.

For each corpus that is present: precision, recall and n for every code; how many clear and how many calm client turns carry any
withdrawal or confrontation marker; a regularised logistic regression on the measures alone against one on length alone; and
twenty random false alarms with their reason. Intervals are 95 % session bootstraps. Of real sessions no text is printed.

Example: `python scripts/evaluate_markers.py --real-dev ../shared/real-dev`
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.core.records import Quality, QualityVerdict, SpeakerRole, Transcript, Turn  # noqa: E402
from pipeline.core.results import Polarity  # noqa: E402
from pipeline.features.names import FEATURE_NAMES, MARKER_CODES, MEASURE_NAMES  # noqa: E402
from pipeline.features.stage import FeatureStage, SessionFeatures  # noqa: E402

CLEAR = 1.5
"""The mean rating of the raters from which a client turn counts as clear (a single rater: 2)."""
CLIENT_CODES = tuple(code for code in MARKER_CODES if code[:2] in ("WD", "CF"))
FALSE_ALARMS = 20
RESAMPLES = 1000
SEED = 20

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RatedTurn:
    """Hold the ratings of one turn by all raters: mean withdrawal and confrontation, and the codes any rater gave."""

    withdrawal: float
    confrontation: float
    codes: frozenset[str]

    @property
    def clear(self) -> bool:
        return max(self.withdrawal, self.confrontation) >= CLEAR

    @property
    def calm(self) -> bool:
        return self.withdrawal == 0 and self.confrontation == 0


@dataclass(frozen=True, slots=True)
class RatedSession:
    """Hold a session with what the stage found in it and what the raters said."""

    session: str
    transcript: Transcript
    features: SessionFeatures
    ratings: tuple[RatedTurn, ...]

    def client_turns(self) -> list[int]:
        return [turn.index for turn in self.transcript.turns if turn.role is SpeakerRole.CLIENT]

    def asserted(self, at: int) -> frozenset[str]:
        return frozenset(hit.code for hit in self.features.hits if hit.turn == at and hit.polarity is Polarity.ASSERTED)


def main() -> None:
    """Read the flags and print a report for each corpus that is present."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=ROOT / "data" / "corpus")
    parser.add_argument("--real-dev", type=Path, default=ROOT.parent / "shared" / "real-dev")
    parser.add_argument("--split", default="test", choices=("train", "validation", "test"))
    flags = parser.parse_args()
    stage = FeatureStage.load()
    train: list[RatedSession] = []
    if (flags.corpus / "sessions.jsonl").is_file():
        splits = json.loads((flags.corpus / "splits.json").read_text(encoding="utf-8"))
        train = list(_rated(flags.corpus, stage=stage, only=frozenset(splits["train"])))
        held = list(_rated(flags.corpus, stage=stage, only=frozenset(splits[flags.split])))
        report(f"corpus, {flags.split} split", held, train=train, show_text=True)
    if (flags.real_dev / "sessions.jsonl").is_file():
        report("real-dev (model-assisted, double-coded)", list(_rated(flags.real_dev, stage=stage)), train=train, show_text=False)


def report(title: str, sessions: Sequence[RatedSession], *, train: Sequence[RatedSession], show_text: bool) -> None:
    """Print everything that is measured for one set of sessions."""
    turns = sum(len(session.client_turns()) for session in sessions)
    print(f"\n=== {title}: {len(sessions)} sessions, {turns} client turns")
    _print_codes(sessions)
    _print_any_marker(sessions)
    if train:
        _print_measures(sessions, train=train)
    _print_false_alarms(sessions, show_text=show_text)


def _rated(folder: Path, *, stage: FeatureStage, only: frozenset[str] | None = None) -> Iterator[RatedSession]:
    raters = [_ratings(path) for path in sorted(folder.glob("ratings_*.jsonl"))]
    for line in (folder / "sessions.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if only is None or entry["session"] in only:
            transcript = _transcript(entry)
            rated = [rater[entry["session"]] for rater in raters if entry["session"] in rater]
            ratings = tuple(_merged([rater.get(turn.index, {}) for rater in rated]) for turn in transcript.turns)
            yield RatedSession(entry["session"], transcript, stage.run(transcript), ratings)


def _ratings(path: Path) -> dict[str, dict[int, dict[str, object]]]:
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {entry["session"]: {turn["turn"]: turn for turn in entry["turns"]} for entry in entries}


def _merged(ratings: Sequence[dict[str, object]]) -> RatedTurn:
    def mean(key: str) -> float:
        return float(np.mean([float(str(rating.get(key, 0))) for rating in ratings])) if ratings else 0.0

    codes = {code for rating in ratings for key in ("m", "res", "tc") for code in rating.get(key, ())}  # type: ignore[attr-defined]
    return RatedTurn(withdrawal=mean("w"), confrontation=mean("c"), codes=frozenset(codes))


def _transcript(entry: dict[str, object]) -> Transcript:
    turns = tuple(
        Turn(index=index, speaker=turn["speaker"], role=SpeakerRole(turn["speaker"]), text=turn["text"])
        for index, turn in enumerate(entry["turns"])  # type: ignore[arg-type, var-annotated]
    )
    quality = Quality(
        verdict=QualityVerdict.ACCEPT, reasons=(), turns=len(turns), words=0, client_turns=0, therapist_turns=0, client_word_share=None,
        median_client_words=None, repeated_turn_share=0.0, unintelligible_share=0.0, duration_s=None,
    )  # fmt: skip
    return Transcript(
        transcript_id=str(entry["session"]), turns=turns, source_format="jsonl", source_sha256="", text_sha256="", quality=quality
    )


def _print_codes(sessions: Sequence[RatedSession]) -> None:
    print("code      found  rated   both  precision          recall")
    for code in MARKER_CODES:
        rows = np.array([_code_counts(session, code) for session in sessions], dtype=np.float64)
        found, rated, both = rows.sum(axis=0)
        precision = _interval(rows, lambda part: _ratio(part[:, 2], part[:, 0]))
        recall = _interval(rows, lambda part: _ratio(part[:, 2], part[:, 1]))
        print(f"{code:8s} {found:6.0f} {rated:6.0f} {both:6.0f}  {precision:18s} {recall}")


def _code_counts(session: RatedSession, code: str) -> tuple[int, int, int]:
    found = {turn.index for turn in session.transcript.turns if code in session.asserted(turn.index)}
    rated = {at for at, rating in enumerate(session.ratings) if code in rating.codes}
    return len(found), len(rated), len(found & rated)


def _print_any_marker(sessions: Sequence[RatedSession]) -> None:
    for name, prefixes in (("any", ("WD-", "CF-")), ("withdrawal", ("WD-",)), ("confrontation", ("CF-",))):
        rows = np.array([_any_counts(session, prefixes) for session in sessions], dtype=np.float64)
        hit, clear, alarms, calm = rows.sum(axis=0)
        recall = _interval(rows, lambda part: _ratio(part[:, 0], part[:, 1]))
        false = _interval(rows, lambda part: _ratio(part[:, 2], part[:, 3]))
        print(f"{name} marker on clear client turns {recall} ({hit:.0f} of {clear:.0f}); on calm ones {false} ({alarms:.0f} of {calm:.0f})")


def _any_counts(session: RatedSession, prefixes: tuple[str, ...]) -> tuple[int, int, int, int]:
    hit = clear = alarms = calm = 0
    for at in session.client_turns():
        rating = session.ratings[at]
        rated = max(rating.withdrawal if "WD-" in prefixes else 0.0, rating.confrontation if "CF-" in prefixes else 0.0)
        marked = any(code.startswith(prefixes) for code in session.asserted(at))
        clear, hit = clear + (rated >= CLEAR), hit + (rated >= CLEAR and marked)
        calm, alarms = calm + rating.calm, alarms + (rating.calm and marked)
    return hit, clear, alarms, calm


def _print_measures(sessions: Sequence[RatedSession], *, train: Sequence[RatedSession]) -> None:
    columns = {
        "measures alone": [FEATURE_NAMES.index(name) for name in MEASURE_NAMES],
        "length alone": [FEATURE_NAMES.index("length.words")],
        "markers and measures": list(range(len(FEATURE_NAMES))),
    }
    for name, chosen in columns.items():
        model = _fitted(train, chosen)
        scores = [_scores(session, model, chosen) for session in sessions]
        truth = [_truth(session) for session in sessions]
        auroc, precision = (_ranked(truth, scores, metric) for metric in ("roc_auc_score", "average_precision_score"))
        print(f"{name}: AUROC {auroc}, average precision {precision}")
    print(f"share of clear turns: {np.concatenate(truth).mean():.3f}")


def _fitted(train: Sequence[RatedSession], chosen: list[int]) -> Callable[[Floats], Floats]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = np.concatenate([session.features.turn_measures[session.client_turns()][:, chosen] for session in train])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, class_weight="balanced", max_iter=2000))
    model.fit(rows, np.concatenate([_truth(session) for session in train]))
    return lambda values: np.asarray(model.predict_proba(values)[:, 1])


def _scores(session: RatedSession, model: Callable[[Floats], Floats], chosen: list[int]) -> Floats:
    return model(session.features.turn_measures[session.client_turns()][:, chosen])


def _truth(session: RatedSession) -> Floats:
    return np.array([float(session.ratings[at].clear) for at in session.client_turns()])


def _ranked(truth: Sequence[Floats], scores: Sequence[Floats], metric: str) -> str:
    from sklearn import metrics

    score = getattr(metrics, metric)
    rng = np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES // 5):
        chosen = rng.integers(0, len(truth), len(truth))
        labels = np.concatenate([truth[at] for at in chosen])
        if 0 < labels.sum() < len(labels):
            drawn.append(score(labels, np.concatenate([scores[at] for at in chosen])))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{score(np.concatenate(truth), np.concatenate(scores)):.3f} [{low:.3f}, {high:.3f}]"


def _interval(rows: Floats, value: Callable[[Floats], float]) -> str:
    rng = np.random.default_rng(SEED)
    drawn = [value(rows[rng.integers(0, len(rows), len(rows))]) for _ in range(RESAMPLES)]
    known = [entry for entry in drawn if not np.isnan(entry)]
    if not known or np.isnan(value(rows)):
        return "-"
    low, high = np.percentile(known, [2.5, 97.5])
    return f"{value(rows):.2f} [{low:.2f}, {high:.2f}]"


def _ratio(part: Floats, whole: Floats) -> float:
    return float(part.sum() / whole.sum()) if whole.sum() else float("nan")


def _print_false_alarms(sessions: Sequence[RatedSession], *, show_text: bool) -> None:
    alarms = [
        (session, hit)
        for session in sessions
        for hit in session.features.hits
        if hit.code in CLIENT_CODES and hit.polarity is Polarity.ASSERTED and session.ratings[hit.turn].calm
    ]
    counted = Counter(hit.rule_id for _, hit in alarms)
    print("false alarms by rule:", ", ".join(f"{rule} {count}" for rule, count in counted.most_common(12)))
    for session, hit in random.Random(SEED).sample(alarms, min(FALSE_ALARMS, len(alarms))):
        text = f" | {session.transcript.turns[hit.turn].text[:160]}" if show_text else ""
        print(f"  {session.session}:{hit.turn} {hit.rule_id}: {hit.reason}{text}")


if __name__ == "__main__":
    main()
