"""Set each result beside the same dyad's earlier sessions, once all sessions of a run are scored."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.annotate.write import session_bytes
from pipeline.batch.ledger import Row, Status
from pipeline.batch.standing import is_intact
from pipeline.core.results import AnnotatedSession, Measure
from pipeline.features.compare import against_earlier, own_measures


@dataclass(frozen=True, slots=True)
class _Result:
    row: Row
    measures: tuple[Measure, ...]


def compared(
    given: Sequence[Row], others: Sequence[Row], *, folder: Path, stopped: Callable[[], bool] = lambda: False
) -> Iterator[tuple[Row, bytes]]:
    """Yield the new bytes of every result that must say anew where its measures lie among its dyad's earlier sessions.

    `given` are the results of the inputs of a run; `others` further results of the folder, which take part unless a given one has
    their dyad and session number. Earlier means a lower session number. Only dyads with a result that was scored and not compared
    yet are looked at. What is said depends on the results that are there and on nothing else, so doing it again yields nothing.
    """
    pending = {_dyad(row) for row in given if row.status is Status.SCORED and _number(row) is not None} - {""}
    replaced = {(_dyad(row), _number(row)) for row in given}
    by_dyad: dict[str, list[Row]] = defaultdict(list)
    for row in (*given, *(one for one in others if (_dyad(one), _number(one)) not in replaced)):
        if _dyad(row) in pending and _number(row) is not None:
            by_dyad[_dyad(row)].append(row)
    for _, rows in sorted(by_dyad.items()):
        intact = [row for row in sorted(rows, key=lambda row: row.output) if is_intact(row, folder=folder)]
        results = [_read(row, folder=folder) for row in intact]
        for result in results:
            if stopped():
                return
            content = _beside(result, results, folder=folder)
            if content is not None:
                yield result.row, content


def _dyad(row: Row) -> str:
    return str(row.summary.get("dyad_id", ""))


def _number(row: Row) -> int | None:
    number = row.summary.get("session_no", "")
    return number if isinstance(number, int) else None


def _read(row: Row, *, folder: Path) -> _Result:
    content = json.loads((folder / row.output).read_bytes())
    return _Result(row, own_measures([Measure.model_validate(entry) for entry in content["measures"]]))


def _beside(result: _Result, dyad: Sequence[_Result], *, folder: Path) -> bytes | None:
    """Return the result with its comparison, None where it says that already and its row knows."""
    number = _number(result.row) or 0
    earlier = [one.measures for one in sorted(dyad, key=lambda one: _number(one.row) or 0) if (_number(one.row) or 0) < number]
    session = AnnotatedSession.model_validate_json((folder / result.row.output).read_bytes())
    measures = (*result.measures, *against_earlier(result.measures, earlier))
    if measures == session.measures and result.row.status is Status.CURRENT:
        return None
    return session_bytes(session.model_copy(update={"measures": measures}))
