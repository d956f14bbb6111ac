"""Set each result beside the same dyad's earlier sessions, once all sessions of a run are scored."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline.annotate.write import write_session
from pipeline.core.results import AnnotatedSession, Measure
from pipeline.features.compare import against_earlier, own_measures
from pipeline.ingest.companions import RESULT_SUFFIX


@dataclass(frozen=True, slots=True)
class _Result:
    path: Path
    session_no: int
    measures: tuple[Measure, ...]


def compare_with_earlier(folder: Path, *, dyads: Collection[str]) -> int:
    """Add to every result of `dyads` in `folder` where its measures lie among the dyad's own earlier sessions; return how many changed.

    Earlier means a lower session number; results of former runs in the same folder count too. What the comparison says depends on
    the results that are there and on nothing else, so doing it again changes nothing.
    """
    by_dyad: dict[str, list[_Result]] = defaultdict(list)
    for path in sorted(folder.glob(f"*{RESULT_SUFFIX}")) if dyads else ():
        dyad_id, result = _numbered_result(path)
        if result is not None and dyad_id in dyads:
            by_dyad[dyad_id].append(result)
    return sum(_compare(result, results) for results in by_dyad.values() for result in results)


def _numbered_result(path: Path) -> tuple[str, _Result | None]:
    """Read dyad, number and own measures of a result; anything that is no result of ours is left alone."""
    try:
        content = json.loads(path.read_bytes())
        reference = content["transcript"]
        measures = own_measures([Measure.model_validate(entry) for entry in content["measures"]])
        return str(reference["dyad_id"]), _Result(path, int(reference["session_no"]), measures)
    except (ValueError, KeyError, TypeError, ValidationError):
        return "", None


def _compare(result: _Result, dyad: list[_Result]) -> bool:
    earlier = [one.measures for one in sorted(dyad, key=lambda one: one.session_no) if one.session_no < result.session_no]
    session = AnnotatedSession.model_validate_json(result.path.read_bytes())
    measures = (*result.measures, *against_earlier(result.measures, earlier))
    if measures == session.measures:
        return False
    write_session(session.model_copy(update={"measures": measures}), folder=result.path.parent)
    return True
