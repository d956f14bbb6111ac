"""One session on the page: its name, its strip, its moments in words, and what stands out beside earlier sessions."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.batch.report.collect import PlacedMoment, Session
from pipeline.batch.report.comparison import edges
from pipeline.batch.report.markup import Html, element
from pipeline.batch.report.strips import strip, turns_in_words
from pipeline.core.codebook import codebook
from pipeline.core.records import QualityVerdict, Severity
from pipeline.core.results import Addressed
from pipeline.core.wording import Wording


def session_block(session: Session, *, wording: Wording) -> Html:
    """Return the block of one session under a heading of the fourth level."""
    report = wording.report
    notes = [report.unusable] if session.quality.verdict is not QualityVerdict.ACCEPT else []
    notes += edges(session, wording=wording)
    codes = sorted({warning.code for warning in session.warnings if warning.severity is not Severity.INFO})
    notes += [report.session_warnings.format(codes=", ".join(codes))] if codes else []
    parts = [
        _heading(session, wording=wording),
        strip(session, wording=wording) if session.cells else element("p", report.no_segments),
        _moments(session, wording=wording),
        *(element("p", note, attributes={"class": "note"}) for note in notes),
    ]
    return element("article", parts)


def _heading(session: Session, *, wording: Wording) -> Html:
    number, counted = session.reference.session_no, wording.common.counted
    facts = [
        wording.report.session_no.format(n=number) if number is not None else "",
        counted.client_turns.of(session.quality.client_turns),
        counted.words.of(session.quality.words),
    ]
    return element("h4", [name_of(session.reference.transcript_id), " ", element("small", " · ".join(filter(None, facts)))])


def name_of(identifier: str) -> Html:
    """Return an id as markup that keeps its reading direction to itself."""
    return element("bdi", identifier)


def _moments(session: Session, *, wording: Wording) -> Html:
    if not session.moments:
        return element("p", wording.common.nothing_flagged)
    items = (element("li", " ".join(_sentences(placed, wording=wording))) for placed in session.moments)
    return element("ol", items)


def _sentences(placed: PlacedMoment, *, wording: Wording) -> Iterable[str]:
    report, moment = wording.report, placed.moment
    words = {
        "turns": turns_in_words(moment.first_turn, moment.end_turn, wording=wording),
        "kinds": wording.common.kinds.of(moment.kinds),
        "band": wording.common.bands.of(moment.band),
    }
    if placed.start_s is None or placed.end_s is None:
        yield report.moment.format(**words)
    else:
        times = report.times.format(start=_clock(placed.start_s), end=_clock(placed.end_s))
        yield report.moment_timed.format(**words, times=times)
    codes = dict.fromkeys(_code_name(hit.code) for hit in moment.markers)
    yield report.what_words_show.format(codes="; ".join(codes)) if codes else report.no_marker
    yield report.answered if moment.addressed is Addressed.MOVES_SEEN else report.not_answered


def _code_name(code: str) -> str:
    return codebook().name(code) if code in codebook() else code


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
