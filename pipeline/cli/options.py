"""Options that several verbs take, and how they become settings and read options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.core.settings import ScoreSettings
    from pipeline.ingest.options import ReadOptions

Paths = Annotated[list[Path], typer.Argument(help="Transcript files or folders.", show_default=False)]
OneFile = Annotated[Path, typer.Argument(help="One transcript file.", show_default=False)]
Roles = Annotated[
    str,
    typer.Option(
        "--roles", metavar="MAP", help="Who is who, e.g. 'SPEAKER_00=therapist,SPEAKER_01=client', or by order '1=therapist,2=client'."
    ),
]
Columns = Annotated[
    str, typer.Option("--columns", metavar="MAP", help="Columns of a table, e.g. 'text=Utterance,speaker=Type,session=ID'.")
]
Dyad = Annotated[str, typer.Option("--dyad", help="Code of the client-therapist pair, for files that do not name it.")]
AllowIdentifiers = Annotated[
    bool,
    typer.Option(
        "--allow-identifiers", help="Go on although names, numbers or addresses seem to be left in the text; the result records it."
    ),
]
Config = Annotated[Path | None, typer.Option("--config", help="Configuration file (TOML).", show_default="configs/default.toml")]
Model = Annotated[Path | None, typer.Option("--model", help="Model folder.", show_default="models/default")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the results.", show_default=False)]
NoText = Annotated[bool, typer.Option("--no-text", help="Leave every transcript word out of the results.")]
Index = Annotated[
    Path | None, typer.Option("--index", help="CSV with file,dyad,session_no for files that cannot name them.", show_default=False)
]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, max=1024, help="Sessions scored at a time.", show_default="number of cores")]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Try again what was refused or failed before.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done and write nothing.")]
Shard = Annotated[str, typer.Option("--shard", metavar="K/N", help="Score part K of N only, by the hash of the input.")]
Cluster = Annotated[
    str, typer.Option("--cluster", metavar="ADDRESS", help="Score on the workers of this Dask scheduler; transcripts leave this machine.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 instead of 3 when some were not scored.")]
Models = Annotated[
    Path | None,
    typer.Option("--models", help="Folder of the models (or set RUPTURE_MODELS).", show_default="models, or the user's data folder"),
]
Site = Annotated[
    Path | None,
    typer.Option("--site", help="Folder of what retraining keeps, without text (or set RUPTURE_SITE).", show_default="user's data folder"),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]


def read_options(*, roles: str = "", columns: str = "", dyad: str = "", allow_identifiers: bool = False) -> ReadOptions:
    """Turn command-line values into read options; raises `UsageError` for a map that cannot be read."""
    from pipeline.core.ids import safe_id
    from pipeline.ingest.options import ReadOptions, parse_columns, parse_roles

    return ReadOptions(
        roles=parse_roles(roles) if roles else (),
        columns=parse_columns(columns) if columns else (),
        dyad_id=safe_id(dyad) if dyad else None,
        allow_identifiers=allow_identifiers,
    )


def settings(config: Path | None, *, no_text: bool = False) -> ScoreSettings:
    """Load the settings of a command; raises `UsageError` when they are wrong."""
    from pipeline.core.settings import load_settings

    return load_settings(config, flags={"output": {"text": False}} if no_text else None)
