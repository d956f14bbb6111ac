"""Shared fixtures: a tiny real model folder, built with the project's own export."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a model folder with a tiny untrained encoder and the real tokenizer file."""
    from tests.tiny import build_tiny_model

    return build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")
