"""The network of a model folder, ready to go on learning."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file

from pipeline.classifier.manifest import ModelManifest, verify_folder
from pipeline.classifier.network import TurnTagger
from pipeline.classifier.targets import output_names
from pipeline.core.errors import ModelError
from pipeline.features.stage import FEATURE_NAMES
from pipeline.training.base import Base

HEADS = "heads.safetensors"
_FEATURES_IN = "feature_in.0.weight"


def base_of(folder: Path, manifest: ModelManifest) -> Base:
    """Return a model folder as the base of another: its encoder and tokenizer, under the name of the weights it began with."""
    return Base(manifest.base, folder, manifest.base_sha256)


def network_of(folder: Path, *, dropout: float) -> TurnTagger:
    """Load the network of a verified model folder in single precision.

    Columns of features that this version has and the model had not begin with a weight of 0. Raises `ModelError` when the model was
    trained for another codebook.
    """
    manifest, _ = verify_folder(folder)
    if manifest.outputs != output_names():
        raise ModelError(
            "MOD-007", "the model was trained for another codebook", way_out="Train it again, or use the version it belongs to."
        )
    network = TurnTagger(base_of(folder, manifest).encoder().float(), n_features=len(FEATURE_NAMES), dropout=dropout)
    heads = load_file(folder / HEADS)
    known = heads[_FEATURES_IN]
    widened = torch.zeros(known.shape[0], len(FEATURE_NAMES))
    for column, name in enumerate(manifest.features):
        widened[:, FEATURE_NAMES.index(name)] = known[:, column]
    heads[_FEATURES_IN] = widened
    missing, unexpected = network.load_state_dict(heads, strict=False)
    if unexpected or any(not name.startswith("encoder.") for name in missing):
        raise ModelError("MOD-009", "the heads of the model do not fit this version", place=HEADS, way_out="Restore the model folder.")
    return network
