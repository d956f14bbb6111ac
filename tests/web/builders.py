"""Builders for the page's tests: results with everything that a page can show, a site, and a client that was let in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from starlette.testclient import TestClient

from pipeline.core.results import Addressed, AnnotatedSession, CarriedBy, Decision, Measure, Moment, RuptureKind, ScoredSegment, Verdict
from pipeline.review.web.app import create_app
from pipeline.review.web.site import Site, SiteSettings
from tests.builders import hit
from tests.review_builders import folder_with, scored

HOST = "127.0.0.1:8765"
HOSTS = frozenset((HOST, "localhost:8765"))
LINES = (
    "T: You were going to tell me how the visit with your mother went.",
    "C: It went. It was a visit, you know, nothing special about it.",
    "T: I noticed you looked away just then. What was it like to be there?",
    "C: Fine.",
    "T: Fine can mean a lot of things. Can we stay with it for a moment?",
    "C: Whatever. Can we talk about my job instead?",
    "T: I may have pushed too hard just now. I am sorry if that felt like an exam.",
    "C: No, no, it is okay. 🙂 You did nothing.",
    "T: And the job, how is it going?",
    "C: They moved my desk again, and I was quite angry about it.",
    "T: Angry that nobody asked you.",
    "C: Exactly. Nobody asked me. It is what I said last time too.",
    "T: So next week, shall we try the breathing exercise again?",
    "C: You keep giving me exercises. They do not help, and I told you so.",
    "T: You did tell me, and I went on with them all the same.",
    "C: Yes. You did.",
    "T: What would be of more use to you?",
    "C: Just talking, like before.",
)
FIRST, SECOND = (2, 6), (12, 14)


class Clock:
    """Hold a time that only moves when a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def moment(first: int, end: int, *, kind: RuptureKind, code: str, priority: int, moves: tuple[int, ...] = ()) -> Moment:
    """Build a moment whose peak is its last turn, with a marker there."""
    return Moment(
        moment_id=f"m-{first:016d}",
        first_turn=first,
        end_turn=end,
        priority=priority,
        kinds=(kind,),
        band="marked",
        peak_turn=end - 1,
        p_peak=0.8,
        markers=(hit(end - 1, code),),
        repair_moves=tuple(hit(turn, "RS-ACK") for turn in moves),
        addressed=Addressed.MOVES_SEEN if moves else Addressed.NO_MOVES_SEEN,
        reasons=("a bare answer after an open question",),
    )


def rich_session(
    lines: tuple[str, ...] = LINES,
    *,
    transcript_id: str = "s-rich",
    dyad_id: str | None = "D1",
    session_no: int | None = 4,
    moments: tuple[Moment, ...] | None = None,
    measures: tuple[Measure, ...] = (),
) -> AnnotatedSession:
    """Build a session with two moments, markers, repair moves, what carried a score, and comparisons with earlier sessions."""
    told = moments if moments is not None else TWO_MOMENTS
    measured = measures or (
        Measure(name="client_words_a_turn", value=6.0, unit="words (median)"),
        Measure(name="client_latency", value=1.2, unit="seconds (median)"),
        Measure(name="client_words_a_turn.against_earlier", value=0.0, unit="share", note="lower than in all 3 earlier sessions"),
    )
    base = scored(lines, transcript_id=transcript_id, dyad_id=dyad_id, session_no=session_no, moments=told, measures=measured)
    turns = list(base.turns)
    for one in told:
        peak = turns[one.peak_turn]
        parts = (
            CarriedBy(kind=one.kinds[0], turn=peak.index, start=0, end=4, share=0.6),
            CarriedBy(kind=one.kinds[0], turn=max(0, peak.index - 1), start=0, end=20, share=0.2),
        )
        turns[peak.index] = peak.model_copy(update={"markers": one.markers, "carried_by": parts})
        for move in one.repair_moves:
            turns[move.turn] = turns[move.turn].model_copy(update={"markers": (*turns[move.turn].markers, move)})
    segments = tuple(_decided(segment, told) for segment in base.segments)
    return base.model_copy(update={"turns": tuple(turns), "segments": segments})


def _decided(segment: ScoredSegment, moments: tuple[Moment, ...]) -> ScoredSegment:
    return segment.model_copy(update={"decisions": _decisions(segment.first_turn, segment.end_turn, moments)})


def _decisions(first: int, end: int, moments: tuple[Moment, ...]) -> tuple[Decision, ...]:
    kinds = {kind for one in moments if one.first_turn < end and first < one.end_turn for kind in one.kinds}
    return tuple(
        Decision(
            kind=kind,
            verdict=Verdict.PRESENT if kind in kinds else Verdict.ABSENT,
            band="marked" if kind in kinds else "calm",
            threshold=0.5,
            policy="test",
        )
        for kind in RuptureKind
    )


TWO_MOMENTS = (
    moment(*FIRST, kind=RuptureKind.WITHDRAWAL, code="WD-MIN", priority=1, moves=(6,)),
    moment(*SECOND, kind=RuptureKind.CONFRONTATION, code="CF-ACT", priority=2, moves=(14,)),
)


def review_folder(folder: Path) -> Path:
    """Write the sessions that most tests look at."""
    earlier = rich_session(("T: Hello.", "C: Hi.", *LINES), transcript_id="s-earlier", session_no=3, moments=())
    alone = rich_session(("T: Good morning.", "C: Morning.", *LINES), transcript_id="s-alone", dyad_id=None, session_no=None, moments=())
    return folder_with(folder, rich_session(), earlier, alone)


@contextmanager
def opened_site(folder: Path, *, clock: Clock, first_look: bool = True, model: Path | None = None) -> Iterator[Site]:
    """Open a site on a folder."""
    with Site(SiteSettings(folder, first_look=first_look, model=model), now=clock) as site:
        yield site


@contextmanager
def page_for(site: Site, *, faults: list[str] | None = None) -> Iterator[TestClient]:
    """Return a client with a bearer, as a page that came in by a link has."""
    app = create_app(site, hosts=HOSTS, on_fault=(faults if faults is not None else []).append)
    with TestClient(app, base_url=f"http://{HOST}", raise_server_exceptions=False) as client:
        bearer = client.post("/api/enter", json={"code": site.access.issue_code()}).json()["bearer"]
        client.headers["Authorization"] = f"Bearer {bearer}"
        yield client


SESSION_ID = rich_session().transcript.text_sha256
PATH = f"/api/sessions/{SESSION_ID}"
