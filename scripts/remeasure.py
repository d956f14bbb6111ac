"""Calibrate and measure a model folder again, after marker rules, ratings or the calibration settings have changed.

The weights and the graph stay as they are; card, thresholds, figures and manifest are written anew, in a copy that then takes the
folder's place.

`--also NAME FOLDER` adds the figures of another folder in the corpus form to the card.

Example: python scripts/remeasure.py models/default --also "60 real conversations" ../shared/real-dev
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from pipeline.classifier.manifest import MANIFEST
from pipeline.training.base import find_base
from pipeline.training.config import load_config
from pipeline.training.export import staging_folder
from pipeline.training.run import corpus_parts, describe_model, load_corpus


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--config", type=Path, default=Path("configs/training.toml"))
    parser.add_argument("--also", nargs=2, action="append", default=[], metavar=("NAME", "FOLDER"))
    args = parser.parse_args()
    config = load_config(args.config)
    parts = corpus_parts(config)
    also = {name: list(load_corpus(Path(folder)).values()) for name, folder in args.also}
    with staging_folder(args.model) as folder:
        for path in args.model.iterdir():
            if path.name not in (MANIFEST, "README.md", "vocab.txt"):
                shutil.copy2(path, folder / path.name)
        describe_model(folder, model_id=args.model.name, config=config, parts=parts, base=find_base(config.base), also=also)
    print(f"{args.model} is calibrated and measured again")


if __name__ == "__main__":
    main()
