"""Vectors kept by the digest of encoder and text: a text is encoded once, whatever table it is in.

A SQLite file, so that two processes may share it and a killed one leaves it whole. It can be
deleted at any time.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from steward.errors import StoreError
from steward.retrieval.vectors import Encoder, Vectors

CHUNK = 512
"""Texts encoded between two commits: what a kill loses."""


class CachedEncoder:
    """An encoder that asks the file first."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        """Wrap `encoder`, whose name must tell its weights apart; `file` is made when missing."""
        self._encoder = encoder
        self._file = file

    @property
    def name(self) -> str:
        """The name of the encoder inside."""
        return self._encoder.name

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Vectors of the texts; those never seen are encoded and kept.

        Raises:
            StoreError: the file cannot be written or read.
        """
        keys = [_digest(self.name, query, text) for text in texts]
        try:
            return self._encoded(dict(zip(keys, texts, strict=True)), keys, query)
        except sqlite3.Error as error:
            raise StoreError(
                f"The vector cache {self._file} cannot be used: {error}.",
                hint="Delete the file: it only saves time.",
            ) from None

    def _encoded(self, wanted: dict[bytes, str], keys: Sequence[bytes], query: bool) -> Vectors:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=60)) as db:
            db.execute("create table if not exists vectors (key blob primary key, vector blob)")
            held = dict(_held(db, list(wanted)))
            missing = [key for key in wanted if key not in held]
            for start in range(0, len(missing), CHUNK):
                part = missing[start : start + CHUNK]
                vectors = self._encoder.encode([wanted[key] for key in part], query=query)
                rows = [(key, row.tobytes()) for key, row in zip(part, vectors, strict=True)]
                with db:
                    db.executemany("insert or ignore into vectors values (?, ?)", rows)
                held.update(rows)
        if not keys:
            return self._encoder.encode([], query=query)
        return np.stack([np.frombuffer(held[key], dtype=np.float32) for key in keys])


def _digest(name: str, query: bool, text: str) -> bytes:
    return hashlib.sha256(f"{name}\x1f{query:d}\x1f{text}".encode()).digest()[:16]


def _held(db: sqlite3.Connection, keys: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        marks = ",".join("?" * len(part))
        rows: Iterable[tuple[bytes, bytes]] = db.execute(
            f"select key, vector from vectors where key in ({marks})", part
        )
        yield from rows
