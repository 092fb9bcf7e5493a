"""A trained head: one matrix a side, added to the vectors of a frozen base. numpy only.

A text's vector x becomes x + xM, then length 1. M starts at zero, so an untrained head is the base,
and a penalty keeps a trained one near it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from steward.errors import InputError
from steward.retrieval.vectors import Encoder, Vectors

SETTINGS = "head.json"
WEIGHTS = "head.npz"


@dataclass(frozen=True)
class Head:
    """What is added: float32 matrices, dimensions × dimensions, of queries and of items."""

    query: Vectors
    item: Vectors

    def apply(self, vectors: Vectors, *, query: bool = False) -> Vectors:
        """Move vectors (rows of length 1); rows of length 1 come back."""
        moved = vectors + vectors @ (self.query if query else self.item)
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.maximum(lengths, 1e-12), dtype=np.float32)


@dataclass(frozen=True)
class HeadBase:
    """Which encoder a head sits on: how it was named, and what it calls itself."""

    base: str
    base_name: str


class HeadEncoder:
    """A base encoder and a head on it."""

    def __init__(self, base: Encoder, head: Head, name: str) -> None:
        """Wrap the base that the head was trained on."""
        self._base = base
        self._head = head
        self._name = name

    @classmethod
    def load(cls, folder: Path, *, cache: Path | None = None) -> HeadEncoder:
        """Load a head and its base.

        Raises:
            InputError: a file cannot be read, or the base here is not the one of the training.
        """
        from steward.retrieval.encoder import fingerprint, load_encoder

        head, settings = read_head(folder)
        if settings.base.startswith(("http:", "https:")):
            raise InputError(f"The head in {folder} wants a server as base.", hint="Train it anew.")
        # An export has its base inside, wherever it is moved to.
        inside = folder / settings.base
        base = load_encoder(str(inside) if inside.is_dir() else settings.base, cache=cache)
        if base.name != settings.base_name:
            raise InputError(
                f"The head in {folder} was trained on {settings.base_name}, not on {base.name}.",
                hint="Bring the base back to where it was, or train the head again.",
            )
        return cls(base, head, f"{folder.name} {fingerprint(folder)} on {base.name}")

    @property
    def name(self) -> str:
        """Folder, digest of the head, and the base."""
        return self._name

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Vectors (float32, texts × dimensions), each of length 1."""
        return self._head.apply(self._base.encode(texts, query=query), query=query)


def save_head(head: Head, base: HeadBase, folder: Path) -> None:
    """Write `head.npz` and `head.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / WEIGHTS, query=head.query, item=head.item)
    text = json.dumps(asdict(base), ensure_ascii=False, indent=2, sort_keys=True)
    (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")


def read_head(folder: Path) -> tuple[Head, HeadBase]:
    """Read what `save_head` wrote.

    Raises:
        InputError: a file cannot be read.
    """
    try:
        settings = HeadBase(**json.loads((folder / SETTINGS).read_text("utf-8")))
        with np.load(folder / WEIGHTS, allow_pickle=False) as held:
            return Head(held["query"], held["item"]), settings
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"The head in {folder} cannot be read: {error!r}", hint="Train it again."
        ) from None
