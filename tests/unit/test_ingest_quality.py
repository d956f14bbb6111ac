"""The quality block: what looks like a session, what needs a look, what nobody could score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.core.records import Mark, MarkKind, QualityVerdict, Turn
from pipeline.ingest.quality import assess
from tests.builders import turns
from tests.fixtures.ingest.reading import codes, read_one

SESSION = [f"{'TC'[place % 2]}: So that was the {place} time that I had to go there." for place in range(20)]


def verdict(script: Sequence[str]) -> tuple[QualityVerdict, tuple[str, ...]]:
    quality = assess(turns(script))
    return quality.verdict, quality.reasons


def test_quality_when_it_is_a_session_then_it_is_accepted_with_counts() -> None:
    quality = assess(turns(SESSION, seconds_each=3))
    assert (quality.verdict, quality.reasons) == (QualityVerdict.ACCEPT, ())
    assert (quality.turns, quality.client_turns, quality.therapist_turns, quality.duration_s) == (20, 10, 10, 60.0)
    assert quality.client_word_share == 0.5
    assert quality.median_client_words == 12.0


@pytest.mark.parametrize(
    ("script", "expected", "reason"),
    [
        (SESSION[:3], QualityVerdict.REJECT, "fewer than 2 client turns"),
        (SESSION[:6], QualityVerdict.REVIEW, "fewer than 4 client turns"),
        (["T: zxq vrt plk " * 5, "C: brr knn wsp " * 5] * 5, QualityVerdict.REJECT, "hardly any common English words"),
        ([line.replace("T:", "?:") for line in SESSION], QualityVerdict.REVIEW, "no turn is known to be the therapist's"),
        (
            ["T: go", "C: " + "and then I went on and on about it " * 20] * 5,
            QualityVerdict.REVIEW,
            "one speaker has more than 95 % of the words",
        ),
        (
            ["T: Is it the same as it was the last time then?", "C: It is the same as it was the last time."] * 6,
            QualityVerdict.REVIEW,
            "more than a fifth",
        ),
        (["C: So I went there and it was shut."] * 1 + SESSION[1::2] + ["T: And then?"], QualityVerdict.REVIEW, "hardly alternate"),
    ],
)
def test_quality_when_something_is_off_then_the_reason_says_what(script: list[str], expected: QualityVerdict, reason: str) -> None:
    found, reasons = verdict(script)
    assert found is expected
    assert any(reason in given for given in reasons)


def test_quality_when_most_turns_are_unintelligible_then_it_is_rejected() -> None:
    text = "[unintelligible]"
    mark = Mark(kind=MarkKind.UNINTELLIGIBLE, start=0, end=len(text))
    muffled: list[Turn] = [turn.model_copy(update={"text": text, "marks": (mark,)}) for turn in turns(SESSION)]
    assert assess(muffled).verdict is QualityVerdict.REJECT
    assert assess(muffled).words == 0


def test_quality_when_it_lasts_ten_hours_then_it_needs_a_look() -> None:
    assert assess(turns(SESSION, seconds_each=1800)).reasons == ("longer than three hours",)


def test_rejected_file_when_read_then_it_is_still_returned_and_said(tmp_path: Path) -> None:
    transcript = read_one(tmp_path, "T: Well?\nC: Well.")
    assert transcript.quality.verdict is QualityVerdict.REJECT
    assert codes(transcript)["ING-124"] == 1
