"""Set a session beside the same dyad's earlier ones: where each measure lies among the client's own earlier values."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.core.results import Measure

NEEDED = 3
SUFFIX = ".against_earlier"
NOT_COMPARED = frozenset(("shift_at_turn",))


def against_earlier(current: Sequence[Measure], earlier: Sequence[tuple[Measure, ...]]) -> tuple[Measure, ...]:
    """Return, for each measure, the share of this dyad's earlier sessions that lay below it (ties count half).

    0 means lower than in every earlier session, 1 higher than in every one. With fewer than three earlier sessions that hold a
    value nothing is compared: one measure without a value says so.
    """
    if len(earlier) < NEEDED:
        note = f"needs {NEEDED} earlier sessions of this dyad; there are {len(earlier)}"
        return (Measure(name=SUFFIX.removeprefix("."), value=None, unit="", note=note),)
    history = [{measure.name: measure.value for measure in session} for session in earlier]
    return tuple(_placed(measure, history) for measure in current if measure.name not in NOT_COMPARED)


def own_measures(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Return the measures of the session itself, without any comparison that an earlier run added."""
    return tuple(measure for measure in measures if not f".{measure.name}".endswith(SUFFIX))


def _placed(measure: Measure, history: Sequence[dict[str, float | None]]) -> Measure:
    known = sorted(value for session in history if (value := session.get(measure.name)) is not None)
    name, unit = f"{measure.name}{SUFFIX}", "share of earlier sessions below"
    if measure.value is None or len(known) < NEEDED:
        note = "no value in this session" if measure.value is None else f"only {len(known)} earlier sessions hold this measure"
        return Measure(name=name, value=None, unit=unit, note=note)
    below = sum(value < measure.value for value in known)
    ties = sum(value == measure.value for value in known)
    share = round((below + ties / 2) / len(known), 4)
    return Measure(name=name, value=share, unit=unit, note=_in_words(below, ties=ties, total=len(known)))


def _in_words(below: int, *, ties: int, total: int) -> str:
    if below == total:
        return f"higher than in all {total} earlier sessions"
    if below + ties == 0:
        return f"lower than in all {total} earlier sessions"
    return f"higher than in {below} of {total} earlier sessions"
