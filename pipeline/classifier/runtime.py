"""Scoring with the int8 ONNX graph: one window at a time, so that no score depends on what else is scored beside it.

Dynamic quantisation takes its scale from the whole input tensor. Windows are therefore never batched or padded together:
a turn's score is the same bytes whatever the batch, the worker or the order of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from pipeline.classifier.calibration import calibrate
from pipeline.classifier.manifest import GRAPH, TOKENIZER, ModelManifest, verify_folder
from pipeline.classifier.packing import PackedWindow, WindowPolicy, pack, plan_windows
from pipeline.classifier.targets import clear_column, output_names
from pipeline.classifier.tokens import TurnTokenizer, TurnTokens
from pipeline.core.errors import ModelError
from pipeline.core.records import SpeakerRole, Turn
from pipeline.core.results import RuptureKind


@dataclass(frozen=True, slots=True)
class TurnScores:
    """Hold the scores of all turns of a session.

    `raw` [turns, outputs] are sigmoid outputs in the order of `output_names()`; `p_withdrawal` and `p_confrontation` [turns]
    are calibrated and meaningful on client turns only; `cut` [turns] counts tokens that did not fit.
    """

    raw: NDArray[np.float64]
    p_withdrawal: NDArray[np.float64]
    p_confrontation: NDArray[np.float64]
    cut: NDArray[np.int64]


class TurnGraph:
    """Hold the scoring graph with its tokenizer and window policy: turns in, raw outputs out."""

    def __init__(self, session: onnxruntime.InferenceSession, *, tokenizer: TurnTokenizer, window: WindowPolicy) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._window = window

    @classmethod
    def open(cls, folder: Path, *, window: WindowPolicy, threads: int = 1) -> TurnGraph:
        """Open the graph and the tokenizer of a folder that has been verified or just been made."""
        return cls(_open_graph(folder / GRAPH, threads), tokenizer=TurnTokenizer.from_file(folder / TOKENIZER), window=window)

    @property
    def cls_id(self) -> int:
        """Return the id that opens a window."""
        return self._tokenizer.cls_id

    @property
    def sep_id(self) -> int:
        """Return the id that closes a window."""
        return self._tokenizer.sep_id

    def raw(self, turns: Sequence[Turn], *, features: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the sigmoid outputs [turns, outputs] of one session, and how many tokens of each turn were cut [turns]."""
        tokens = self.encode(turns)
        raw = np.zeros((len(turns), len(output_names())))
        for window in plan_windows([len(turn.ids) for turn in tokens], policy=self._window):
            packed = pack(window, tokens, cls_id=self.cls_id, sep_id=self.sep_id)
            logits = self.run_window(packed, features=features)
            keep = slice(window.score_first - window.first, window.score_end - window.first)
            raw[window.score_first : window.score_end] = sigmoid(logits[keep])
        return raw, np.array([turn.cut for turn in tokens], dtype=np.int64)

    def encode(self, turns: Sequence[Turn]) -> tuple[TurnTokens, ...]:
        """Turn each turn into ids under the window policy."""
        most = self._window.turn_tokens
        return tuple(self._tokenizer.encode(turn.text, role=SpeakerRole(turn.role), max_tokens=most) for turn in turns)

    def run_window(self, packed: PackedWindow, *, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the logits [turns of the window, outputs] of one window."""
        inputs = {
            "input_ids": np.array([packed.ids], dtype=np.int64),
            "owner": np.array([packed.owner], dtype=np.int64),
            "role_at": np.array([packed.role_at], dtype=np.int64),
            "features": features[packed.window.first : packed.window.end][None].astype(np.float32),
        }
        (logits,) = self._session.run(["logits"], inputs)
        return np.asarray(logits[0], dtype=np.float64)


class TurnClassifier:
    """Hold a verified model folder, loaded for scoring."""

    def __init__(self, graph: TurnGraph, *, manifest: ModelManifest, sha256: str) -> None:
        self.manifest = manifest
        self.sha256 = sha256
        self._graph = graph

    @classmethod
    def load(cls, folder: Path, *, threads: int = 1) -> TurnClassifier:
        """Verify `folder` against its manifest and load the graph; raises `ModelError` when anything differs."""
        manifest, sha256 = verify_folder(folder)
        if manifest.outputs != output_names():
            way_out = "Train it again, or use the version it belongs to."
            raise ModelError("MOD-007", "the model was trained for another codebook", way_out=way_out)
        return cls(TurnGraph.open(folder, window=manifest.window, threads=threads), manifest=manifest, sha256=sha256)

    @property
    def graph(self) -> TurnGraph:
        """Return the scoring graph, for what needs to run it again."""
        return self._graph

    def score(self, turns: Sequence[Turn], *, features: NDArray[np.float32]) -> TurnScores:
        """Score all turns of one session; `features` [turns, names] must hold the columns that the manifest names."""
        raw, cut = self._graph.raw(turns, features=features)
        return TurnScores(
            raw=raw,
            p_withdrawal=calibrate(raw[:, clear_column(RuptureKind.WITHDRAWAL)], policy=self.manifest.withdrawal),
            p_confrontation=calibrate(raw[:, clear_column(RuptureKind.CONFRONTATION)], policy=self.manifest.confrontation),
            cut=cut,
        )


def _open_graph(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.use_deterministic_compute = True
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return likelihoods of logits."""
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0)))
