"""`rupture check`: read transcripts, say what was found, score nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from pipeline.cli import options
from pipeline.cli.console import Exit, one_line_errors, say, say_error, say_json

if TYPE_CHECKING:
    from pipeline.core.errors import InputError
    from pipeline.core.records import Transcript
    from pipeline.ingest.companions import InputGroup
    from pipeline.ingest.options import ReadOptions


def check(
    files: options.Paths,
    roles: options.Roles = "",
    columns: options.Columns = "",
    dyad: options.Dyad = "",
    allow_identifiers: options.AllowIdentifiers = False,
    json: options.Json = False,
) -> None:
    """Read transcripts and say what is in them: turns, roles, quality, identifiers left in the text.

    Example: rupture check session.vtt --roles 1=therapist,2=client
    """
    with one_line_errors():
        from pipeline.ingest.companions import group_inputs

        read = options.read_options(roles=roles, columns=columns, dyad=dyad, allow_identifiers=allow_identifiers)
        inputs = group_inputs(files)
        rows = [_row(group, result) for group in inputs for result in _read(group, read)]
    if json:
        say_json(rows)
    else:
        for row in rows:
            _tell(row)
        say(f"{sum(row['ok'] for row in rows)} of {len(rows)} sessions can be scored.")
    if not all(row["ok"] for row in rows if not row.get("skipped")):
        raise typer.Exit(Exit.SOME_NOT_SCORED)


def _read(group: InputGroup, read: ReadOptions) -> list[Transcript | InputError]:
    from pipeline.core.errors import InputError
    from pipeline.ingest.read import read_sessions

    try:
        return list(read_sessions(group, options=read))
    except InputError as error:
        return [error]


def _row(group: InputGroup, result: Transcript | InputError) -> dict[str, Any]:
    from pipeline.core.errors import InputError

    if isinstance(result, InputError):
        skipped = result is group.skipped
        return {"file": group.name, "ok": False, "skipped": skipped, "code": result.code, "problem": result.one_line()}
    return {
        "file": group.name,
        "ok": True,
        "transcript_id": result.transcript_id,
        "format": result.source_format,
        "quality": result.quality.model_dump(mode="json"),
        "issues": [issue.model_dump(mode="json") for issue in result.issues],
    }


def _tell(row: dict[str, Any]) -> None:
    if not row["ok"]:
        say_error(f"{row['file']}: {row['problem']}")
        return
    quality = row["quality"]
    say(
        f"{row['file']}: {row['transcript_id']} ({row['format']}), {quality['turns']} turns, {quality['client_turns']} client, "
        f"{quality['therapist_turns']} therapist, {quality['words']:,} words, {quality['verdict']}"
    )
    for reason in quality["reasons"]:
        say(f"  quality: {reason}")
    for issue in row["issues"]:
        place = f" ({issue['place']})" if issue["place"] else ""
        say(f"  {issue['severity']} {issue['code']}: {issue['message']}{place}, {issue['count']}x")
