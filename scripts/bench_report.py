"""Measure `rupture report`: time, processor time, memory and sizes for many sessions, made from the results of a folder.

Results are repeated under new codes, ten sessions a dyad, and set beside their earlier ones as scoring does.

Example: python scripts/bench_report.py results --sessions 2000
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from pipeline.annotate.write import write_session
from pipeline.batch.earlier import compare_with_earlier
from pipeline.batch.report.collect import result_files
from pipeline.core.results import AnnotatedSession
from pipeline.features.compare import own_measures

A_DYAD = 10


def repeated(source: Path, *, into: Path, sessions: int) -> int:
    """Write `sessions` results made from those of `source` and return how many bytes they hold."""
    found = [AnnotatedSession.model_validate_json(path.read_bytes()) for path in result_files(source)]
    written = 0
    for number, session in enumerate(islice(cycle(found), sessions)):
        named = {"transcript_id": f"n{number:05}", "dyad_id": f"d{number // A_DYAD:04}", "session_no": number % A_DYAD + 1}
        update = {"transcript": session.transcript.model_copy(update=named), "measures": own_measures(session.measures)}
        written += write_session(session.model_copy(update=update), folder=into).stat().st_size
    compare_with_earlier(into, dyads={f"d{number:04}" for number in range(-(-sessions // A_DYAD))})
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--keep", type=Path, help="copy of the page")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        read = repeated(args.folder, into=folder, sessions=args.sessions)
        page, table = folder / "report.html", folder / "sessions.csv"
        command = [sys.executable, "-c", "from pipeline.cli.app import main; main()", "report", name, "--csv", str(table)]
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        tables = sum(path.stat().st_size for path in folder.glob("*.csv"))
        print(f"{args.sessions:,} sessions, {read / 1e6:,.1f} MB of results")
        print(f"time {taken:.1f} s, of which processor {processor:.1f} s, peak memory {peak:.0f} MB")
        print(f"page {page.stat().st_size / 1e6:.2f} MB, tables {tables / 1e6:.2f} MB")
        if args.keep:
            args.keep.write_bytes(page.read_bytes())


if __name__ == "__main__":
    main()
