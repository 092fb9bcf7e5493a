"""What was made of what: a text with its origin, so that every row can be traced and taken out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from steward.types import RowId


@dataclass(frozen=True, slots=True)
class Made:
    """A text made from the text of a row.

    Attributes:
        text: what was made.
        source: the text it was made of.
        row: the row of that text in its table.
        method: how: `typo`, `unit`, `back-translate` …
        detail: what was done, for people: `shoes → sheos`.
        seed: with the source and the method, makes the same text again.
    """

    text: str
    source: str
    row: RowId
    method: str
    detail: str = ""
    seed: int = 0


def random_of(seed: int, *words: str) -> np.random.Generator:
    """A generator that depends on the words alone, not on what was drawn before."""
    digest = hashlib.sha256("\x1f".join((str(seed), *words)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))
