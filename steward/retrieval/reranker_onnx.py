"""An exported reranker run by onnxruntime and tokenizers: the CPU's way, without torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.errors import InputError
from steward.retrieval.calibrate_scores import Calibration
from steward.retrieval.encoder_onnx import open_session
from steward.retrieval.encoder_static import load_tokenizer
from steward.retrieval.reranker_settings import RerankerRecord

GRAPH, ABOUT, TOKENIZER = "reranker.onnx", "reranker_onnx.json", "tokenizer.json"
BATCH = 16
"""Pairs at once: small, so that pairs of like length share a batch and little is padded."""


class OnnxScorer:
    """Scores pairs in batches of like length; each batch is as wide as its longest pair."""

    def __init__(self, session: Any, tokenizer: Any, name: str, calibration: Calibration) -> None:
        """Wrap an `InferenceSession` and a tokenizer that truncates and does not pad."""
        self._session = session
        self._tokenizer = tokenizer
        self._name = name
        self._calibration = calibration
        self._inputs = [each.name for each in session.get_inputs()]
        self._pad = int((tokenizer.padding or {}).get("pad_id", 0))
        tokenizer.no_padding()

    @classmethod
    def load(cls, folder: Path, *, threads: int = 0) -> OnnxScorer:
        """Load an exported folder; `threads` 0 takes as many as there are cores.

        Raises:
            MissingExtra: onnxruntime or tokenizers is not installed.
            InputError: a file is not there or cannot be read.
        """
        try:
            about = json.loads((folder / ABOUT).read_text("utf-8"))
            name = f"{folder.name} {about['precision']} {about['digest']}"
        except (OSError, ValueError, KeyError):
            raise InputError(
                f"{folder} holds no exported reranker: {ABOUT} cannot be read.",
                hint=f"Export it: steward models export {folder}",
            ) from None
        record = RerankerRecord.load(folder)
        tokenizer = load_tokenizer(folder / TOKENIZER)
        tokenizer.enable_truncation(record.max_tokens)
        return cls(open_session(folder / GRAPH, threads), tokenizer, name, record.calibration)

    @property
    def name(self) -> str:
        """Folder, precision and digest of the graph."""
        return self._name

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Probabilities (float32) that a text is worth showing for a query."""
        return self._calibration.of(self.logits(pairs))

    def logits(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """What the model says before any curve: any number, more is better."""
        read = self._tokenizer.encode_batch(list(pairs))
        out = np.zeros(len(pairs), dtype=np.float32)
        # By the number of tokens: that of characters says little of Chinese.
        order = sorted(range(len(read)), key=lambda i: (len(read[i].ids), i))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            out[rows] = self._batch([read[i] for i in rows])
        return out

    def _batch(self, read: Sequence[Any]) -> npt.NDArray[np.float32]:
        shape = (len(read), len(read[-1].ids))
        held = {
            "input_ids": np.full(shape, self._pad, dtype=np.int64),
            "attention_mask": np.zeros(shape, dtype=np.int64),
            "token_type_ids": np.zeros(shape, dtype=np.int64),
        }
        for row, each in enumerate(read):
            held["input_ids"][row, : len(each.ids)] = each.ids
            held["attention_mask"][row, : len(each.ids)] = 1
            held["token_type_ids"][row, : len(each.ids)] = each.type_ids
        (logits,) = self._session.run(None, {name: held[name] for name in self._inputs})
        return np.asarray(logits, dtype=np.float32).reshape(-1)
