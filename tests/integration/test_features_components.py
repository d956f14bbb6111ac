"""The component in a foreign pipeline: factory, several processes, to and from disk, displaCy."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from pydantic import ValidationError
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc

import pipeline.features.components  # noqa: F401  # registers the factory

COMPLAINT = "😀 You're not listening to me."
PRESSED = {"role": "client", "earlier": [["therapist", "You need to stop before it kills you."]]}
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "spacy.md"


@pytest.fixture(scope="module")
def nlp() -> Language:
    made = spacy.blank("en")
    made.add_pipe("sentencizer")
    made.add_pipe("rupture_markers", config={"role": "client"})
    return made


def codes(doc: Doc) -> list[str]:
    return [span.label_ for span in doc.spans["ruptures"]]


def test_component_when_told_whose_turns_it_gets_then_it_marks_a_bare_text(nlp: Language) -> None:
    doc = nlp(COMPLAINT)
    assert [(span.text, span.label_, span.id_) for span in doc.spans["ruptures"]] == [
        ("You're not listening", "CF-THE", "confrontation.therapist.not_listening")
    ]
    assert doc._.rupture_hits[0]["polarity"] == "asserted"


def test_component_when_the_speaker_is_not_known_then_it_marks_nothing() -> None:
    plain = spacy.blank("en")
    plain.add_pipe("rupture_markers", config={"vectors": False})
    assert codes(plain(COMPLAINT)) == []


def test_component_when_the_turn_before_is_given_then_rules_with_context_fire(nlp: Language) -> None:
    alone, answered = nlp("Okay."), nlp.make_doc("Okay.")
    answered._.rupture_turn = PRESSED
    assert codes(alone) == []
    assert codes(nlp(answered)) == ["WD-DEF"]


def test_component_when_the_context_has_another_shape_then_it_is_refused(nlp: Language) -> None:
    doc = nlp.make_doc("Okay.")
    doc._.rupture_turn = {"role": "somebody"}
    with pytest.raises(ValidationError):
        nlp(doc)


def test_component_when_a_hit_is_not_asserted_then_it_is_a_hit_and_no_span(nlp: Language) -> None:
    doc = nlp("My wife said you're not listening to me.")
    assert codes(doc) == []
    assert [hit["polarity"] for hit in doc._.rupture_hits] == ["reported"]


def test_component_when_run_in_two_processes_then_it_finds_the_same(nlp: Language) -> None:
    texts = [COMPLAINT, "We went to the sea.", "I have to go now.", COMPLAINT]
    assert [codes(doc) for doc in list(nlp.pipe(texts, n_process=2, batch_size=1))] == [codes(doc) for doc in [nlp(text) for text in texts]]


def test_component_when_turns_with_context_run_in_two_processes_then_the_context_goes_along(nlp: Language) -> None:
    docs = [nlp.make_doc("Okay.") for _ in range(3)]
    docs[1]._.rupture_turn = PRESSED
    found = list(nlp.pipe(docs, n_process=2, batch_size=1))
    assert [codes(doc) for doc in found] == [[], ["WD-DEF"], []]
    assert found[1]._.rupture_hits[0]["code"] == "WD-DEF"


def test_component_when_nothing_is_imported_then_a_fresh_pipeline_finds_it_by_its_entry_point() -> None:
    script = "import spacy; spacy.blank('en').add_pipe('rupture_markers'); import sys; print('pipeline.features.components' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_how_to_when_its_examples_are_run_in_order_then_they_print_what_it_says(tmp_path: Path) -> None:
    page = HOW_TO.read_text(encoding="utf-8")
    script = tmp_path / "example.py"
    script.write_text("\n".join(re.findall(r"```python\n(.*?)```", page, flags=re.S)), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    printed = done.stdout.splitlines()
    assert printed[:3] == ["You're not listening CF-THE confrontation.therapist.not_listening", "['WD-DEF']", "0 reported"]
    assert all(line in page for line in printed[:3])
    assert printed[3:] == ["['CF-THE']", "[]", "['WD-END']"]


def test_component_when_written_and_read_back_then_it_finds_the_same(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "saved")
    again = spacy.load(tmp_path / "saved")
    assert codes(again(COMPLAINT)) == ["CF-THE"]
    assert again.get_pipe("rupture_markers").to_bytes() == nlp.get_pipe("rupture_markers").to_bytes()


def test_component_when_rendered_then_displacy_shows_its_spans(nlp: Language) -> None:
    markup = displacy.render(nlp(COMPLAINT), style="span", options={"spans_key": "ruptures"}, jupyter=False)
    assert "CF-THE" in markup


def test_component_when_analysed_then_it_says_what_it_assigns() -> None:
    assert "doc.spans" in Language.get_factory_meta("rupture_markers").assigns


def test_component_when_it_reads_many_turns_then_the_vocabulary_does_not_learn_their_words(nlp: Language) -> None:
    doc = nlp("warm up the rules, you never listen")
    before = len(nlp.vocab.strings)
    nlp.get_pipe("rupture_markers")(Doc(nlp.vocab, words=["you", "never", "listen"]))
    assert doc is not None
    assert len(nlp.vocab.strings) == before
