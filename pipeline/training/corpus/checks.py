"""Checks of the corpus: the form of every session and rating, and that no two sessions share their wording."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from pipeline.core.codebook import CodeFamily, codebook
from pipeline.core.errors import InputError
from pipeline.core.manual_form import SessionRating, TurnRating, episodes_of
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.read import read_sessions
from pipeline.training.corpus.store import Corpus

NEAR_KINDS = frozenset(
    (
        "backchannel",
        "terse_engaged",
        "outside_anger",
        "sustain_talk",
        "correction",
        "reasoned_doubt",
        "rationale_question",
        "reflective_silence",
        "humour",
        "politeness",
        "rescheduling",
        "story_answers",
        "own_specifics",
        "earlier_therapist",
        "reported_anger",
    )
)
SHINGLE_WORDS = 8
SHARED_SHINGLES = 0.02
_WORD = re.compile(r"[\w']+")


def problems(corpus: Corpus) -> Iterator[str]:
    """Yield one line for each thing that is wrong, with session and turn and no text."""
    for name, turns in sorted(corpus.sessions.items()):
        yield from _session_problems(name, turns)
        if name not in corpus.first:
            yield f"{name}: no rating"
    for ratings in (corpus.first, corpus.second):
        for name, rating in sorted(ratings.items()):
            if name in corpus.sessions:
                yield from _rating_problems(rating, corpus.sessions[name])
            else:
                yield f"{name}: rated, but not in the corpus"
    yield from shared_wording(corpus)


def _session_problems(name: str, turns: Sequence[dict[str, str]]) -> Iterator[str]:
    for place, turn in enumerate(turns):
        if set(turn) != {"speaker", "text"} or turn["speaker"] not in ("client", "therapist") or not turn["text"].strip():
            yield f"{name} turn {place}: a turn holds a speaker (client, therapist) and a text"
        if place and turns[place - 1]["speaker"] == turn["speaker"]:
            yield f"{name} turn {place}: two turns in a row of one speaker"


def _rating_problems(rating: SessionRating, turns: Sequence[dict[str, str]]) -> Iterator[str]:
    name = rating.session
    clients = [place for place, turn in enumerate(turns) if turn["speaker"] == "client"]
    places = [entry.turn for entry in rating.turns]
    if len(places) != len(set(places)):
        yield f"{name}: a turn is rated twice by one rater"
    for entry in rating.turns:
        if entry.turn >= len(turns):
            yield f"{name} turn {entry.turn}: rated, but the session is shorter"
        elif turns[entry.turn]["speaker"] == "client":
            yield from _client_problems(name, entry)
        elif entry.w or entry.c or entry.m or entry.near:
            yield f"{name} turn {entry.turn}: a client rating on a therapist turn"
    if rating.overall is None:
        yield f"{name}: no overall rating"
    strengths = {entry.turn: max(entry.w, entry.c) for entry in rating.turns}
    spans = episodes_of(clients, strengths=strengths)
    if spans != tuple((episode.first, episode.last) for episode in rating.episodes):
        yield f"{name}: the episodes do not follow from the ratings"


def _client_problems(name: str, entry: TurnRating) -> Iterator[str]:
    where = f"{name} turn {entry.turn}"
    if entry.res or entry.tc:
        yield f"{where}: a therapist code on a client turn"
    for family, value in ((CodeFamily.WITHDRAWAL, entry.w), (CodeFamily.CONFRONTATION, entry.c)):
        if bool(value) != bool(set(entry.m) & set(codebook().of(family))):
            yield f"{where}: the {family.value} rating and its codes disagree"
    if entry.near and (entry.w or entry.c):
        yield f"{where}: a near miss must be rated 0"
    if entry.near and entry.near not in NEAR_KINDS:
        yield f"{where}: unknown kind of near miss"


def reading_problems(path: Path, corpus: Corpus) -> Iterator[str]:
    """Yield each session of the file at `path` that does not come out of ingestion turn by turn as it stands in the corpus.

    Ratings point at turns by number, so a turn that normalisation drops or joins would shift every rating behind it.
    """
    for read in read_sessions(path, options=ReadOptions(allow_identifiers=True)):
        if isinstance(read, InputError):
            yield read.one_line()
        elif [turn.role.value for turn in read.turns] != [turn["speaker"] for turn in corpus.sessions[read.transcript_id]]:
            yield f"{read.transcript_id}: ingestion changes its turns"


def shared_wording(corpus: Corpus) -> Iterator[str]:
    """Yield each pair of sessions that share more than 2 % of the shorter one's eight-word shingles."""
    holders: dict[tuple[str, ...], set[str]] = defaultdict(set)
    sizes: Counter[str] = Counter()
    for name, turns in corpus.sessions.items():
        for shingle in _shingles(turns):
            holders[shingle].add(name)
            sizes[name] += 1
    shared: Counter[tuple[str, str]] = Counter()
    for names in holders.values():
        shared.update(combinations(sorted(names), 2))
    for (first, second), count in sorted(shared.items()):
        share = count / min(sizes[first], sizes[second])
        if share > SHARED_SHINGLES:
            yield f"{first} and {second}: {share:.1%} of their wording is shared"


def _shingles(turns: Sequence[dict[str, str]]) -> set[tuple[str, ...]]:
    words = [word.lower() for turn in turns for word in _WORD.findall(turn["text"])]
    return {tuple(words[place : place + SHINGLE_WORDS]) for place in range(len(words) - SHINGLE_WORDS + 1)}
