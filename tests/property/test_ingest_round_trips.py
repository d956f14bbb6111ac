"""Whatever is written in a format comes back; normalisation is idempotent; nothing crashes a reader."""

from __future__ import annotations

import csv
import io
import json
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import InputError
from pipeline.core.records import Transcript
from pipeline.ingest.assemble import Origin, assemble
from pipeline.ingest.clean import clean
from pipeline.ingest.marks import mark
from pipeline.ingest.options import ReadOptions
from pipeline.ingest.placeholders import is_placeholder
from pipeline.ingest.registry import RawSession, reader_for
from pipeline.ingest.source import source_from_bytes
from pipeline.ingest.tidy import tidied

HEADS = (
    b"",
    b"WEBVTT\n\n",
    b'"ooTextFile"\n"TextGrid"\n0\n1\n<exists>\n',
    b"@UTF8\n*A:\t",
    b'{"turns": ',
    b"speaker,text\n",
    b"<ANNOTATION_DOCUMENT>",
)
ALLOWED = ReadOptions(allow_identifiers=True)
WORDS = st.lists(st.sampled_from(["kettle", "drawer", "rota", "it's", "no,", "fence?", "the", "of", "and"]), min_size=1, max_size=6).map(
    " ".join
)
EXCHANGES = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6)
NOTATIONS = """
    um uh-huh uh-uh mm hm - -- --- . .. ... … [ ] ( ) (( )) < > { } {{ * *** _ ___ X XXXX ha haha laughs *laughs* NAME [NAME] Mr. B pause
    2.0 // : :: h hhh .hhh wh- client: [client: yeah see mhm ' " \u200b \u2019 é ER uhm 00:01:02 5s [laughs] (mm-hm) inaudible
"""
PIECES = st.sampled_from(NOTATIONS.split())
NOTATION = st.lists(st.tuples(PIECES, st.sampled_from(["", " "])), max_size=14).map(
    lambda pieces: "".join(word + gap for word, gap in pieces)
)


def turns_of(content: str | bytes, *, suffix: str) -> list[tuple[str, str]]:
    source = source_from_bytes(content.encode() if isinstance(content, str) else content, suffix=suffix)
    (raw,) = reader_for(source).read(source, ALLOWED)
    assert isinstance(raw, RawSession)
    transcript = assemble(raw, Origin("test", source.sha256, "t"), ALLOWED)
    return [(turn.role.value, turn.text) for turn in transcript.turns]


def lines(exchanges: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [line for asked, said in exchanges for line in (("therapist", asked), ("client", said))]


@given(EXCHANGES)
def test_plain_text_when_written_and_read_then_nothing_changes(exchanges: list[tuple[str, str]]) -> None:
    assert turns_of("\n".join(f"{who}: {words}" for who, words in lines(exchanges)), suffix=".txt") == lines(exchanges)


@given(EXCHANGES)
def test_json_when_written_and_read_then_nothing_changes(exchanges: list[tuple[str, str]]) -> None:
    turns = [{"speaker": who, "text": words} for who, words in lines(exchanges)]
    assert turns_of(json.dumps(turns), suffix=".json") == lines(exchanges)
    assert turns_of(json.dumps({"session": "s", "turns": turns}), suffix=".jsonl") == lines(exchanges)


@given(EXCHANGES)
def test_csv_when_written_and_read_then_nothing_changes(exchanges: list[tuple[str, str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([("speaker", "text"), *lines(exchanges)])
    assert turns_of(buffer.getvalue(), suffix=".csv") == lines(exchanges)


@given(EXCHANGES)
def test_subtitles_when_written_and_read_then_nothing_changes(exchanges: list[tuple[str, str]]) -> None:
    cues = [
        (f"00:{place // 60:02}:{place % 60:02}", f"00:{place // 60:02}:{place % 60:02}", f"{who}: {words}")
        for place, (who, words) in enumerate(lines(exchanges))
    ]
    vtt = "WEBVTT\n\n" + "\n\n".join(f"{start}.000 --> {end}.900\n{text}" for start, end, text in cues)
    srt = "\n\n".join(f"{number}\n{start},000 --> {end},900\n{text}" for number, (start, end, text) in enumerate(cues, 1))
    assert turns_of(vtt, suffix=".vtt") == lines(exchanges)
    assert turns_of(srt, suffix=".srt") == lines(exchanges)


@given(EXCHANGES, st.booleans())
def test_textgrid_when_written_long_or_short_then_it_reads_the_same(exchanges: list[tuple[str, str]], short: bool) -> None:
    spoken = list(enumerate(lines(exchanges)))
    head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n' if not short else '"ooTextFile"\n"TextGrid"\n'
    tiers = []
    for party in ("therapist", "client"):
        own = [(place, words.replace('"', '""')) for place, (who, words) in spoken if who == party]
        named = (
            '"IntervalTier"\n"{}"\n0\n99\n{}\n'
            if short
            else 'class = "IntervalTier"\nname = "{}"\nxmin = 0\nxmax = 99\nintervals: size = {}\n'
        )
        each = '{}\n{}\n"{}"\n' if short else 'intervals [1]:\nxmin = {}\nxmax = {}\ntext = "{}"\n'
        tiers.append(named.format(party, len(own)) + "".join(each.format(place, place + 1, words) for place, words in own))
    body = "0\n99\n<exists>\n2\n" if short else "xmin = 0\nxmax = 99\ntiers? <exists>\nsize = 2\nitem []:\n"
    assert turns_of(head + body + "".join(tiers), suffix=".TextGrid") == lines(exchanges)


@settings(max_examples=400)
@given(NOTATION)
def test_normalisation_when_done_twice_then_the_second_time_changes_nothing(text: str) -> None:
    once = mark(clean(text).text)
    again = mark(clean(once.text).text)
    assert again.text == once.text
    assert [(found.kind, found.start, found.end) for found in again.marks] == [(found.kind, found.start, found.end) for found in once.marks]


@settings(max_examples=300)
@given(st.one_of(NOTATION, st.text(max_size=60)))
def test_marks_when_found_then_they_lie_in_the_text_in_order_and_never_overlap(text: str) -> None:
    marked = mark(clean(text).text)
    edges = [edge for found in marked.marks for edge in (found.start, found.end)]
    assert edges == sorted(edges)
    assert all(found.start < found.end <= len(marked.text) for found in marked.marks)


@given(st.text(alphabet=string.printable + "é\u200b\ud800", max_size=80))
def test_clean_when_given_anything_then_it_is_idempotent_and_can_be_encoded(text: str) -> None:
    once = clean(text)
    assert clean(once.text).text == once.text
    once.text.encode("utf-8")


@given(st.text(max_size=40))
def test_placeholder_check_when_given_anything_then_it_answers(text: str) -> None:
    assert is_placeholder(text) in {True, False}


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_readers_when_fed_anything_then_they_return_sessions_or_input_errors(content: bytes) -> None:
    for head in HEADS:
        try:
            source = source_from_bytes(head + content)
            for raw in reader_for(source).read(source, ALLOWED):
                if isinstance(raw, RawSession):
                    tidied(raw.utterances)
                    assert isinstance(assemble(raw, Origin("test", source.sha256, "t"), ALLOWED), Transcript)
        except InputError as error:
            assert error.code.startswith("ING-0")
