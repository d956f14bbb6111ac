"""The canonical reading: spellings, sounds, marks, places in the text; the phrase notation; scopes."""

from __future__ import annotations

import pytest
from spacy.vocab import Vocab

from pipeline.core.records import SpeakerRole
from pipeline.core.results import Polarity
from pipeline.features.engine import Line, MarkerEngine
from pipeline.features.matching import PhraseFinder, is_whole_turn, raw_pattern
from pipeline.features.phrases import compile_phrase
from pipeline.features.reading import read
from pipeline.features.rules import load_acts, load_rules


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("idk, u dont listen", "i do not know you do not listen"),
        ("I'm, um, NOT sure!!", "i am not sure !"),
        ("ur not listening to ur client", "you are not listening to your client"),
        ("your not helping", "you are not helping"),
        ("I-I-I can’t", "i can not"),
        ("its fine, ill do it", "it is fine i will do it"),
        ("I feel ill", "i feel ill"),
        ("let's see what's there", "let us see what is there"),
        ("my mum's car", "my mum car"),
        ("wh- what? no.", "what ? no ."),
        ("sooooo tired", "soo tired"),
        ("well... okay", "well okay"),
        ("<PERSON_1> rang [NAME]", "anon rang anon"),
    ],
)
def test_reading_when_spelled_freely_then_it_is_canonical(text: str, words: str) -> None:
    assert " ".join(read(text).words) == words


@pytest.mark.parametrize(
    ("sound", "word"), [("uh-huh", "mhm"), ("Mm-hm", "mhm"), ("mhm", "mhm"), ("uh-uh", "no"), ("huh-uh", "no"), ("hm-mm", "no")]
)
def test_reading_when_a_sound_says_yes_or_no_then_its_polarity_stays(sound: str, word: str) -> None:
    assert read(sound).words == (word,)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("[laughs] no", "laugh"),
        ("lol", "laugh"),
        ("fine :)", "smile"),
        ("[sighs]", "sigh"),
        ("[shrugs]", "withheld"),
        ("[phone buzzes]", "interruption"),
    ],
)
def test_reading_when_a_sound_is_transcribed_then_it_is_a_cue(text: str, cue: str) -> None:
    assert read(text).has_cue(cue)


def test_reading_when_emoji_stand_before_then_places_are_code_points() -> None:
    text = "😀👩‍👩‍👧 u dont listen"
    reading = read(text)
    assert text[reading.starts[0] : reading.ends[-1]] == "u dont listen"
    assert reading.spoken == 3


def phrase_ranges(phrase: str, text: str) -> list[tuple[int, int]]:
    return PhraseFinder.of_phrases(Vocab(), {"key": [phrase]}).find(read(text)).get("key", [])


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("you (never|do not) listen", "and u dont listen", True),
        ("you .. listen", "you never ever really listen", True),
        ("you .. listen", "you. Never. Listen", False),
        ("really? (not sure)?  fine", "really fine", True),
        ("^ whatever $", "well, whatever lol", True),
        ("^ whatever $", "take whatever you need", False),
        ("why [?]", "so why?", True),
        ("why [?]", "that is why.", False),
        ("feel <distress>", "i feel so ashamed", False),
        ("feel ..1 <distress>", "i feel so ashamed", True),
    ],
)
def test_phrase_when_looked_for_then_it_is_found_where_it_says(phrase: str, text: str, found: bool) -> None:
    assert bool(phrase_ranges(phrase, text)) is found


@pytest.mark.parametrize(
    "phrase", ["(oh|um) sorry", "a $ b", "(open", "shut)", "a | | b)", "<nothing_of_that_name>", "maybe?", "%", "(a b|c d|e f)? " * 9 + "x"]
)
def test_phrase_when_it_cannot_be_read_then_it_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"phrase|list"):
        compile_phrase(phrase)


def test_raw_pattern_when_it_asks_for_other_attributes_then_it_is_refused() -> None:
    with pytest.raises(ValueError, match="ORTH"):
        raw_pattern([{"LEMMA": "listen"}])


def test_whole_turn_when_openers_and_closers_stand_around_then_it_is_whole() -> None:
    reading = read("Well, whatever, I guess.")
    assert is_whole_turn(reading, (1, 2))
    assert not is_whole_turn(read("whatever he said"), (0, 1))


@pytest.fixture(scope="module")
def engine() -> MarkerEngine:
    return MarkerEngine(Vocab(), rules=load_rules(), acts=load_acts())


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("You're not listening to me.", Polarity.ASSERTED),
        ("It's not that you're not listening to me.", Polarity.NEGATED),
        ("If you're not listening to me I can't do this.", Polarity.HYPOTHETICAL),
        ("My wife said you're not listening to me.", Polarity.REPORTED),
        ("Part of me wanted to say you're not listening to me.", Polarity.REPORTED),
        ('She goes "you\'re not listening to me" and hangs up.', Polarity.REPORTED),
        ("My wife said I should come but you're not listening to me.", Polarity.ASSERTED),
        ("I don't know, you're not listening to me.", Polarity.ASSERTED),
    ],
)
def test_scope_when_words_are_not_the_speakers_claim_then_the_hit_says_so(engine: MarkerEngine, text: str, polarity: Polarity) -> None:
    hits = engine.run(engine.views([Line(role=SpeakerRole.CLIENT, text=text)]))[0]
    assert {hit.polarity for hit in hits if hit.rule_id == "confrontation.therapist.not_listening"} == {polarity}


def test_rules_when_the_speaker_is_unknown_then_nothing_fires(engine: MarkerEngine) -> None:
    assert engine.run(engine.views([Line(role=SpeakerRole.UNKNOWN, text="You're not listening to me.")])) == [()]
