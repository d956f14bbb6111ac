"""A session as *My first look* or *Together* opens it: its turns, marked as far as the mode may show, and the state of its review."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.core.records import QualityVerdict, Record, Severity
from pipeline.core.results import MarkerHit
from pipeline.core.wording import wording
from pipeline.review.fold import Place
from pipeline.review.web.modes import Mode, is_revealed
from pipeline.review.web.views.review import ReviewView, Standing, review_view
from pipeline.review.web.views.turns import TurnView, marked_turn, plain_turn


class SessionView(Record):
    """Hold everything that a page shows of a session at first."""

    session_id: str
    name: str
    place: str
    mode: str
    about: str
    notices: tuple[str, ...]
    warnings: tuple[str, ...]
    turns: tuple[TurnView, ...]
    review: ReviewView


def session_view(standing: Standing, *, place: str) -> SessionView:
    """Build the view of a session; `place` says where it stands among the dyad's."""
    page = wording().page
    return SessionView(
        session_id=standing.session.transcript.text_sha256,
        name=standing.session.transcript.transcript_id,
        place=place,
        mode=standing.mode.value,
        about=page.modes.first_about if standing.mode is Mode.FIRST else page.modes.together_about,
        notices=tuple(_notices(standing)),
        warnings=tuple(f"{one.message} ({one.code})" for one in standing.session.warnings if one.severity is not Severity.INFO),
        turns=tuple(_turns(standing)),
        review=review_view(standing),
    )


def turns_of_place(standing: Standing, place: Place) -> tuple[TurnView, ...]:
    """Return the turns that look different once a place was opened: its own, and the therapist's moves that may take it up."""
    moves = [hit.turn for one in standing.shown if one.place == place and one.moment for hit in one.moment.repair_moves]
    wanted = {*range(place.first_turn, place.end_turn), *moves}
    return tuple(turn for turn in _turns(standing) if turn.index in wanted)


def _turns(standing: Standing) -> Iterator[TurnView]:
    """Yield turns with the markers that the mode may show.

    In a moment they stay away until the tool's side was opened there (think, then reveal). *Together* shows none outside of what was
    chosen.
    """
    hidden: set[int] = set()
    opened: set[int] = set()
    moves: dict[int, list[MarkerHit]] = {}
    for one in standing.shown:
        revealed = is_revealed(standing.state, one.place, mode=standing.mode)
        (opened if revealed else hidden).update(range(one.place.first_turn, one.place.end_turn))
        for hit in one.moment.repair_moves if one.moment else ():
            if revealed:
                moves.setdefault(hit.turn, []).append(hit)
            else:
                hidden.add(hit.turn)
    everywhere = standing.mode is Mode.FIRST or not standing.first_look
    for turn in standing.session.turns:
        visible = turn.index in opened or turn.index in moves or (everywhere and turn.index not in hidden)
        yield marked_turn(turn, beside=moves.get(turn.index, ())) if visible else plain_turn(turn)


def _notices(standing: Standing) -> Iterator[str]:
    page, session = wording().page, standing.session
    if not standing.first_look:
        yield page.first_look_off
    if not session.provenance.text_included:
        yield page.no_text
    if session.quality.verdict is not QualityVerdict.ACCEPT:
        yield wording().report.unusable
