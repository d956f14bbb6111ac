"""After a dyad is forgotten no byte of the project's folders holds a word of it, and models that learnt from it stay here."""

from __future__ import annotations

import pytest

from pipeline.core.canonical import TEMP_PREFIX
from pipeline.core.errors import InputError
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import read_sessions
from pipeline.review.forget_everywhere import forget_everywhere
from pipeline.review.rating_files import write_full
from tests.review_builders import NOW, folder_with, scored
from tests.site_builders import rate

CANARY = "ZQ-CANARY-7f3a"


def write_session_file(path, dyad, word):
    lines = "".join(f'{{"role": "therapist", "text": "How was it?"}}, {{"role": "client", "text": "{word} {n}."}}, ' for n in range(4))
    path.write_text(f'{{"session_id": "{path.stem}", "dyad_id": "{dyad}", "turns": [{lines.rstrip(", ")}]}}', encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path):
    sessions = tmp_path / "sessions"
    sessions.mkdir()
    gone = scored(["T: How was it?", f"C: I told them {CANARY} again."] * 4, transcript_id="s1", dyad_id="d1")
    kept = scored(["T: Hello.", "C: A marmalade day."] * 4, transcript_id="s2", dyad_id="d2")
    results = folder_with(tmp_path / "results", gone, kept)
    write_session_file(sessions / "a.json", "d1", CANARY)
    write_session_file(sessions / "b.json", "d2", "marmalade")
    (results / f"{TEMP_PREFIX}x.json.999999999").write_text(CANARY, encoding="utf-8")
    (read,) = read_sessions(sessions / "a.json", options=ReadOptions(allow_identifiers=True))
    assert read.dyad_id == "d1"
    write_full(sessions / "ratings.jsonl", [*rate(read, [1]), *rate(_transcript_of(kept), [])])
    return tmp_path


def _transcript_of(session):
    from pipeline.review.material import _transcript

    return _transcript(session)


def holding(folder, word):
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.name.encode() + path.read_bytes())


def test_forgetting_leaves_no_canary_in_any_folder_and_keeps_the_others(project):
    assert len(holding(project, CANARY)) == 3
    erased = forget_everywhere([project / "sessions", project / "results"], "d1", now=NOW)
    assert holding(project, CANARY) == []
    assert holding(project, "marmalade") == ["b.json", "s2.rupture.json"]
    assert erased.mixed == 0
    assert erased.rating_lines == 4
    assert len((project / "sessions" / "ratings.jsonl").read_text(encoding="utf-8").splitlines()) == 4


def test_forgetting_a_dyad_that_is_not_there_is_refused(project):
    with pytest.raises(InputError, match="REV-032"):
        forget_everywhere([project / "sessions"], "d9", now=NOW)


def test_file_with_sessions_of_others_is_left_and_counted(project):
    lines = [(project / "sessions" / name).read_text(encoding="utf-8") for name in ("a.json", "b.json")]
    (project / "sessions" / "both.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    erased = forget_everywhere([project / "sessions", project / "results"], "d1", now=NOW)
    assert erased.mixed == 1
