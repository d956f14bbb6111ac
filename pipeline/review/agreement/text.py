"""The figures of agreement as a table for a reliability section, in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.core.wording import wording
from pipeline.core.wording_review import AgreeWording
from pipeline.review.agreement.bootstrap import Estimate
from pipeline.review.agreement.report import KINDS, Agreement, Figures, Group

LEVEL = "95"
_GAP = "  "


def agreement_table(found: Agreement) -> str:
    """Return all groups of raters one under the other, then what was left out and why."""
    words = wording().agree
    lines = [line for group in found.groups for line in (*_group(group, words), "")]
    if not found.groups:
        lines = [words.no_group]
    lines += [getattr(words.left_out, reason).format(n=f"{n:,}") for reason, n in found.left_out.items()]
    return "\n".join([*lines, words.note] if found.groups else lines)


def _group(group: Group, words: AgreeWording) -> Iterator[str]:
    counted = wording().common.counted
    yield words.heading.format(raters=", ".join(group.raters), condition=getattr(words.conditions, group.condition.value))
    yield words.units.format(
        units=counted.client_turns.of(group.units),
        sessions=counted.sessions.of(group.sessions),
        level=LEVEL,
        resampled=_resampled(group, words),
    )
    kinds = [str(getattr(words, kind)) for kind in KINDS]
    yield ""
    yield from _table(words.scale, kinds, [group.kinds[kind] for kind in KINDS], words)
    yield ""
    yield from _table(words.clear, kinds, [group.clear[kind] for kind in KINDS], words)
    used = {code: figures for code, figures in group.codes.items() if figures["given"].value}
    if used:
        yield ""
        yield from _by_code(used, group, words)
    if unused := [code for code in group.codes if code not in used]:
        yield words.unused_codes.format(codes=", ".join(unused))


def _resampled(group: Group, words: AgreeWording) -> str:
    sessions = group.resampled - group.dyads
    if group.dyads and sessions:
        return words.resampled_mixed.format(dyads=group.dyads, sessions=sessions)
    return words.resampled_dyads.format(n=group.dyads) if group.dyads else words.resampled_sessions.format(n=sessions)


def _table(title: str, columns: list[str], figures: list[Figures], words: AgreeWording) -> Iterator[str]:
    """Yield a table with one row a coefficient and one column a kind."""
    rows = [[title, *columns]]
    rows += [[str(getattr(words.rows, key)), *(_figure(one[key], words) for one in figures)] for key in figures[0]]
    yield from _aligned(rows)


def _by_code(codes: Mapping[str, Figures], group: Group, words: AgreeWording) -> Iterator[str]:
    """Yield a table with one row a code and one column a coefficient."""
    keys = list(next(iter(codes.values())))
    rows = [[words.codes, words.n, *(str(getattr(words.rows, key)) for key in keys)]]
    for code, figures in codes.items():
        rows.append([code, f"{group.units_of(code):,}", *(_figure(figures[key], words) for key in keys)])
    yield from _aligned(rows)


def _figure(estimate: Estimate, words: AgreeWording) -> str:
    if estimate.value is None:
        return words.not_enough
    if estimate.low is None or estimate.high is None:
        return words.no_interval.format(value=_two_places(estimate.value))
    return words.figure.format(value=_two_places(estimate.value), low=_two_places(estimate.low), high=_two_places(estimate.high))


def _two_places(value: float) -> str:
    """Return two places; what is not 1 does not read as 1."""
    return ">0.99" if 0.995 <= value < 1 else f"{value:.2f}"


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
