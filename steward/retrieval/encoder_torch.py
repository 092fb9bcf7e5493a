"""A sentence-transformers folder run by torch, on a GPU where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from steward.errors import InputError, MissingExtra
from steward.retrieval.vectors import Vectors

BATCH = 32


class TorchEncoder:
    """Any model that sentence-transformers loads, with the prompts the model was trained with."""

    def __init__(self, model: Any, name: str) -> None:
        """Wrap a `SentenceTransformer`."""
        self._model = model
        self._name = name

    @classmethod
    def load(cls, folder: Path, name: str, *, max_tokens: int) -> TorchEncoder:
        """Load from a folder, never from the network; longer texts are cut at `max_tokens`.

        Raises:
            MissingExtra: sentence-transformers is not installed.
            InputError: the folder holds no such model.
        """
        model = load_model(folder)
        model.max_seq_length = min(model.max_seq_length or max_tokens, max_tokens)
        return cls(model, name)

    @property
    def name(self) -> str:
        """Folder, digest of the weights, and the limit of tokens."""
        return self._name

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Vectors (float32, texts × dimensions), each of length 1."""
        encode = self._model.encode_query if query else self._model.encode_document
        found = encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        if not len(texts):
            return np.zeros((0, self._model.get_embedding_dimension()), dtype=np.float32)
        return np.asarray(found, dtype=np.float32)


def load_model(folder: Path) -> Any:
    """The `SentenceTransformer` of a folder.

    Raises:
        MissingExtra: sentence-transformers is not installed.
        InputError: the folder holds no such model.
    """
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError:
        raise MissingExtra("Running this encoder", "train") from None
    logging.disable_progress_bar()
    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{folder} holds no encoder that sentence-transformers can load: {error}",
            hint="Give a folder with modules.json, as SentenceTransformer.save writes it.",
        ) from None
