"""`rupture inspect`: one session in the terminal, with its markers, reasons and scores as a strip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.cli import options
from pipeline.cli.console import count, one_line_errors, out, say, say_json

if TYPE_CHECKING:
    from rich.text import Text

    from pipeline.core.results import AnnotatedSession, MarkerHit, Moment, ScoredTurn

_LEVELS = " ▁▂▃▄▅▆▇█"


def inspect(
    file: options.OneFile,
    config: options.Config = None,
    model: options.Model = None,
    roles: options.Roles = "",
    columns: options.Columns = "",
    allow_identifiers: options.AllowIdentifiers = False,
    json: options.Json = False,
) -> None:
    """Show one session: its turns, the markers with their reasons, and the scores as a strip. Writes nothing.

    Example: rupture inspect data/examples/second_session.txt
    """
    with one_line_errors():
        from pipeline.annotate.scorer import Scorer
        from pipeline.core.settings import load_settings

        read = options.read_options(roles=roles, columns=columns, allow_identifiers=allow_identifiers)
        session = Scorer.load(model, settings=load_settings(config)).score_file(file, options=read)
    if json:
        say_json(session.model_dump(mode="json"))
        return
    _show(session)


def _show(session: AnnotatedSession) -> None:
    moments = {place: moment for moment in session.moments for place in range(moment.first_turn, moment.end_turn)}
    for turn in session.turns:
        out.print(_turn_line(turn, moments.get(turn.index)))
        for line in dict.fromkeys(_marker_line(hit) for hit in turn.markers):
            out.print(line, style="dim", markup=False)
    say("")
    for kind in ("withdrawal", "confrontation"):
        say(f"{kind:>13} {_strip(session, kind)}")
    say(f"{'moments':>13} {''.join('━' if turn.index in moments else '·' for turn in session.turns if turn.p_rupture is not None)}")
    for moment in session.moments:
        kinds = " and ".join(kind.value for kind in moment.kinds)
        say(f"turns {moment.first_turn}-{moment.end_turn - 1}: possible {kinds}, {moment.band}; {moment.addressed.value}")
        for reason in moment.reasons:
            say(f"  {reason}")
    for warning in session.warnings:
        if warning.severity.value != "info":
            say(f"warning {warning.code}: {warning.message}")
    found = (
        f"{count(len(session.moments), 'possible rupture')}: places to look at, not findings."
        if session.moments
        else "Nothing was flagged. That does not mean nothing happened."
    )
    say(found)


def _turn_line(turn: ScoredTurn, moment: Moment | None) -> Text:
    from rich.text import Text

    score = _LEVELS[min(8, round(8 * turn.p_rupture))] if turn.p_rupture is not None else " "
    line = Text(f"{turn.index:>4} {'▌' if moment else ' '}{score} {turn.role.value[:1].upper()}  ", style="bold" if moment else "")
    text = Text(turn.text or "")
    for hit in turn.markers:
        if hit.polarity.value == "asserted":
            text.stylize("underline", hit.start, hit.end)
    return line + text


def _marker_line(hit: MarkerHit) -> str:
    note = "" if hit.polarity.value == "asserted" else f" ({hit.polarity.value}, not counted)"
    return f"           {hit.code}  {hit.reason}{note}"


def _strip(session: AnnotatedSession, kind: str) -> str:
    scores = [getattr(turn, f"p_{kind}") for turn in session.turns]
    return "".join(_LEVELS[min(8, round(8 * p))] for p in scores if p is not None)
