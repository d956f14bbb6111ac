"""Tell a reply without content of its own from others: how short it is, for this speaker, and how many run together."""

from __future__ import annotations

from statistics import median

from pipeline.features.lexicons import words_of
from pipeline.features.reading import SENTENCE_ENDS
from pipeline.features.scene import Scene, TurnView

USUAL_TURNS = 30
FEWEST_TURNS = 5


def said(turn: TurnView) -> tuple[str, ...]:
    """Return the words of a turn, sentence ends left out."""
    return tuple(word for word in turn.reading.words if word not in SENTENCE_ENDS)


def is_clipped(turn: TurnView, limit: float) -> bool:
    """Say whether a turn has at most `limit` words, all of them bare (`yeah`, `not really`), and asks nothing."""
    return 0 < turn.reading.spoken <= limit and all(word in words_of("bare") for word in said(turn)) and "?" not in turn.reading.words


def runs_clipped(scene: Scene, *, run: int, words: float) -> bool:
    """Say whether this turn and the party's last ones make `run` clipped replies in a row, this one taken for granted."""
    earlier = scene.own(run - 1)
    return len(earlier) >= run - 1 and all(is_clipped(view, words) for view in earlier)


def is_short_for_them(scene: Scene, share: float) -> bool:
    """Say whether the turn is shorter than `share` of the speaker's median so far; True while too few turns are known."""
    lengths = [view.reading.spoken for view in scene.own(USUAL_TURNS)]
    return not share or len(lengths) < FEWEST_TURNS or scene.turn.reading.spoken < share * median(lengths)
