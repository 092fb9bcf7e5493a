"""Features of an item by the other items that a query found: does it resemble what leads the list?

Pseudo-relevance feedback (Rocchio, 1971): the leaders of the first list stand for what was meant.
An accessory that holds the query's word seldom resembles what most of the leaders are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from steward.retrieval.features_words import WordFeatures
from steward.retrieval.vectors import Vectors
from steward.retrieval.words import words_of

Floats = npt.NDArray[np.float32]
LEADERS = (3, 10, 30)
NEIGHBOURS = 8
KIND_LEADERS = 20


class Resemblance(Protocol):
    """Says how alike the items of one list are."""

    @property
    def name(self) -> str:
        """By what."""
        ...

    def alike(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Cosines (items × items) of the items of a list, by their row."""
        ...


@dataclass(frozen=True, slots=True)
class ByWords:
    """By the words of a column, weighted by tf-idf, words of a single text left out."""

    column: WordFeatures
    name: str = "words"

    def alike(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Cosines of the items of a list."""
        from scipy.sparse import csr_matrix

        counts = self.column.counts
        numbers: dict[str, int] = {}
        cells: list[tuple[int, int, float]] = []
        for place, words in enumerate(self.column.words(rows)):
            tally = Counter(words)
            weights = {w: (1 + math.log(n)) * counts.idf(w) for w, n in tally.items()}
            length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
            for word, weight in weights.items():
                if weight:
                    number = numbers.setdefault(word, len(numbers))
                    cells.append((place, number, weight / length))
        at, of, weight_of = zip(*cells, strict=True) if cells else ((), (), ())
        shape = (len(rows), max(1, len(numbers)))
        held = csr_matrix((weight_of, (at, of)), shape=shape, dtype=np.float32)
        return np.asarray((held @ held.T).toarray(), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class ByVectors:
    """By the vectors of an encoder."""

    vectors: Vectors
    name: str = "vectors"

    def alike(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Cosines of the items of a list."""
        held = np.asarray(self.vectors[rows], dtype=np.float32)
        return np.asarray(held @ held.T, dtype=np.float32)


def resemblance_names(name: str) -> tuple[str, ...]:
    """Of the features by one resemblance."""
    return (*(f"{name}.leaders{k}" for k in LEADERS), f"{name}.neighbours", f"{name}.typical")


def resembling(by: Resemblance, rows: npt.NDArray[np.int64], scores: Floats) -> Floats:
    """Features of the items of one list: `scores` are the first stage's, the best first.

    How much an item resembles the mean of the leaders; the mean score of those most like it; and
    how much it resembles the whole list.
    """
    alike = by.alike(rows)
    found = []
    for k in LEADERS:
        norm = float(np.sqrt(max(alike[:k, :k].mean(), 1e-9)))
        found.append(alike[:, :k].mean(axis=1) / norm)
    typical = alike.mean(axis=1)
    np.fill_diagonal(alike, -1.0)
    near = np.argsort(-alike, axis=1, kind="stable")[:, :NEIGHBOURS]
    return np.column_stack([*found, scores[near].mean(axis=1), typical]).astype(np.float32)


def kind_share(values: Sequence[str | None], rows: npt.NDArray[np.int64]) -> Floats:
    """The share of the leaders that have the item's own value; 0 where it has none."""
    own = [values[row] for row in rows]
    leaders = own[:KIND_LEADERS]
    shares = [leaders.count(value) / len(leaders) if value else 0.0 for value in own]
    return np.asarray(shares, dtype=np.float32)


def kind_asked(values: Sequence[str | None], rows: npt.NDArray[np.int64], query: str) -> Floats:
    """The share of the words of the item's value that the query names."""
    asked = set(words_of(query))
    words = [set(words_of(values[row] or "")) for row in rows]
    return np.asarray([len(w & asked) / len(w) if w else 0.0 for w in words], dtype=np.float32)


def standing(values: npt.NDArray[np.float64], rows: npt.NDArray[np.int64]) -> Floats:
    """Where an item's number stands among the list: 0 least, 1 most, .5 unknown."""
    own = values[rows]
    known = ~np.isnan(own)
    found = np.full(len(rows), 0.5, dtype=np.float32)
    if known.sum() > 1:
        ranks = np.argsort(np.argsort(own[known], kind="stable"), kind="stable")
        found[known] = ranks / (known.sum() - 1)
    return found
