"""An exported encoder run by onnxruntime and tokenizers: the CPU's way, without torch.

The graph ends in pooled vectors of length 1; `encoder.json` says what surrounds it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from steward.errors import InputError, MissingExtra
from steward.retrieval.encoder_static import load_tokenizer
from steward.retrieval.vectors import Vectors

SETTINGS = "encoder.json"
GRAPH = "model.onnx"
BATCH = 32


@dataclass(frozen=True)
class OnnxSettings:
    """What the graph does not hold: limits, prompts, and what it was made of."""

    base: str
    precision: str
    dimensions: int
    max_tokens: int
    inputs: tuple[str, ...]
    query_prompt: str = ""
    item_prompt: str = ""

    def save(self, folder: Path) -> None:
        """Write `encoder.json`."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True)
        (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> OnnxSettings:
        """Read `encoder.json`.

        Raises:
            InputError: it is not there or is not what `save` wrote.
        """
        try:
            held = json.loads((folder / SETTINGS).read_text("utf-8"))
            return cls(**{**held, "inputs": tuple(held["inputs"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{folder / SETTINGS} cannot be read: {error!r}", hint="Export the encoder again."
            ) from None


class OnnxEncoder:
    """Runs the graph on batches of texts of like length."""

    def __init__(self, session: Any, tokenizer: Any, settings: OnnxSettings, name: str) -> None:
        """Wrap an `InferenceSession` and a tokenizer that truncates and pads."""
        self._session = session
        self._tokenizer = tokenizer
        self._settings = settings
        self._name = name

    @classmethod
    def load(cls, folder: Path, name: str, *, threads: int = 0) -> OnnxEncoder:
        """Load an exported folder; `threads` 0 takes as many as there are cores.

        Raises:
            MissingExtra: onnxruntime or tokenizers is not installed.
            InputError: a file cannot be read.
        """
        settings = OnnxSettings.load(folder)
        tokenizer = load_tokenizer(folder / "tokenizer.json")
        tokenizer.enable_truncation(settings.max_tokens)
        padding = tokenizer.padding or {}
        tokenizer.enable_padding(
            pad_id=padding.get("pad_id", 0), pad_token=padding.get("pad_token", "[PAD]")
        )
        return cls(open_session(folder / GRAPH, threads), tokenizer, settings, name)

    @property
    def name(self) -> str:
        """Folder and digest of the graph."""
        return self._name

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Vectors (float32, texts × dimensions), each of length 1."""
        prompt = self._settings.query_prompt if query else self._settings.item_prompt
        out = np.zeros((len(texts), self._settings.dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), i))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            out[rows] = self._batch([prompt + texts[i] for i in rows])
        return out

    def _batch(self, texts: list[str]) -> Vectors:
        found = self._tokenizer.encode_batch(texts)
        held = {
            "input_ids": np.asarray([f.ids for f in found], dtype=np.int64),
            "attention_mask": np.asarray([f.attention_mask for f in found], dtype=np.int64),
            "token_type_ids": np.asarray([f.type_ids for f in found], dtype=np.int64),
        }
        (vectors,) = self._session.run(None, {name: held[name] for name in self._settings.inputs})
        return np.asarray(vectors, dtype=np.float32)


def open_session(file: Path, threads: int = 0) -> Any:
    """An `InferenceSession` of a graph on the CPU.

    Raises:
        MissingExtra: onnxruntime is not installed.
        InputError: the graph cannot be loaded.
    """
    try:
        import onnxruntime
    except ImportError:
        raise MissingExtra("Running an exported encoder", "search") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no root of their own
        raise InputError(f"{file} cannot be run: {error}", hint="Export it again.") from None
