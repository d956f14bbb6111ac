from __future__ import annotations

import pytest

from pipeline.annotate.keys import Recipe
from pipeline.batch.index import read_index
from pipeline.batch.plan import Shard, contents_of, make_plan, parse_shard
from pipeline.core.errors import InputError, UsageError
from pipeline.ingest.companions import group_inputs
from pipeline.ingest.options import ReadOptions
from tests.batches import folder_of

RECIPE = Recipe(model_sha256="m", config_sha256="c", rules_sha256="r", schema_version="1", pipeline_version="1")


def plan(*paths, **more):
    return make_plan(group_inputs(list(paths)), options=more.pop("options", ReadOptions()), recipe=more.pop("recipe", RECIPE), **more)


def test_inputs_are_in_order_of_path_and_each_counts_once(tmp_path):
    folder_of(tmp_path, {"b.txt": "b", "a.txt": "a", "c/d.txt": "d"})
    made = plan(tmp_path / "c", tmp_path / "b.txt", tmp_path, tmp_path / "b.txt")
    assert [one.group.name for one in made.inputs] == ["a.txt", "b.txt", "d.txt"]
    assert [one.ref.number for one in made.inputs] == [1, 2, 3]


def test_hidden_file_that_is_named_itself_is_planned(tmp_path):
    folder_of(tmp_path, {".hidden.txt": "a", "b.txt": "b"})
    made = plan(tmp_path, tmp_path / ".hidden.txt")
    assert ([one.group.name for one in made.inputs], made.skipped) == ([".hidden.txt", "b.txt"], ())


def test_copies_of_one_file_have_keys_of_their_own(tmp_path):
    folder_of(tmp_path, {"a.txt": "same", "b.txt": "same"})
    first, second = plan(tmp_path).inputs
    assert (first.ref.key, first.copy_no, second.copy_no) == (second.ref.key, 0, 1)
    assert first.key(1) != second.key(1)


@pytest.mark.parametrize(
    "change",
    [
        {"options": ReadOptions(roles=(("T", "therapist"),))},
        {"options": ReadOptions(dyad_id="d")},
        {"options": ReadOptions(session_no=1)},
        {"recipe": RECIPE.model_copy(update={"model_sha256": "x"})},
        {"recipe": RECIPE.model_copy(update={"config_sha256": "x"})},
        {"recipe": RECIPE.model_copy(update={"rules_sha256": "x"})},
        {"recipe": RECIPE.model_copy(update={"schema_version": "x"})},
        {"recipe": RECIPE.model_copy(update={"pipeline_version": "x"})},
    ],
)
def test_key_changes_with_everything_that_changes_a_result(change, tmp_path):
    path = folder_of(tmp_path, {"a.txt": "a"}) / "a.txt"
    assert plan(path).inputs[0].key(1) != plan(path, **change).inputs[0].key(1)


def test_key_changes_with_the_suffix_that_helps_to_choose_a_reader(tmp_path):
    folder_of(tmp_path, {"a.txt": "same", "a.vtt": "same"})
    first, second = plan(tmp_path).inputs
    assert first.ref.key != second.ref.key


def test_missing_file_has_a_reason_and_no_hash(tmp_path):
    (planned,) = plan(tmp_path / "gone.txt").inputs
    assert (planned.error.code, planned.ref.source_sha256) == ("ING-001", "")


def test_file_that_is_not_what_was_hashed_is_refused(tmp_path):
    path = folder_of(tmp_path, {"a.txt": "one"}) / "a.txt"
    (planned,) = plan(path).inputs
    assert contents_of(planned) == [b"one"]
    path.write_text("two", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        contents_of(planned)
    assert caught.value.code == "BAT-005"


def test_shards_part_the_inputs_by_hash_alone(tmp_path):
    folder_of(tmp_path, {f"{number}.txt": str(number) for number in range(40)})
    parts = [{one.ref.source_sha256 for one in plan(tmp_path, shard=Shard(part, 3)).inputs if one.due_here} for part in (1, 2, 3)]
    assert [len(parts[0] | parts[1] | parts[2]), sum(map(len, parts))] == [40, 40]
    folder_of(tmp_path / "more", {"x.txt": "x"})
    assert {one.ref.source_sha256 for one in plan(tmp_path, shard=Shard(1, 3)).inputs if one.due_here} >= parts[0]


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/2", "1/2/3"])
def test_shard_that_is_no_part_is_a_usage_error(text):
    with pytest.raises(UsageError):
        parse_shard(text)


def index_of(folder, text):
    return read_index(folder_of(folder, {"sessions.csv": text}) / "sessions.csv")


def test_index_gives_dyad_and_number_to_its_files_and_beats_the_option(tmp_path):
    folder_of(tmp_path, {"in/a.txt": "a", "in/b.txt": "b"})
    index = index_of(tmp_path, "file,dyad,session_no\nin/a.txt,pair 7,3\n")
    first, second = plan(tmp_path / "in", index=index, options=ReadOptions(dyad_id="other")).inputs
    assert (first.ref.options.dyad_id.startswith("pair_7-"), first.ref.options.session_no) == (True, 3)
    assert (second.ref.options.dyad_id, second.ref.options.session_no) == ("other", None)
    assert index.unused(group_inputs([tmp_path / "in" / "b.txt"])) == 1


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("file,dyad,session_no\ngone.txt,d,1\n", "IDX-003", "line 2"),
        ("file,dyad,session_no\n,d,1\n", "IDX-003", "line 2"),
        ("file,dyad,session_no\na.txt,d,1\n./a.txt,d,2\n", "IDX-004", "line 3"),
        ("file,dyad\na.txt,d\n", "IDX-002", "line 1"),
        ("file,dyad,session_no\na.txt,d\n", "IDX-002", "line 2"),
        ("file,dyad,session_no\na.txt,d,1,x\n", "IDX-002", "line 2"),
        ("file,dyad,session_no\na.txt,d,one\n", "IDX-006", "line 2"),
        ("file,dyad,session_no\na.txt,d,-1\n", "IDX-006", "line 2"),
        ("file,dyad,session_no\na.txt,?!,1\n", "IDX-006", "line 2"),
        ('file,dyad,session_no\n"a.txt,d,1\n', "IDX-001", "line 2"),
    ],
)
def test_index_that_is_wrong_is_a_usage_error_with_its_line(text, code, place, tmp_path):
    folder_of(tmp_path, {"a.txt": "a"})
    with pytest.raises(UsageError) as caught:
        index_of(tmp_path, text)
    assert (caught.value.code, caught.value.place) == (code, place)


def test_index_that_names_two_files_of_one_session_is_a_usage_error(tmp_path):
    folder_of(tmp_path, {"x_doctor.TextGrid": "a", "x_patient.TextGrid": "b"})
    index = index_of(tmp_path, "file,dyad,session_no\nx_doctor.TextGrid,d,1\nx_patient.TextGrid,d,2\n")
    with pytest.raises(UsageError) as caught:
        plan(tmp_path / "x_doctor.TextGrid", tmp_path / "x_patient.TextGrid", index=index)
    assert caught.value.code == "IDX-005"
