"""What is wrong with ratings, told before anything is learnt from them: counts only, no words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.core.canonical import sha256_bytes
from pipeline.core.results import RuptureKind
from pipeline.training.evaluate import CLEAR_MEAN
from pipeline.training.metrics import Floats, kappa
from pipeline.training.site.comparison import Check, Finding
from pipeline.training.site.sessions import SiteSession

LEAST_CLEAR = 5
"""Fewer clear turns than this in either kind say nothing about the model."""
MOST_BELOW = 0.30
"""Of turns rated clear, at most this share may lie in the lower half of what the current model finds likely: chance would put half there,
and a tenth of ratings turned round puts more than a third there."""
LEAST_KAPPA = 0.2
LEAST_PAIRS = 30
SHARED = 0.5
LONG_TURN = 4


def check_ratings(sessions: Sequence[SiteSession], *, likelihoods: Sequence[Floats]) -> tuple[Finding, ...]:
    """Return what looks wrong; `likelihoods` are the current model's for either kind, one array [client turns] a session.

    What stops a promotion are ratings that run against the model, texts of one dyad under another, and two kinds without clear turns.
    """
    return tuple(finding for finding in _findings(sessions, likelihoods) if finding.count)


def _findings(sessions: Sequence[SiteSession], likelihoods: Sequence[Floats]) -> Iterator[Finding]:
    below, clear = _clear_below(sessions, likelihoods)
    flipped = clear >= LEAST_CLEAR and below > MOST_BELOW * clear
    yield Finding(check=Check.FLIPPED, count=below if flipped else 0, total=clear, stops=True)
    texts = Counter(one.text_sha256 for one in sessions)
    yield Finding(check=Check.DUPLICATED, count=_duplicates(sessions), total=len(texts), stops=False)
    empty = [kind for kind in RuptureKind if _clear_turns(sessions, kind) < LEAST_CLEAR]
    yield Finding(check=Check.ONE_CLASS, count=len(empty), total=len(RuptureKind), stops=len(empty) == len(RuptureKind))
    yield Finding(check=Check.LEAKING, count=_leaks(sessions), total=len(sessions), stops=True)
    odd, pairs = _odd_pairs(sessions)
    yield Finding(check=Check.AT_ODDS, count=odd, total=pairs, stops=False)
    yield Finding(
        check=Check.NO_DYAD, count=sum(one.session.transcript.dyad_id is None for one in sessions), total=len(sessions), stops=False
    )
    turns = sum(int(one.session.client.sum()) for one in sessions)
    yield Finding(check=Check.ASSISTED, count=sum(one.assisted for one in sessions), total=turns, stops=False)
    blind = sum(one.is_blind_and_whole for one in sessions)
    yield Finding(check=Check.NO_BLIND_TEST, count=0 if blind else len(sessions), total=len(sessions), stops=False)


def _either(one: SiteSession) -> Floats:
    return np.asarray(np.max([one.session.mean_rating(kind) for kind in RuptureKind], axis=0)[one.session.client], dtype=np.float64)


def _clear_turns(sessions: Sequence[SiteSession], kind: RuptureKind) -> int:
    return int(sum((one.session.mean_rating(kind)[one.session.client] >= CLEAR_MEAN).sum() for one in sessions))


def _clear_below(sessions: Sequence[SiteSession], likelihoods: Sequence[Floats]) -> tuple[int, int]:
    """Return how many clear turns lie in the lower half of the current model's likelihoods, and how many there are."""
    if not sessions:
        return 0, 0
    likely, mean = np.concatenate(likelihoods), np.concatenate([_either(one) for one in sessions])
    clear = mean >= CLEAR_MEAN
    return int((likely[clear] < np.median(likely)).sum()), int(clear.sum())


def _duplicates(sessions: Sequence[SiteSession]) -> int:
    """Return how many sessions say, turn for turn, what another session of the same dyad says."""
    seen = Counter((one.session.dyad_id, frozenset(_long_turns(one))) for one in sessions if _long_turns(one))
    return sum(count - 1 for count in seen.values())


def _leaks(sessions: Sequence[SiteSession]) -> int:
    """Return how many sessions share half or more of their longer client turns with one session of another dyad."""
    owners: dict[str, set[int]] = defaultdict(set)
    turns = [_long_turns(one) for one in sessions]
    for place, own in enumerate(turns):
        for turn in own:
            owners[turn].add(place)
    leaking = 0
    for place, own in enumerate(turns):
        met = Counter(other for turn in own for other in owners[turn] if sessions[other].session.dyad_id != sessions[place].session.dyad_id)
        leaking += bool(own) and max(met.values(), default=0) >= SHARED * len(own)
    return leaking


def _long_turns(one: SiteSession) -> set[str]:
    """Return the hashes of client turns of a few words or more, case and spaces apart."""
    spoken = (turn.text.casefold().split() for turn, client in zip(one.session.transcript.turns, one.session.client, strict=True) if client)
    return {sha256_bytes(" ".join(words).encode("utf-8")) for words in spoken if len(words) >= LONG_TURN}


def _odd_pairs(sessions: Sequence[SiteSession]) -> tuple[int, int]:
    """Return how many pairs of raters agree hardly more than by chance, of those who share enough turns."""
    both: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for one in sessions:
        raters = sorted(one.by_rater)
        for place, first in enumerate(raters):
            for second in raters[place + 1 :]:
                mine, theirs = one.by_rater[first], one.by_rater[second]
                both[first, second] += [
                    (max(mine[turn].w, mine[turn].c), max(theirs[turn].w, theirs[turn].c)) for turn in sorted(set(mine) & set(theirs))
                ]
    enough = [np.array(values, dtype=np.int64) for values in both.values() if len(values) >= LEAST_PAIRS]
    found = [kappa(values[:, 0], values[:, 1], weighted=True) for values in enough]
    return sum(value is not None and value < LEAST_KAPPA for value in found), len(enough)
