"""How each input of a plan stands: what the manifest and the disk show to be done, and what is left to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch.ledger import Ledger, Row, Status
from pipeline.batch.plan import Plan, PlannedInput
from pipeline.core.canonical import sha256_bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold how one input stands.

    `sessions` is how many sessions it holds, None while that is not known. `rows` has the manifest's row of every session that needs
    no work: its result is current, or it was refused or failed before under the same key.
    """

    planned: PlannedInput
    sessions: int | None
    rows: dict[int, Row]

    @property
    def due(self) -> tuple[int, ...]:
        """Return the places of the sessions that are left to do."""
        return tuple(position for position in range(1, (self.sessions or 0) + 1) if position not in self.rows)

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to do for this input."""
        return self.sessions is not None and not self.due


def stand(plan: Plan, ledger: Ledger, *, retry_failed: bool, stopped: Callable[[], bool] = lambda: False) -> dict[int, Standing]:
    """Return how every readable input stands, by its number; ends early once `stopped()`.

    A result counts only where the manifest has it under the input's key, its bytes hash to what was recorded, and it names that key
    itself. With `retry_failed`, what was refused or failed counts as not done.
    """
    standings: dict[int, Standing] = {}
    for planned in plan.inputs:
        if stopped():
            break
        if planned.error is None:
            standings[planned.ref.number] = _standing(planned, ledger, retry_failed=retry_failed)
    return standings


def _standing(planned: PlannedInput, ledger: Ledger, *, retry_failed: bool) -> Standing:
    known = [row for row in ledger.of_input(planned.ref.source_sha256) if row.key == planned.key(row.session)]
    sessions = next((row.sessions for row in known if row.session), None)
    rows = {row.session: row for row in known if _holds(row, folder=ledger.folder, retry_failed=retry_failed)}
    if sessions is None and 0 in rows:
        return Standing(planned, 0, rows)
    rows.pop(0, None)  # the input could not be opened once, and could another time
    return Standing(planned, sessions, rows)


def _holds(row: Row, *, folder: Path, retry_failed: bool) -> bool:
    if row.has_result:
        return is_intact(row, folder=folder)
    return row.status in (Status.REFUSED, Status.FAILED) and not retry_failed


def is_intact(row: Row, *, folder: Path) -> bool:
    """Tell whether the result of a row lies in the folder as it was recorded."""
    try:
        content = (folder / row.output).read_bytes()
    except OSError:
        return False
    return sha256_bytes(content) == row.output_sha256 and f'"key": "{row.key}"'.encode() in content
