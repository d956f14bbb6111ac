from __future__ import annotations

import pytest

from pipeline.core.errors import InputError
from pipeline.core.manual_form import EpisodeRating, Outcome, SessionRating, TurnRating, episodes_of, sparse
from pipeline.training.corpus.amend import Amendment, amended
from pipeline.training.corpus.checks import problems
from pipeline.training.corpus.drafts import read_draft
from pipeline.training.corpus.splits import extend_splits
from pipeline.training.corpus.store import Corpus

DRAFT = """#id x1
#overall 2
#outcomes partly
T: How was it?
C: Fine.
= w2 WD-MIN
T: I asked that fast.
= RS-ACK TC-PUSH:2
C: A bit. The bus was late, that was all it was.
= near:story_answers
"""


def corpus(session, rating):
    return Corpus(sessions={session["session"]: session["turns"]}, first={rating.session: rating}, second={}, plan={})


def test_draft_becomes_turns_ratings_and_episodes():
    session, rating = read_draft(DRAFT)
    assert [turn["speaker"] for turn in session["turns"]] == ["therapist", "client", "therapist", "client"]
    assert rating.episodes == (EpisodeRating(first=1, last=1, outcome=Outcome.PARTLY),)
    assert rating.by_turn()[2].tc == {"TC-PUSH": 2}
    assert list(problems(corpus(session, rating))) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("C: Fine.", "T: Fine."), "DRF-003"),
        (("= w2 WD-MIN", "= w2 WD-MINI w9"), "DRF-004"),
        (("#outcomes partly", ""), "DRF-005"),
        (("T: How", "How"), "DRF-001"),
    ],
)
def test_draft_that_is_wrong_names_its_line_and_quotes_nothing(change, code):
    with pytest.raises(InputError) as caught:
        read_draft(DRAFT.replace(*change))
    assert caught.value.code == code
    assert "Fine" not in str(caught.value)


def test_episode_needs_a_clear_turn_and_bridges_three_calm_ones():
    client = list(range(1, 30, 2))
    assert episodes_of(client, strengths={1: 1, 9: 2}) == ((1, 9),)
    assert episodes_of(client, strengths={1: 1, 11: 2}) == ((11, 11),)
    assert episodes_of(client, strengths={1: 1, 3: 1}) == ()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (TurnRating(turn=1, w=2), "disagree"),
        (TurnRating(turn=1, c=1, m=("CF-REJ",), near="humour"), "near miss must be rated 0"),
        (TurnRating(turn=1, near="sulking"), "unknown kind"),
        (TurnRating(turn=0, w=1, m=("WD-MIN",)), "client rating on a therapist turn"),
        (TurnRating(turn=1, res=("RS-ACK",)), "therapist code on a client turn"),
        (TurnRating(turn=9), "the session is shorter"),
    ],
)
def test_check_finds_a_rating_that_breaks_the_manual(entry, said):
    session, _ = read_draft(DRAFT)
    rating = SessionRating(session="x1", overall=1, turns=(entry,))
    assert any(said in line for line in problems(corpus(session, rating)))


def test_check_finds_two_sessions_that_share_their_wording():
    session, rating = read_draft(DRAFT)
    twin = rating.model_copy(update={"session": "x2"})
    both = Corpus(sessions={"x1": session["turns"], "x2": session["turns"]}, first={"x1": rating, "x2": twin}, second={}, plan={})
    assert any("wording is shared" in line for line in problems(both))


def test_sparse_form_leaves_out_what_says_nothing():
    rating = SessionRating(session="x", overall=1, turns=(TurnRating(turn=1, w=1, m=("WD-MIN",)), TurnRating(turn=3, near="humour")))
    assert sparse(rating)["turns"] == [{"turn": 1, "w": 1, "c": 0, "m": ["WD-MIN"]}, {"turn": 3, "near": "humour"}]


def test_resolved_of_the_first_manual_reads_as_repaired():
    assert Outcome("resolved") is Outcome.REPAIRED


def test_splits_keep_places_once_given_and_balance_profiles():
    plan = {f"s{n}": {"profile": "none" if n % 2 else "both", "setting": "x", "style": "y"} for n in range(200)}
    early = extend_splits({}, plan=plan, sessions=[f"s{n}" for n in range(100)])
    later = extend_splits(early, plan=plan, sessions=plan)
    assert all(set(early[name]) <= set(later[name]) for name in early)
    assert sum(map(len, later.values())) == 200
    shares = [sum(plan[session]["profile"] == "none" for session in ids) / len(ids) for ids in later.values()]
    assert max(shares) - min(shares) < 0.05


def test_amendment_changes_a_rating_once_and_redraws_the_episodes():
    session, rating = read_draft(DRAFT)
    change = Amendment(session="x1", turn=1, before=rating.by_turn()[1], after=TurnRating(turn=1, w=1, m=("WD-MIN",)), why="faint")
    once = amended(rating, [change], turns=session["turns"])
    assert once.by_turn()[1].w == 1
    assert once.episodes == ()
    assert amended(once, [change], turns=session["turns"]) == once


def test_amendment_made_for_another_version_is_refused():
    session, rating = read_draft(DRAFT)
    change = Amendment(session="x1", turn=1, before=TurnRating(turn=1, w=3, m=("WD-MIN",)), after=None, why="")
    with pytest.raises(InputError):
        amended(rating, [change], turns=session["turns"])
