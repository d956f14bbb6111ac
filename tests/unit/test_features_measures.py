"""Measures on cases that can be worked out by hand, and their behaviour where little is known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import ruptures

from pipeline.core.errors import ModelError
from pipeline.core.records import Mark, MarkKind, Transcript
from pipeline.core.results import Measure
from pipeline.features.baseline import Baseline, Prior
from pipeline.features.change import MIN_PART, best_split, shift_at
from pipeline.features.compare import against_earlier
from pipeline.features.names import FEATURE_NAMES
from pipeline.features.reading import read
from pipeline.features.stage import FeatureStage, SessionFeatures
from pipeline.features.timing import session_times
from pipeline.features.vectors import StaticVectors
from pipeline.features.words import count_words
from tests.builders import transcript

CALM_SESSION = ["T: How was your week?", "C: We went to the sea and the dog ran off.", "T: And then?", "C: He came back wet, about nine."]


@pytest.fixture(scope="module")
def stage() -> FeatureStage:
    return FeatureStage.load()


def column(features: SessionFeatures, name: str) -> list[float]:
    return [round(float(value), 4) for value in features.turn_measures[:, features.names.index(name)]]


def measure(features: SessionFeatures, name: str) -> float | None:
    return next(entry.value for entry in features.session_measures if entry.name == name)


def test_baseline_when_nothing_is_known_then_the_prior_judges() -> None:
    assert Baseline().deviation("length", 3.0, prior=Prior(mean=2.0, spread=0.5)) == pytest.approx(2.0)


def test_baseline_when_values_were_added_then_it_moves_toward_them() -> None:
    baseline = Baseline()
    for _ in range(5):
        baseline.add("length", 4.0)
    # mean (5 * 2 + 5 * 4) / 10 = 3; variance (5 * (0.25 + 1) + 5 * 1) / 10 = 1.125
    assert baseline.deviation("length", 3.0, prior=Prior(mean=2.0, spread=0.5)) == pytest.approx(0.0)
    assert baseline.deviation("length", 4.0, prior=Prior(mean=2.0, spread=0.5)) == pytest.approx(1 / 1.125**0.5)


def test_baseline_when_a_value_is_far_off_then_it_is_cut() -> None:
    assert Baseline().deviation("length", 99.0, prior=Prior(mean=0.0, spread=1.0)) == 3.0


def test_words_when_counted_then_negation_at_you_needs_a_you_nearby() -> None:
    near, far = count_words(read("you are not fair")), count_words(read("not in the least what they ever told you"))
    assert (near.negation, near.negation_at_you, near.you, near.said) == (1, 1, 1, 4)
    assert (far.negation, far.negation_at_you) == (1, 0)
    assert near.rate(near.you) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "bare"), [("Yeah.", True), ("i guess so", True), ("Grief.", False), ("", False), ("yeah yeah yeah no no", False)]
)
def test_words_when_a_turn_has_no_content_then_it_is_bare(text: str, bare: bool) -> None:
    assert count_words(read(text)).is_bare is bare


def test_times_when_turns_are_timed_then_gaps_and_overlaps_are_told_apart() -> None:
    timed = list(transcript("TCT", seconds_each=10.0).turns)
    timed[1] = timed[1].model_copy(update={"start_s": 12.5, "end_s": 21.0})
    times = session_times(timed)
    assert [entry.latency_s for entry in times] == [None, 2.5, 0.0]
    assert [entry.overlap_s for entry in times] == [None, 0.0, 1.0]
    assert times[1].pause_s is None


def test_times_when_a_pause_is_timed_then_the_next_speaker_sees_who_filled_it() -> None:
    timed = list(transcript("TC").turns)
    timed[0] = timed[0].model_copy(update={"marks": (Mark(kind=MarkKind.PAUSE, start=0, end=4, duration_s=4.0),)})
    times = session_times(timed)
    assert (times[0].pause_s, times[1].pause_s, times[1].pause_filled_by_other_s) == (4.0, 0.0, 4.0)


def test_vectors_when_texts_are_alike_then_they_lie_closer() -> None:
    vectors = StaticVectors.load()
    dog, puppy, tax = vectors.embed(["the dog barked at the cat", "a puppy and a kitten", "the invoice for value added tax"])
    assert dog is not None and puppy is not None and tax is not None
    assert dog @ puppy > dog @ tax
    assert vectors.embed(["", "嗯"]) == [None, None]


def test_vectors_when_a_file_has_changed_then_they_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="FEA-010"):
        StaticVectors.load(tmp_path)
    source = Path(__file__).parents[2] / "models" / "vectors"
    for file in source.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "weights.npy").write_bytes(b"changed")
    with pytest.raises(ModelError, match="FEA-011"):
        StaticVectors.load(tmp_path)


def test_shift_when_the_mean_jumps_then_it_is_located() -> None:
    signal = np.array([[0.1 * (at % 2)] for at in range(12)] + [[2.0 + 0.1 * (at % 2)] for at in range(10)], dtype=np.float32)
    assert shift_at(signal) == 12


@pytest.mark.parametrize("rows", [0, 1, 2 * MIN_PART - 1, 40])
def test_shift_when_nothing_changes_then_there_is_none(rows: int) -> None:
    assert shift_at(np.zeros((rows, 2), dtype=np.float32)) is None if rows else True


def test_shift_when_compared_with_ruptures_then_the_split_is_the_same() -> None:
    rng = np.random.default_rng(3)
    for rows in (12, 25, 60):
        signal = rng.normal(size=(rows, 3))
        signal[rows // 3 :] += rng.normal(size=3)
        signal -= signal.mean(axis=0)
        search = ruptures.Binseg(model="l2", min_size=MIN_PART, jump=1).fit(signal)
        split, gain = best_split(signal.astype(np.float32))
        assert split == search.predict(n_bkps=1)[0]
        assert gain == pytest.approx(search.cost.sum_of_costs([rows]) - search.cost.sum_of_costs([split, rows]), rel=1e-4)


def earlier_session(value: float | None) -> tuple[Measure, ...]:
    return (Measure(name="client_talk_share", value=value, unit="share of words"),)


def test_comparison_when_fewer_than_three_sessions_came_before_then_it_says_so() -> None:
    (only,) = against_earlier(earlier_session(0.5), [earlier_session(0.4)] * 2)
    assert only.value is None
    assert "3" in only.note


def test_comparison_when_enough_sessions_came_before_then_it_places_the_value() -> None:
    (placed,) = against_earlier(earlier_session(0.5), [earlier_session(value) for value in (0.4, 0.5, 0.6, None)])
    assert (placed.name, placed.value) == ("client_talk_share.against_earlier", 0.5)
    assert placed.note == "higher than in 1 of 3 earlier sessions"


def test_comparison_when_too_few_sessions_hold_the_measure_then_it_shows_nothing() -> None:
    (placed,) = against_earlier(earlier_session(0.5), [earlier_session(None)] * 2 + [earlier_session(0.1)])
    assert placed.value is None


def test_stage_when_run_twice_then_the_bytes_are_the_same(stage: FeatureStage) -> None:
    first, second = stage.run(transcript(CALM_SESSION)), FeatureStage.load().run(transcript(CALM_SESSION))
    assert first.turn_measures.tobytes() == second.turn_measures.tobytes()
    assert (first.hits, first.session_measures, first.names) == (second.hits, second.session_measures, FEATURE_NAMES)


def test_stage_when_a_session_is_calm_then_it_has_measures_and_no_hits(stage: FeatureStage) -> None:
    features = stage.run(transcript(CALM_SESSION))
    assert features.hits == ()
    assert measure(features, "client_talk_share") == pytest.approx(16 / 22)
    assert measure(features, "client_words_a_turn") == 8.0
    assert column(features, "time.latency_missing") == [1.0] * 4
    assert column(features, "before.open_question") == [0.0, 1.0, 0.0, 1.0]


def test_stage_when_a_complaint_is_made_then_its_column_holds_the_weight_and_the_next_turn_its_strain(stage: FeatureStage) -> None:
    features = stage.run(
        transcript(["T: So you felt sad.", "C: 😀 You're not listening to me.", "T: I got that wrong, sorry.", "C: Okay."])
    )
    assert column(features, "marker.CF-THE")[1] == 0.75
    assert column(features, "marker.RS-ACK")[2] == 0.5
    assert column(features, "before.strain") == [0.0, 0.0, 1.0, 1.0]
    assert [(hit.turn, hit.code) for hit in features.hits][:1] == [(1, "CF-THE")]


def test_stage_when_hits_are_listed_then_they_come_in_order(stage: FeatureStage) -> None:
    lines = ["T: You have to stop. Why did you not do it?", "C: You never listen. This is a waste of time. I have to go now."] * 2
    hits = stage.run(transcript(lines)).hits
    keys = [(hit.turn, hit.start, hit.end, hit.rule_id) for hit in hits]
    assert len(hits) > 3
    assert keys == sorted(keys)


@pytest.mark.parametrize("lines", [["C: Hello."], ["?: One thing.", "?: Another thing."], ["T: [pause]", "C: ..."], ["C: 😀", "C: 嗯"]])
def test_stage_when_hardly_anything_is_known_then_it_stays_flat_and_finite(stage: FeatureStage, lines: list[str]) -> None:
    features = stage.run(transcript(lines))
    assert features.turn_measures.dtype == np.float32
    assert features.turn_measures.shape == (len(lines), len(FEATURE_NAMES))
    assert np.isfinite(features.turn_measures).all()
    assert np.abs(features.turn_measures).max() <= 3
    assert all(hit.code in ("WD-MIN", "WD-SPL") for hit in features.hits)


def test_stage_when_all_roles_are_unknown_then_nothing_is_marked(stage: FeatureStage) -> None:
    features = stage.run(transcript(["?: You're not listening.", "?: I have to go now."]))
    assert features.hits == ()
    assert measure(features, "client_talk_share") is None


def test_stage_when_turns_are_added_then_earlier_measures_stay(stage: FeatureStage) -> None:
    def place_free(session: Transcript) -> np.ndarray:
        kept = [at for at, name in enumerate(FEATURE_NAMES) if name != "place.in_session"]
        return stage.run(session).turn_measures[:4][:, kept]

    longer = transcript([*CALM_SESSION, "T: And now?", "C: Now he sleeps in the hall."])
    assert np.array_equal(place_free(transcript(CALM_SESSION)), place_free(longer))


def test_stage_when_imported_then_spacy_is_not() -> None:
    code = "import sys, pipeline.features.stage; sys.exit('spacy' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_roles_when_other_people_speak_then_they_have_no_markers(stage: FeatureStage) -> None:
    features = stage.run(transcript(["T: Hello.", "O: You're not listening to me.", "C: That is my sister."]))
    assert all(hit.turn != 1 for hit in features.hits)
