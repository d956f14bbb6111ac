"""Builders for retraining: a small corpus, a models folder around the tiny model, and rated sessions; the words in them are made up."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

from pipeline.classifier.manifest import GRAPH, MANIFEST, TOKENIZER, FileEntry
from pipeline.core.canonical import canonical_json, sha256_file
from pipeline.core.manual_form import SessionRating, TurnRating
from pipeline.core.ratings import Judgement, Rating, SegmentRef
from pipeline.core.records import Transcript
from pipeline.training.config import FitSettings, NoiseSettings, RetrainSettings, TrainingConfig
from pipeline.training.corpus.store import write_ratings, write_sessions
from tests.builders import manifest, transcript
from tests.review_builders import NOW

KEY = "5" * 64


def script(seed: int, *, exchanges: int = 12, word: str = "") -> tuple[list[str], list[int]]:
    """Return the lines of a made-up session and its clear client turns: `flat` after `plan`; `word` stands in every client turn."""
    rng = random.Random(seed)
    lines, clear = [], []
    for place in range(exchanges):
        pressed = rng.random() < 0.3
        lines.append(f"T: we do the plan {rng.choice('abc')}" if pressed else f"T: how was the week {rng.choice('abc')}")
        said = f"flat {rng.choice('de')}" if pressed else f"the week was fine {rng.choice('defgh')}"
        lines.append(f"C: {said} {seed} {word}".rstrip())
        if pressed:
            clear.append(2 * place + 1)
    return lines, clear


def small_corpus(folder: Path) -> Path:
    """Write a corpus folder of nine sessions with its splits."""
    folder.mkdir(parents=True, exist_ok=True)
    sessions, ratings = {}, {}
    for number in range(9):
        lines, clear = script(1000 + number)
        name = f"v{number:03d}"
        roles = {"T": "therapist", "C": "client"}
        sessions[name] = [{"speaker": roles[line[0]], "text": line[3:]} for line in lines]
        ratings[name] = SessionRating(session=name, overall=2, turns=tuple(TurnRating(turn=turn, w=2) for turn in clear))
    write_sessions(folder, sessions)
    write_ratings(folder / "ratings_a.jsonl", ratings)
    names = sorted(sessions)
    (folder / "splits.json").write_text(json.dumps({"train": names[:4], "validation": names[4:6], "test": names[6:]}))
    return folder


def small_config(corpus: Path) -> TrainingConfig:
    """Return a configuration that learns in seconds."""
    retrain = RetrainSettings(epochs=1, replay=4, repeat=1, corpus_validation=2, corpus_test=3, least_sessions=6, prior_turns=20)
    return TrainingConfig(
        corpus=corpus, retrain=retrain, fit=FitSettings(freeze_embeddings=False, batch_tokens=1024, threads=1), noise=NoiseSettings()
    )


def models_with(tiny: Path, folder: Path) -> Path:
    """Copy the tiny model into a models folder as the one that is shipped."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(tiny, folder / "default")
    return folder


def hollow_models(folder: Path) -> Path:
    """Write a models folder whose shipped model has whole, pinned files and no network in them."""
    shipped = folder / "default"
    shipped.mkdir(parents=True)
    for name, content in ((GRAPH, b"\x08graph"), (TOKENIZER, b"{}"), ("heads.safetensors", b"\x02" + b"\x00" * 7 + b"{}")):
        (shipped / name).write_bytes(content)
    files = {path.name: FileEntry(sha256=sha256_file(path), bytes=path.stat().st_size) for path in shipped.iterdir()}
    (shipped / MANIFEST).write_bytes(canonical_json(manifest().model_copy(update={"model_id": "default", "files": files})))
    return folder


def rated_session(number: int, *, blind: bool = True, word: str = "", dyad_id: str | None = None) -> tuple[Transcript, list[Rating]]:
    """Return a made-up session of dyad `d<number>` and one rater's ratings of all its exchanges."""
    lines, clear = script(number, word=word)
    dyad = dyad_id or f"d{number}"
    source = transcript(lines, transcript_id=f"s{number}").model_copy(update={"dyad_id": dyad})
    return source, rate(source, clear, blind=blind)


def rate(source: Transcript, clear: Sequence[int], *, blind: bool = True, rater: str = "rater_a", saw_model: bool = False) -> list[Rating]:
    """Rate every exchange of a session: 2 for withdrawal on the turns given, 0 elsewhere."""
    return [
        Rating(
            rating_id=f"{rater}-{source.text_sha256[:12]}-{turn}",
            ref=SegmentRef(text_sha256=source.text_sha256, first_turn=turn - 1, end_turn=turn + 1),
            rater=rater,
            judgement=Judgement(w=2 if turn in clear else 0, c=0),
            blind=blind and not saw_model,
            saw_model=saw_model,
            codebook_version="2",
            at=NOW,
        )
        for turn in range(1, len(source.turns), 2)
    ]


def gathered(numbers: Sequence[int], **more: object) -> tuple[dict[str, Transcript], list[Rating]]:
    """Return the transcripts by text hash and all ratings of several sessions."""
    pairs = [rated_session(number, **more) for number in numbers]
    return {source.text_sha256: source for source, _ in pairs}, [rating for _, ratings in pairs for rating in ratings]
