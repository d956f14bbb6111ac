"""The ids under which results lie: equal session ids of different inputs become distinct, in the order of the plan, once and for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from pipeline.batch.ledger import Ledger
from pipeline.batch.plan import Plan, PlannedInput
from pipeline.batch.standing import Standing

Place = tuple[int, int]
"""The number of an input in its run, and the place of a session in it."""


def give_names(plan: Plan, *, own_ids: Mapping[int, Sequence[str]], standings: Mapping[int, Standing], ledger: Ledger) -> dict[Place, str]:
    """Return an id for every session of the inputs in `own_ids`, which has the ids that each input itself gives its sessions.

    What the manifest named stays named: sessions that are done, and those whose result is to be made anew. Any other takes its own
    id, or where an input of this plan has that already, its own id with a part of the hash of its input; the first in the plan
    chooses first.
    """
    given = {(number, row.session): row.display_id for number, one in standings.items() for row in one.rows.values() if row.session}
    taken = {name.casefold() for name in given.values()}
    places = [place for place in _places(own_ids) if place not in given]
    named = {row.identity: row.transcript_id for row in ledger.results() if (ledger.folder / row.output).exists()}
    for number, position in places:
        planned, own = plan[number], own_ids[number][position - 1]
        name = named.get((planned.ref.source_sha256, planned.copy_no, position))
        if name is not None and _comes_from(own, planned, name) and name.casefold() not in taken:
            given[number, position] = name
            taken.add(name.casefold())
    for number, position in places:
        if (number, position) not in given:
            own = own_ids[number][position - 1]
            name = given[number, position] = next(one for one in _candidates(own, plan[number]) if one.casefold() not in taken)
            taken.add(name.casefold())
    return given


def _places(own_ids: Mapping[int, Sequence[str]]) -> Iterator[Place]:
    for number in sorted(own_ids):
        yield from ((number, position) for position in range(1, len(own_ids[number]) + 1))


def _comes_from(own: str, planned: PlannedInput, name: str) -> bool:
    """Tell whether a session could be given this name now: its own id may have changed with the options."""
    return name == own or name.startswith(_told_apart(own, planned))


def _candidates(own: str, planned: PlannedInput) -> Iterator[str]:
    """Yield what a session may be called, best first; without end."""
    yield own
    yield _told_apart(own, planned)
    for number in count(2):
        yield f"{_told_apart(own, planned)}-{number}"


def _told_apart(own: str, planned: PlannedInput) -> str:
    return f"{own}-{planned.ref.source_sha256[:8]}"
