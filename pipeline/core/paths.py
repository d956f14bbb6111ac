"""Where configuration and models lie, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def configs_dir() -> Path:
    """Return the folder of shipped configuration: inside the wheel, else `configs/` of the checkout."""
    bundled = _PACKAGE / "bundled" / "configs"
    return bundled if bundled.is_dir() else _PACKAGE.parent / "configs"


def default_model_dir() -> Path:
    """Return the folder of the shipped model: inside the wheel, else `models/default` of the checkout."""
    bundled = _PACKAGE / "bundled" / "models" / "default"
    return bundled if bundled.is_dir() else _PACKAGE.parent / "models" / "default"
