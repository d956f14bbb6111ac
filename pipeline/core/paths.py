"""Where configuration, models and a site's own files lie, in a checkout and in an installed wheel."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.core.pointer import SHIPPED, read_pointer

MODELS_VARIABLE, SITE_VARIABLE = "RUPTURE_MODELS", "RUPTURE_SITE"
"""Environment variables that name the folder of a site's models and the folder of what retraining keeps."""
_PACKAGE = Path(__file__).resolve().parent.parent


def configs_dir() -> Path:
    """Return the folder of shipped configuration: inside the wheel, else `configs/` of the checkout."""
    bundled = _PACKAGE / "bundled" / "configs"
    return bundled if bundled.is_dir() else _PACKAGE.parent / "configs"


def shipped_models_dir() -> Path:
    """Return the folder of what is shipped: inside the wheel, else `models` of the checkout."""
    bundled = _PACKAGE / "bundled" / "models"
    return bundled if bundled.is_dir() else _PACKAGE.parent / "models"


def models_dir() -> Path:
    """Return the folder that new models go to: `RUPTURE_MODELS`, else the shipped one where it can be written, else the user's own."""
    if named := os.environ.get(MODELS_VARIABLE):
        return Path(named)
    shipped = shipped_models_dir()
    return shipped if os.access(shipped, os.W_OK) else _user_data_dir() / "models"


def site_dir() -> Path:
    """Return the folder of what retraining keeps (no text): `RUPTURE_SITE`, else in the user's data folder."""
    named = os.environ.get(SITE_VARIABLE)
    return Path(named) if named else _user_data_dir() / "site"


def model_dir(model_id: str, *, models: Path) -> Path:
    """Return the folder of a model by its id; the shipped one is found wherever it was installed."""
    own = models / model_id
    return shipped_models_dir() / SHIPPED if model_id == SHIPPED and not own.is_dir() else own


def default_model_dir() -> Path:
    """Return the folder of the current model: the one promoted last, else the shipped one."""
    models = models_dir()
    return model_dir(read_pointer(models).current_id, models=models)


def _user_data_dir() -> Path:
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "rupture-review"
