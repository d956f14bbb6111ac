"""A dyad over time: where each session's measures lie among the client's own earlier ones, as dots, never as a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.batch.report.collect import Session
from pipeline.batch.report.markup import Html, element, joined
from pipeline.core.wording import Wording
from pipeline.features.compare import NEEDED, SUFFIX

_STEP, _HEIGHT, _EDGE = 14, 44, 7


def over_time(sessions: Sequence[Session], *, wording: Wording) -> Html:
    """Return one drawing a measure, or a sentence why nothing is set beside earlier sessions."""
    report = wording.report
    placed = _placed(sessions)
    if not placed:
        numbered = len({session.reference.session_no for session in sessions} - {None})
        few = report.too_few.format(sessions=wording.common.counted.sessions.of(numbered))
        return element("p", few if numbered <= NEEDED else report.not_compared, attributes={"class": "note"})
    figures = [_figure(measure_name(name, wording=wording), dots, wording=wording) for name, dots in placed.items()]
    drawn = element("div", figures, attributes={"class": "figures"})
    return joined([element("h4", report.compared), element("p", report.compared_how, attributes={"class": "note"}), drawn])


def edges(session: Session, *, wording: Wording) -> tuple[str, ...]:
    """Return what is higher or lower in this session than in every earlier one of its dyad, in sentences."""
    shares = [(name, share) for name, share, _ in _compared(session)]
    high = [measure_name(name, wording=wording) for name, share in shares if share == 1]
    low = [measure_name(name, wording=wording) for name, share in shares if share == 0]
    said = ((wording.report.edge_high, high), (wording.report.edge_low, low))
    return tuple(sentence.format(measures=", ".join(names)) for sentence, names in said if names)


def measure_name(name: str, *, wording: Wording) -> str:
    """Return a measure's name in words; one that another version added is read from its own name."""
    return wording.report.measures.get(name) or name.replace("_", " ")


def _compared(session: Session) -> tuple[tuple[str, float, str], ...]:
    """Return name, share of earlier sessions below and the same in words for each measure that was compared."""
    return tuple(
        (measure.name.removesuffix(SUFFIX), measure.value, measure.note)
        for measure in session.measures
        if measure.name.endswith(SUFFIX) and measure.value is not None
    )


def _placed(sessions: Sequence[Session]) -> dict[str, list[tuple[int, float, str]]]:
    """Return, by measure, session number, share and words of each compared session, in the order of the sessions."""
    placed: dict[str, list[tuple[int, float, str]]] = defaultdict(list)
    for session in sessions:
        number = session.reference.session_no
        for name, share, where in _compared(session) if number is not None else ():
            placed[name].append((number or 0, share, where))
    return placed


def _figure(name: str, dots: Sequence[tuple[int, float, str]], *, wording: Wording) -> Html:
    report = wording.report
    sessions = "; ".join(report.compared_one.format(n=number, where=where) for number, _, where in dots)
    drawn = element(
        "div", [_dots(dots)], attributes={"role": "img", "aria-label": report.compared_dots.format(measure=name, sessions=sessions)}
    )
    return element("figure", [drawn, element("figcaption", name)])


def _dots(dots: Sequence[tuple[int, float, str]]) -> Html:
    width = 2 * _EDGE + max(_STEP * (len(dots) - 1), 7 * _STEP)
    inner = _HEIGHT - 2 * _EDGE
    shape = "".join(
        f"M{_EDGE + place * _STEP} {_EDGE + inner * (1 - min(1.0, max(0.0, share))):.0f}h0" for place, (_, share, _) in enumerate(dots)
    )
    lines = f'<path class="grid" d="M0 {_EDGE}h{width}M0 {_HEIGHT - _EDGE}h{width}"/><path class="middle" d="M0 {_HEIGHT / 2:g}h{width}"/>'
    last = _EDGE + (len(dots) - 1) * _STEP
    numbers = f'<text x="{_EDGE}" y="{_HEIGHT + 9}">{dots[0][0]}</text>'
    if len(dots) > 1:
        numbers += f'<text x="{last}" y="{_HEIGHT + 9}">{dots[-1][0]}</text>'
    return Html(f'<svg width="{width}">{lines}<path class="dot" d="{shape}"/>{numbers}</svg>')
