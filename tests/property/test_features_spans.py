"""Whatever is written, hits and measures keep their shape."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.features.reading import read
from pipeline.features.stage import FeatureStage
from tests.builders import transcript

FRAGMENTS = st.sampled_from(
    [
        "you never listen",
        "idk",
        "whatever",
        "😀",
        "I have to go",
        "[laughs]",
        "not",
        "he said",
        '"',
        "?",
        ".",
        "uh-uh",
        "👩‍👩‍👧",
        "stop asking",
        "ur",
        "'s",
        "-",
    ]
)
TEXTS = st.one_of(st.text(min_size=1, max_size=60), st.lists(FRAGMENTS, min_size=1, max_size=8).map(" ".join)).filter(
    lambda text: text.strip() != ""
)
ROLES = st.sampled_from("TC?O")


@pytest.fixture(scope="module")
def stage() -> FeatureStage:
    return FeatureStage.load()


@given(text=TEXTS)
def test_reading_when_given_any_text_then_places_lie_inside_and_in_order(text: str) -> None:
    reading = read(text)
    assert all(0 <= start < end <= len(text) for start, end in zip(reading.starts, reading.ends, strict=True))
    assert list(reading.starts) == sorted(reading.starts)
    assert all(0 <= start < end <= len(text) for _, start, end in reading.cues)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.tuples(ROLES, TEXTS), min_size=1, max_size=7))
def test_stage_when_given_any_session_then_spans_and_measures_are_in_range(stage: FeatureStage, lines: list[tuple[str, str]]) -> None:
    session = transcript([f"{role}: {text}" for role, text in lines])
    features = stage.run(session)
    assert np.isfinite(features.turn_measures).all()
    assert np.abs(features.turn_measures).max() <= 3
    for hit in features.hits:
        assert 0 <= hit.start <= hit.end <= len(session.turns[hit.turn].text)
