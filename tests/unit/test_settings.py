from __future__ import annotations

import pytest

from pipeline.core.errors import UsageError
from pipeline.core.settings import ScoreSettings, SegmentUnit, load_settings
from tests.builders import write


def test_shipped_configuration_says_what_the_defaults_say():
    assert load_settings().model_dump() == ScoreSettings().model_dump()


def test_flags_beat_environment_beats_file(tmp_path, monkeypatch):
    file = write(tmp_path / "own.toml", "[moments]\nper_session = 2\n[segment]\nunit = 'turns'\nturns = 20\n")
    monkeypatch.setenv("RUPTURE_MOMENTS__PER_SESSION", "3")
    settings = load_settings(file, flags={"segment": {"unit": "exchange"}})
    assert (settings.moments.per_session, settings.segment.unit, settings.segment.turns) == (3, SegmentUnit.EXCHANGE, 20)


def test_unknown_key_is_named_and_its_value_is_not(tmp_path):
    file = write(tmp_path / "own.toml", "[segment]\nunits = 'ZQ-CANARY'\n")
    with pytest.raises(UsageError) as caught:
        load_settings(file)
    assert "segment.units" in str(caught.value)
    assert "CANARY" not in str(caught.value)


def test_broken_toml_and_missing_file_are_usage_errors(tmp_path):
    for path in (write(tmp_path / "broken.toml", "[segment"), tmp_path / "missing.toml"):
        with pytest.raises(UsageError):
            load_settings(path)


def test_hash_changes_with_a_setting_and_only_then():
    assert load_settings().sha256() == load_settings().sha256() != load_settings(flags={"moments": {"per_session": 4}}).sha256()


def test_environment_variable_that_names_no_setting_is_refused(monkeypatch):
    monkeypatch.setenv("RUPTURE_SEGMENT__UNITS", "ZQ-CANARY")
    with pytest.raises(UsageError) as caught:
        load_settings()
    assert caught.value.code == "CFG-005"
    assert "CANARY" not in str(caught.value)


def test_environment_variable_with_a_value_that_cannot_be_read_is_refused(monkeypatch):
    monkeypatch.setenv("RUPTURE_SEGMENT", "not json")
    with pytest.raises(UsageError) as caught:
        load_settings()
    assert caught.value.code == "CFG-004"
