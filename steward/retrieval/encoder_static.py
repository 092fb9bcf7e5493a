"""A static encoder: the mean of one vector a token. numpy and tokenizers, no torch.

The folder is sentence-transformers' own of a `StaticEmbedding`: the same files are trained there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from steward.errors import InputError, MissingExtra
from steward.retrieval.vectors import Vectors

WEIGHT = "embedding.weight"
CHUNK = 4096
_TYPES = {"F32": np.float32, "F16": np.float16}


class StaticEncoder:
    """Looks tokens up and takes their mean; a text without a known token gets zeros."""

    def __init__(self, tokenizer: Any, table: Vectors, name: str) -> None:
        """`table`: float32, tokens × dimensions; `tokenizer`: of the library tokenizers."""
        self._tokenizer = tokenizer
        self._table = table
        self._name = name

    @classmethod
    def load(cls, folder: Path, name: str) -> StaticEncoder:
        """Read `tokenizer.json` and `model.safetensors` of a folder.

        Raises:
            MissingExtra: tokenizers is not installed.
            InputError: the files cannot be read.
        """
        tokenizer = load_tokenizer(folder / "tokenizer.json")
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(tokenizer, read_tensor(folder / "model.safetensors", WEIGHT), name)

    @property
    def name(self) -> str:
        """Folder and digest of the weights."""
        return self._name

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Vectors (float32, texts × dimensions) of length 1; `query` makes no difference."""
        out = np.zeros((len(texts), self._table.shape[1]), dtype=np.float32)
        for start in range(0, len(texts), CHUNK):
            part = list(texts[start : start + CHUNK])
            found = self._tokenizer.encode_batch(part, add_special_tokens=False)
            for row, tokens in enumerate(found, start):
                if tokens.ids:
                    out[row] = self._table[tokens.ids].mean(axis=0)
        lengths = np.linalg.norm(out, axis=1, keepdims=True)
        return np.asarray(out / np.maximum(lengths, 1e-12), dtype=np.float32)


def load_tokenizer(file: Path) -> Any:
    """A tokenizer of the library tokenizers.

    Raises:
        MissingExtra: tokenizers is not installed.
        InputError: the file cannot be read.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingExtra("Running an encoder", "search") from None
    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:  # tokenizers raises a bare Exception
        raise InputError(
            f"{file} is no tokenizer: {error}", hint="Train or export again."
        ) from None


def read_tensor(file: Path, name: str) -> Vectors:
    """One tensor of a safetensors file: 8 bytes of length, a JSON header, then the numbers.

    Raises:
        InputError: the file cannot be read or lacks the tensor.
    """
    try:
        with file.open("rb") as opened:
            size = int.from_bytes(opened.read(8), "little")
            entry = json.loads(opened.read(size))[name]
        start, end = entry["data_offsets"]
        kind = np.dtype(_TYPES[entry["dtype"]])
        count = (end - start) // kind.itemsize
        flat = np.fromfile(file, dtype=kind, count=count, offset=8 + size + start)
        return np.asarray(flat.reshape(entry["shape"]), dtype=np.float32)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{file} does not hold the weights {name}: {error!r}", hint="Train or export again."
        ) from None
