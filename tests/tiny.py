"""A tiny real model: two layers of eight units, exported and pinned the way a shipped one is."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from pipeline.classifier.network import TurnTagger
from pipeline.features.stage import FEATURE_NAMES
from pipeline.training.base import Base
from pipeline.training.config import TrainingConfig
from pipeline.training.export import export_graph, export_weights, write_manifest
from tests.builders import kind_policy

_WORDS = ["how", "was", "the", "week", "fine", "you", "sound", "flat", "i", "do", "not", "know", "it", "okay", "can", "we", "talk", "plan"]


def build_tiny_base(folder: Path) -> Base:
    """Write an encoder with random weights and a word-piece tokenizer over a few words and all letters."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = [chr(code) for code in range(33, 127)]
    vocabulary = [
        "[PAD]",
        *(f"[unused{n}]" for n in range(8)),
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *letters,
        *(f"##{letter}" for letter in letters),
        *_WORDS,
    ]
    ids = {token: place for place, token in enumerate(dict.fromkeys(vocabulary))}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(vocab_size=len(ids), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32)
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return Base("tiny", folder, "0" * 64)


def build_tiny_model(folder: Path) -> Path:
    """Write a whole model folder around the tiny encoder."""
    base = build_tiny_base(folder.parent / "base")
    network = TurnTagger(base.encoder(), n_features=len(FEATURE_NAMES))
    export_weights(network, base=base, folder=folder)
    export_graph(network, n_features=len(FEATURE_NAMES), folder=folder)
    policies = {"withdrawal": kind_policy(accumulate=0.2), "confrontation": kind_policy()}
    write_manifest(folder, model_id="tiny", base=base, config=TrainingConfig(), policies=policies, metrics={}, data_fingerprint={})
    return folder
