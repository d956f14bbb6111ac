"""Configuration: typed, filled from TOML, closed to unknown keys; flags beat environment beats file beats default."""

from __future__ import annotations

import os
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError, TomlConfigSettingsSource

from pipeline.core.canonical import canonical_json, sha256_bytes
from pipeline.core.errors import UsageError
from pipeline.core.paths import MODELS_VARIABLE, SITE_VARIABLE, configs_dir
from pipeline.core.records import Record


class SegmentUnit(StrEnum):
    """Choose how a session is cut into scored segments."""

    EXCHANGE = "exchange"
    TURNS = "turns"
    MINUTES = "minutes"


class SegmentSettings(Record):
    """Cut sessions into segments.

    `exchange`: a client turn with the therapist turn before it. `turns`: `turns` consecutive turns. `minutes`: `minutes` by the
    file's own times (the 3RS rates five); a session without times falls back to `exchange`, with a warning.
    """

    unit: SegmentUnit = SegmentUnit.EXCHANGE
    turns: Annotated[int, Field(ge=2, le=200)] = 10
    minutes: Annotated[float, Field(gt=0, le=60)] = 5.0


class MomentSettings(Record):
    """Group segments into moments and bound how many are offered.

    `calm_turns`: client turns without a flag that may lie inside one moment (the manual's episode rule: three). `per_session`
    and `per_hour`: the review budget; the second applies where the file has times. `repair_window`: turns after a moment
    that are searched for the therapist's repair moves.
    """

    calm_turns: Annotated[int, Field(ge=0, le=20)] = 3
    per_session: Annotated[int, Field(ge=1, le=100)] = 5
    per_hour: Annotated[float, Field(gt=0, le=100)] = 6.0
    repair_window: Annotated[int, Field(ge=0, le=50)] = 6


class PolicySettings(Record):
    """Shift the decision thresholds that the model's manifest carries.

    `present_shift` and `unsure_shift` are added to the manifest's thresholds (calibrated likelihoods); positive values flag less.
    """

    present_shift: Annotated[float, Field(ge=-1, le=1)] = 0.0
    unsure_shift: Annotated[float, Field(ge=-1, le=1)] = 0.0


class OutputSettings(Record):
    """Choose what a result file holds; `text = false` leaves out every transcript word."""

    text: bool = True


class BatchSettings(Record):
    """Bound what one session may cost in `rupture score`; no bound changes a result, so none is part of its key.

    `time_limit_s`: seconds that reading and scoring one session may take. `memory_limit_mb`: megabytes that it may take on top of
    what a worker with its loaded model holds; kept on Linux only. `start_limit_s`: seconds that a worker may take to start and
    load the model. `retries`: how often a session is tried again after a crash or a broken limit, which may be chance; what cannot
    be read is not.
    """

    time_limit_s: Annotated[float, Field(gt=0, le=86_400)] = 120.0
    memory_limit_mb: Annotated[int, Field(ge=64, le=1_000_000)] = 1_000
    start_limit_s: Annotated[float, Field(gt=0, le=86_400)] = 120.0
    retries: Annotated[int, Field(ge=0, le=10)] = 1


class ScoreSettings(BaseSettings):
    """Hold everything that changes a scored result, apart from the model and the input, and the bounds of a run in `batch`."""

    model_config = SettingsConfigDict(
        env_prefix="RUPTURE_", env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    segment: SegmentSettings = SegmentSettings()
    moments: MomentSettings = MomentSettings()
    policy: PolicySettings = PolicySettings()
    output: OutputSettings = OutputSettings()
    batch: BatchSettings = BatchSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: flags, environment, file."""
        file = cls.model_config.get("toml_file")
        sources = (init_settings, env_settings)
        return (*sources, TomlConfigSettingsSource(settings_cls, Path(str(file)))) if file else sources

    def sha256(self) -> str:
        """Return the hash of the settings that change a result; it is part of the key of every result."""
        return sha256_bytes(canonical_json(self.model_dump(mode="json", exclude={"batch"})))


def load_settings(path: Path | None = None, *, flags: dict[str, Any] | None = None) -> ScoreSettings:
    """Fill the settings from `path` (the shipped `configs/default.toml` when None), the environment and `flags`.

    Raises `UsageError` with the key that is wrong, never its value.
    """
    _refuse_unknown_variables()
    file = path or configs_dir() / "default.toml"
    if not file.is_file():
        raise UsageError("CFG-001", "the configuration file was not found", way_out="Check the path given to --config.")
    bound = type("ScoreSettings", (ScoreSettings,), {"model_config": {**ScoreSettings.model_config, "toml_file": str(file)}})
    try:
        settings: ScoreSettings = bound(**(flags or {}))
    except ValidationError as error:
        places = ", ".join(sorted({".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)}))
        raise UsageError("CFG-002", "the configuration has a wrong key or value", place=places) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise UsageError("CFG-003", "the configuration file is not valid TOML") from None
    except SettingsError:
        raise UsageError("CFG-004", "an environment variable RUPTURE_... has a value that cannot be read") from None
    return settings


def _refuse_unknown_variables() -> None:
    """Refuse a `RUPTURE_` variable that sets nothing: pydantic-settings passes over such a misspelling in silence."""
    sections = ScoreSettings.model_fields
    known = {MODELS_VARIABLE, SITE_VARIABLE, *(f"RUPTURE_{name}" for name in sections)}
    known |= {f"RUPTURE_{name}__{key}" for name, field in sections.items() for key in type(field.default).model_fields}
    unknown = {name.upper() for name in os.environ if name.upper().startswith("RUPTURE_")} - {name.upper() for name in known}
    if unknown:
        raise UsageError("CFG-005", "an environment variable names no setting", place=", ".join(sorted(unknown)))
