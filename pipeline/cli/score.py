"""`rupture score`: transcripts in, annotated JSON out."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pipeline.cli import options
from pipeline.cli.console import Exit, one_line_errors, say_error, say_json

if TYPE_CHECKING:
    from pipeline.batch.request import BatchRequest
    from pipeline.core.settings import ScoreSettings
    from pipeline.ingest.options import ReadOptions


def score(
    paths: options.Paths,
    out: options.Out,
    config: options.Config = None,
    model: options.Model = None,
    roles: options.Roles = "",
    columns: options.Columns = "",
    dyad: options.Dyad = "",
    index: options.Index = None,
    no_text: options.NoText = False,
    allow_identifiers: options.AllowIdentifiers = False,
    jobs: options.Jobs = None,
    retry_failed: options.RetryFailed = False,
    dry_run: options.DryRun = False,
    shard: options.Shard = "",
    cluster: options.Cluster = "",
    strict: options.Strict = False,
    json: options.Json = False,
) -> None:
    """Score transcripts and write one annotated JSON a session; what is scored already is left alone.

    A session that cannot be scored stops no other. A run that was stopped or killed goes on with the same command.

    Example: rupture score data/examples --out results
    """
    with one_line_errors():
        request = _request(
            paths,
            out=out,
            settings=options.settings(config, no_text=no_text),
            read=options.read_options(roles=roles, columns=columns, dyad=dyad, allow_identifiers=allow_identifiers),
            model=model,
            index=index,
            jobs=jobs,
            shard=shard,
            cluster=cluster,
            retry_failed=retry_failed,
        )
        code = _say_dry(request, as_json=json) if dry_run else _run(request, as_json=json, strict=strict)
    if code is not Exit.DONE:
        raise typer.Exit(code)


def _request(
    paths: list[Path],
    *,
    out: Path,
    settings: ScoreSettings,
    read: ReadOptions,
    model: Path | None,
    index: Path | None,
    jobs: int | None,
    shard: str,
    cluster: str,
    retry_failed: bool,
) -> BatchRequest:
    from pipeline.batch.index import read_index
    from pipeline.batch.plan import WHOLE, parse_shard
    from pipeline.batch.request import BatchRequest, cores, new_run_id
    from pipeline.core.paths import default_model_dir
    from pipeline.ingest.companions import group_inputs

    return BatchRequest(
        groups=group_inputs(paths),
        out=out,
        settings=settings,
        options=read,
        run_id=new_run_id(datetime.now(UTC)),
        model=model or default_model_dir(),
        index=read_index(index) if index else None,
        shard=parse_shard(shard) if shard else WHOLE,
        jobs=jobs or cores(),
        cluster=cluster,
        retry_failed=retry_failed,
    )


def _say_dry(request: BatchRequest, *, as_json: bool) -> Exit:
    from dataclasses import asdict

    from pipeline.batch.run import plan_batch
    from pipeline.cli.score_report import tell_dry

    report = plan_batch(request)
    if as_json:
        say_json(asdict(report))
    else:
        tell_dry(report, out=request.out)
    return Exit.DONE


def _run(request: BatchRequest, *, as_json: bool, strict: bool) -> Exit:
    from pipeline.batch.limits import no_core_dump
    from pipeline.batch.run import score_batch
    from pipeline.cli import score_report
    from pipeline.cli.progress import progress
    from pipeline.cli.stopping import stop_wish

    no_core_dump()
    with stop_wish() as wish:
        if request.cluster:
            _let_through(request.cluster)
        with progress(hidden=as_json) as on_step:
            report = score_batch(request, on_step=on_step, stopped=wish)
    if as_json:
        say_json(score_report.as_json(report, out=request.out))
    else:
        score_report.tell(report, out=request.out)
    if report.stopped:
        return Exit.INTERRUPTED if wish.signal == signal.SIGINT else Exit.TERMINATED
    if report.not_scored:
        return Exit.UNEXPECTED if strict else Exit.SOME_NOT_SCORED
    return Exit.DONE


def _let_through(address: str) -> None:
    """Open the offline guard for the scheduler alone, and say so."""
    from pipeline.batch.cluster import host_and_port
    from pipeline.core.errors import UsageError
    from pipeline.core.offline import let_through

    host, port = host_and_port(address)
    try:
        let_through(host, port)
    except OSError:
        raise UsageError("CLU-002", "the host of the cluster is not known", way_out="Check --cluster.") from None
    say_error(f"Transcripts leave this machine: they go to {address} and to the workers behind it. Nothing else is let through.")
