"""Structural tests that rules name: patterns of the exchange that no list of words can show."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.features.clipped import is_clipped, is_short_for_them, runs_clipped, said
from pipeline.features.lexicons import words_of
from pipeline.features.matching import Range
from pipeline.features.reading import SENTENCE_ENDS, Reading
from pipeline.features.rules import Condition
from pipeline.features.scene import Scene, TurnView, distance

Limits = Mapping[str, float]
StructuralTest = Callable[[Scene, Limits], list[Range]]

_TESTS: dict[str, StructuralTest] = {}


def structural_test(name: str) -> Callable[[StructuralTest], StructuralTest]:
    """Register a test under the name that rule files use; it returns the ranges of words that carry the marker."""

    def register(test: StructuralTest) -> StructuralTest:
        _TESTS[name] = test
        return test

    return register


def named_test(name: str) -> StructuralTest:
    """Return a registered test; raises `KeyError` for a name that nobody registered."""
    return _TESTS[name]


@structural_test("clipped_answer")
def clipped_answer(scene: Scene, limits: Limits) -> list[Range]:
    """Find a reply of at most `words` words without content of its own.

    `run` asks for that many clipped replies in a row to open questions, this one included. `below` asks that the reply be
    shorter than that share of the client's median so far (five turns or more), so that a terse person is not marked for it.
    """
    words = limits.get("words", 4)
    if not is_clipped(scene.turn, words):
        return []
    if not runs_clipped(scene, run=int(limits.get("run", 1)), words=words) or not is_short_for_them(scene, limits.get("below", 0.0)):
        return []
    return _whole(scene.turn.reading)


@structural_test("silent_answer")
def silent_answer(scene: Scene, limits: Limits) -> list[Range]:
    """Find a turn that is only a transcribed silence or a shrug, at most `words` words beside it."""
    reading = scene.turn.reading
    spoken = sum(word not in SENTENCE_ENDS for word in reading.words)
    marked = reading.has_cue("silence", "withheld") and spoken <= limits.get("words", 1)
    return [(0, len(reading.words))] if marked or (not reading.spoken and not reading.cues) else []


@structural_test("laughs_over_pain")
def laughs_over_pain(scene: Scene, limits: Limits) -> list[Range]:
    """Find laughter or a smiley in a turn that names at least `words` painful things."""
    reading = scene.turn.reading
    painful = [at for at, word in enumerate(reading.words) if word in words_of("distress")]
    if not reading.has_cue("laugh", "smile") or len(painful) < limits.get("words", 1):
        return []
    return [(painful[0], painful[-1] + 1)]


@structural_test("flat_voice")
def flat_voice(scene: Scene, limits: Limits) -> list[Range]:
    """Find a transcribed flat voice in a turn that claims to be well, at most `words` words long."""
    reading = scene.turn.reading
    claims = any(word in words_of("joy") or word in words_of("yes") for word in reading.words)
    return _whole(reading) if reading.has_cue("flat") and claims and reading.spoken <= limits.get("words", 20) else []


@structural_test("laughs_it_off")
def laughs_it_off(scene: Scene, limits: Limits) -> list[Range]:
    """Find laughter in a turn of at most `words` words that claims to be well and names nothing painful."""
    reading = scene.turn.reading
    claims = not words_of("well").isdisjoint(reading.words)
    painful = not words_of("distress").isdisjoint(reading.words)
    short = 0 < reading.spoken <= limits.get("words", 12)
    return _whole(reading) if reading.has_cue("laugh", "smile") and claims and short and not painful else []


@structural_test("laughs_alone")
def laughs_alone(scene: Scene, limits: Limits) -> list[Range]:
    """Find laughter in a turn of at most `words` words where the turn before holds none."""
    reading, before = scene.turn.reading, scene.before
    shared = before is not None and before.reading.has_cue("laugh", "smile")
    short = reading.spoken <= limits.get("words", 20)
    return _whole(reading) if reading.has_cue("laugh", "smile") and short and not shared else []


@structural_test("same_filler")
def same_filler(scene: Scene, limits: Limits) -> list[Range]:
    """Find a reply of at most `words` words without content that repeats the party's own last turn; yes and no do not count."""
    own = scene.own(1)
    if not own or not is_clipped(scene.turn, limits.get("words", 3)) or said(own[0]) != said(scene.turn):
        return []
    return [] if said(scene.turn)[0] in _ANSWERS else _whole(scene.turn.reading)


@structural_test("topic_leap")
def topic_leap(scene: Scene, limits: Limits) -> list[Range]:
    """Find a turn of at least `words` words that is far from the therapist's turn and from the client's own last one.

    `therapist` and `own` are the smallest cosine distances that count as far.
    """
    turn = scene.turn
    own = scene.own(1)
    from_therapist, from_own = distance(turn, scene.before), distance(turn, own[0] if own else None)
    if from_therapist is None or from_own is None or turn.reading.spoken < limits.get("words", 8):
        return []
    far = from_therapist >= limits.get("therapist", 0.42) and from_own >= limits.get("own", 0.48)
    return _whole(turn.reading) if far else []


@structural_test("impersonal_talk")
def impersonal_talk(scene: Scene, limits: Limits) -> list[Range]:
    """Find a turn of at least `words` words that speaks of people in general and never of the speaker."""
    reading = scene.turn.reading
    general = [at for at, word in enumerate(reading.words) if word in words_of("people_in_general")]
    personal = not (words_of("first_person") | words_of("together")).isdisjoint(reading.words)
    enough = reading.spoken >= limits.get("words", 10) and len(general) >= limits.get("general", 1)
    return [(general[0], general[-1] + 1)] if enough and not personal else []


@structural_test("parrots_plan")
def parrots_plan(scene: Scene, limits: Limits) -> list[Range]:
    """Find a short yes that only gives back the therapist's own words: at least `share` of its content words are theirs."""
    turn, before = scene.turn, scene.before
    content = turn.content() - words_of("yes")
    if before is None or not content or turn.reading.spoken > limits.get("words", 12) or "?" in turn.reading.words:
        return []
    agreed = bool(turn.reading.words) and turn.reading.words[0] in words_of("yes")
    shared = len(content & before.content()) / len(content)
    return _whole(turn.reading) if agreed and shared >= limits.get("share", 0.6) else []


@structural_test("negates_their_word")
def negates_their_word(scene: Scene, limits: Limits) -> list[Range]:
    """Find a negation of a content word that the therapist has just said of the client, early in one of the client's sentences.

    `reach` is how many words may lie between the negation and the word, `early` how far into the sentence it may stand. A word
    that the therapist had negated too is no contradiction.
    """
    before, reading = scene.before, scene.turn.reading
    if before is None:
        return []
    theirs = _stems_not_negated(before) - {""}
    found = []
    for at, word in enumerate(reading.words):
        if word not in _DENIALS or at - reading.sentence_start(at) > limits.get("early", 4):
            continue
        until = min(reading.sentence_end(at), at + 1 + int(limits.get("reach", 3)))
        echoed = [place for place in range(at + 1, until) if _stem(reading.words[place]) in theirs]
        if echoed:
            found.append((at, echoed[0] + 1))
    return found


@structural_test("gives_word_back")
def gives_word_back(scene: Scene, limits: Limits) -> list[Range]:
    """Find a turn whose first sentence is at most `words` words of the therapist's last turn, cut off there."""
    reading = scene.turn.reading
    first = reading.words[: reading.sentence_end(0)] if reading.words and reading.words[0] not in SENTENCE_ENDS else ()
    if scene.before is None or not 0 < len(first) <= limits.get("words", 4):
        return []
    theirs = frozenset(scene.before.reading.words)
    content = [word for word in first if word not in words_of("function")]
    return [(0, len(first))] if content and theirs.issuperset(content) else []


@structural_test("answers_back")
def answers_back(scene: Scene, limits: Limits) -> list[Range]:
    """Find a turn of at least `least` and at most `words` words that asks nothing."""
    turn = scene.turn
    if scene.before is None or not limits.get("least", 4) <= turn.reading.spoken <= limits.get("words", 24):
        return []
    return [] if "?" in turn.reading.words else _whole(turn.reading)


@structural_test("question_for_question")
def question_for_question(scene: Scene, limits: Limits) -> list[Range]:
    """Find a turn of at most `words` words that is only questions, one of them put to the therapist (`you`, or a bare `why`).

    The opening two turns of a session are left out: there people ask whom they are talking to.
    """
    reading = scene.turn.reading
    ends = [word for word in reading.words if word in SENTENCE_ENDS]
    asks = "?" in ends and all(end == "?" for end in ends)
    aimed = reading.words[:1] == ("why",) or not words_of("second_person").isdisjoint(reading.words)
    return _whole(reading) if scene.at > 3 and asks and aimed and reading.spoken <= limits.get("words", 12) else []


@structural_test("bare_yes")
def bare_yes(scene: Scene, limits: Limits) -> list[Range]:
    """Find a turn of at most `words` words that opens with a yes and carries no content."""
    reading = scene.turn.reading
    agreed = bool(reading.words) and reading.words[0] in words_of("yes")
    return _whole(reading) if agreed and is_clipped(scene.turn, limits.get("words", 4)) else []


@structural_test("nods_to_a_lecture")
def nods_to_a_lecture(scene: Scene, limits: Limits) -> list[Range]:
    """Find a reply of at most `words` words without content that opens with an okay, after `theirs` words or more.

    `yes` and `yeah` do not count: they keep a speaker going.
    """
    heard = scene.before is not None and scene.before.reading.spoken >= limits.get("theirs", 30)
    nods = is_clipped(scene.turn, limits.get("words", 4)) and _NODS.intersection(said(scene.turn)[:1])
    return _whole(scene.turn.reading) if heard and nods else []


@structural_test("asks_again")
def asks_again(scene: Scene, limits: Limits) -> list[Range]:
    """Find a question or demand that repeats one of the party's own last `turns` turns, at most `distance` away in meaning."""
    turn = scene.turn
    if not _asks(turn) or turn.reading.spoken < limits.get("words", 4):
        return []
    for earlier in scene.own(int(limits.get("turns", 3))):
        apart = distance(turn, earlier)
        if _asks(earlier) and apart is not None and apart <= limits.get("distance", 0.25):
            return _whole(turn.reading)
    return []


@structural_test("interrupted")
def interrupted(scene: Scene, limits: Limits) -> list[Range]:
    """Find a transcribed interruption from outside: a phone, a door, somebody coming in."""
    reading = scene.turn.reading
    return _whole(reading) if reading.has_cue("interruption") else []


@structural_test("stacked_questions")
def stacked_questions(scene: Scene, limits: Limits) -> list[Range]:
    """Find a turn with at least `questions` questions."""
    marks = [at for at, word in enumerate(scene.turn.reading.words) if word == "?"]
    return _whole(scene.turn.reading) if len(marks) >= limits.get("questions", 3) else []


@structural_test("thin_after_disclosure")
def thin_after_disclosure(scene: Scene, limits: Limits) -> list[Range]:
    """Find a reply of at most `words` words without content after a painful turn of at least `disclosed` words."""
    before = scene.before
    if before is None or before.reading.spoken < limits.get("disclosed", 25):
        return []
    painful = sum(word in words_of("distress") for word in before.reading.words)
    if painful < limits.get("painful", 2) or not is_clipped(scene.turn, limits.get("words", 3)):
        return []
    return _whole(scene.turn.reading)


_ANSWERS = frozenset(("yes", "yeah", "no", "mhm"))
_NODS = frozenset(("okay", "right", "sure", "fine", "alright", "mm", "maybe", "probably", "possibly"))
_DENIALS = frozenset(("not", "no", "never", "nothing"))
_STEM = 5


def _stems_not_negated(turn: TurnView) -> frozenset[str]:
    words = turn.reading.words
    content = turn.content()
    return frozenset(_stem(word) for at, word in enumerate(words) if word in content and _DENIALS.isdisjoint(words[max(0, at - 4) : at]))


def _stem(word: str) -> str:
    """Return the first letters of a word: enough to meet `avoiding` in `avoid`, with words of three letters or fewer left out."""
    return word[:_STEM] if len(word) > 3 else ""


def _whole(reading: Reading) -> list[Range]:
    return [(0, len(reading.words))]


def _asks(turn: TurnView) -> bool:
    return bool(turn.acts & {Condition.QUESTION, Condition.OPEN_QUESTION, Condition.CLOSED_QUESTION})
