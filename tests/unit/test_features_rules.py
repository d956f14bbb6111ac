"""Every shipped rule holds its own hits and misses; the rule files are strict."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from spacy.vocab import Vocab

from pipeline.core.codebook import codebook
from pipeline.core.errors import UsageError
from pipeline.core.records import SpeakerRole
from pipeline.core.results import MarkerHit, Polarity
from pipeline.features.engine import Line, MarkerEngine
from pipeline.features.names import FEATURE_NAMES, MARKER_CODES
from pipeline.features.reference import marker_reference
from pipeline.features.rules import Act, Example, Rule, load_acts, load_rules
from pipeline.features.vectors import StaticVectors

OTHER = {SpeakerRole.CLIENT: SpeakerRole.THERAPIST, SpeakerRole.THERAPIST: SpeakerRole.CLIENT}
RULES = load_rules()

SMALL_RULE = """
[[rule]]
id = "confrontation.test.small"
code = "CF-THE"
role = "client"
target = "therapist"
{trigger}
weight = 0.5
reason = "a rule of the test suite"
source = "test suite"
hits = ["you never ask", "you never ask", "you never ask"]
misses = ["one", "two", {{ text = "three", near = true }}]
"""


@lru_cache(maxsize=1)
def engine() -> MarkerEngine:
    return MarkerEngine(Vocab(), rules=RULES, acts=load_acts(), embed=StaticVectors.load().embed)


def hits_of(rule: Rule, example: Example) -> list[MarkerHit]:
    lines, role = [Line(role=rule.role, text=example.text)], rule.role
    for text in reversed(example.earlier()):
        role = OTHER[role]
        lines.insert(0, Line(role=role, text=text))
    return [hit for hit in engine().run(engine().views(lines))[-1] if hit.rule_id == rule.id]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_when_given_its_hits_then_it_fires_with_their_polarity(rule: Rule) -> None:
    missed = [at for at, example in enumerate(rule.hits) if all(hit.polarity is not example.polarity for hit in hits_of(rule, example))]
    assert not missed


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_when_given_its_misses_then_it_asserts_nothing(rule: Rule) -> None:
    fired = [at for at, example in enumerate(rule.misses) if any(hit.polarity is Polarity.ASSERTED for hit in hits_of(rule, example))]
    assert not fired


@pytest.mark.parametrize("act", load_acts(), ids=lambda act: act.act.value)
def test_act_when_given_its_examples_then_it_tells_them_apart(act: Act) -> None:
    views = engine().views([Line(role=SpeakerRole.THERAPIST, text=text) for text in (*act.hits, *act.misses)])
    assert [act.act in view.acts for view in views] == [True] * len(act.hits) + [False] * len(act.misses)


def test_rules_when_counted_by_code_then_every_code_of_the_manual_has_one() -> None:
    assert {rule.code for rule in RULES} == {code.code for code in codebook().codes}


def test_marker_codes_when_compared_with_the_codebook_then_they_are_the_same_in_order() -> None:
    assert tuple(code.code for code in codebook().codes) == MARKER_CODES
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES)


def test_rules_when_a_length_is_their_only_ground_then_there_is_none_without_context() -> None:
    alone = [rule.id for rule in RULES if rule.structure and rule.structure.test in ("clipped_answer", "bare_yes") and not rule.after]
    assert alone == []


@pytest.mark.parametrize(
    ("trigger", "code"),
    [
        ('phrases = ["you never ask"]\ncolour = "red"', "FEA-003"),
        ('phrases = ["you (never ask"]', "FEA-003"),
        ('phrases = ["<no_such_list>"]', "FEA-003"),
        ('phrases = ["really?"]', "FEA-003"),
        ('phrases = ["you never ask"]\nafter = ["full_moon"]', "FEA-003"),
        ('dependency = [{ RIGHT_ID = "a" }]', "FEA-003"),
        ("phrases = [", "FEA-002"),
        ("", "FEA-003"),
    ],
)
def test_rule_file_when_wrong_then_the_error_has_its_code(tmp_path: Path, trigger: str, code: str) -> None:
    (tmp_path / "wrong.toml").write_text(SMALL_RULE.format(trigger=trigger), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_rules(tmp_path)
    assert caught.value.code == code


def test_rule_file_when_an_id_comes_twice_then_the_error_names_it(tmp_path: Path) -> None:
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(SMALL_RULE.format(trigger='phrases = ["you never ask"]'), encoding="utf-8")
    with pytest.raises(UsageError, match="FEA-004"):
        load_rules(tmp_path)


def test_rule_when_written_as_a_matcher_pattern_then_it_fires(tmp_path: Path) -> None:
    trigger = 'patterns = [[{ ORTH = "you" }, { ORTH = { IN = ["never", "hardly"] } }, { ORTH = "even", OP = "?" }, { ORTH = "ask" }]]'
    (tmp_path / "small.toml").write_text(SMALL_RULE.format(trigger=trigger), encoding="utf-8")
    small = MarkerEngine(Vocab(), rules=load_rules(tmp_path), acts=())
    views = small.views([Line(role=SpeakerRole.CLIENT, text="u hardly even ask")])
    assert [(hit.start, hit.end) for hit in small.run(views)[0]] == [(0, 17)]


def test_reference_when_made_from_the_rules_then_it_is_the_committed_file() -> None:
    committed = Path(__file__).parents[2] / "docs" / "reference" / "markers.md"
    assert committed.read_text(encoding="utf-8") == marker_reference(RULES)
