from __future__ import annotations

import json
import pickle
import random
import shutil

import pytest

from pipeline.classifier.manifest import verify_folder
from pipeline.core.errors import ModelError


@pytest.fixture
def model(tiny_model, tmp_path):
    return shutil.copytree(tiny_model, tmp_path / "model")


def refused(folder):
    with pytest.raises(ModelError) as caught:
        verify_folder(folder)
    return caught.value.code


def test_untouched_folder_is_accepted(model):
    manifest, sha256 = verify_folder(model)
    assert manifest.model_id == "tiny"
    assert len(sha256) == 64


def test_any_flipped_bit_is_refused(model):
    rng = random.Random(1)
    for name in ("model.safetensors", "heads.safetensors", "model.int8.onnx", "config.json", "tokenizer.json"):
        path = model / name
        content = path.read_bytes()
        for _ in range(20):
            place, bit = rng.randrange(len(content)), 1 << rng.randrange(8)
            path.write_bytes(content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :])
            assert refused(model) == "MOD-004"
        path.write_bytes(content)
    verify_folder(model)


def test_model_without_a_tokenizer_is_refused_even_when_the_manifest_agrees(model):
    manifest = json.loads((model / "manifest.json").read_bytes())
    del manifest["files"]["tokenizer.json"]
    (model / "tokenizer.json").unlink()
    (model / "manifest.json").write_text(json.dumps(manifest))
    assert refused(model) == "MOD-004"


def test_missing_file_is_refused(model):
    (model / "heads.safetensors").unlink()
    assert refused(model) == "MOD-004"


def test_file_that_is_not_listed_is_refused(model):
    (model / "extra.json").write_text("{}")
    assert refused(model) == "MOD-003"


class Sentinel:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("name", ["training_args.bin", "optimizer.pt", "weights.pth", "model.pkl", "model.joblib", "data.npy", "code.py"])
def test_files_that_can_carry_code_are_refused_and_nothing_runs(model, tmp_path, name):
    sentinel = tmp_path / "ran"
    (model / name).write_bytes(pickle.dumps(Sentinel(sentinel)))
    assert refused(model) == "MOD-005"
    assert not sentinel.exists()


def rewrite(model, name, content):
    """Put `content` under `name` and make the manifest agree, as an attacker who can write the folder would."""
    from pipeline.core.canonical import sha256_bytes

    (model / name).write_bytes(content)
    manifest = json.loads((model / "manifest.json").read_bytes())
    manifest["files"][name] = {"sha256": sha256_bytes(content), "bytes": len(content)}
    (model / "manifest.json").write_text(json.dumps(manifest))


def test_pickle_under_a_safe_name_is_refused(model, tmp_path):
    rewrite(model, "heads.safetensors", pickle.dumps(Sentinel(tmp_path / "ran")))
    assert refused(model) == "MOD-005"


def test_configuration_that_asks_for_remote_code_is_refused(model):
    config = json.loads((model / "config.json").read_bytes())
    rewrite(model, "config.json", json.dumps({**config, "auto_map": {"AutoModel": "evil.Model"}}).encode())
    assert refused(model) == "MOD-006"


def test_folder_without_a_manifest_is_refused(tmp_path):
    assert refused(tmp_path) == "MOD-001"
