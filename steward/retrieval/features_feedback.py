"""Features of an item by the other items that a query found: does it resemble what leads the list?

Pseudo-relevance feedback (Rocchio, 1971): the leaders of the first list stand for what was meant.
An accessory that holds the query's word seldom resembles what most of the leaders are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.retrieval.vectors import Vectors
from steward.retrieval.words import words_of

Floats = npt.NDArray[np.float32]
LEADERS = (3, 10, 30)
NEIGHBOURS = 8
KIND_LEADERS = 20


class Resemblance:
    """Items as unit rows of a matrix; the dot product of two says how alike they are."""

    def __init__(self, name: str, rows: Any) -> None:
        """Wrap a dense or sparse matrix in the order of the items."""
        self.name = name
        self._rows = rows

    @classmethod
    def of_words(cls, texts: Sequence[str]) -> Resemblance:
        """By their words, weighted by tf-idf."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        least = 2 if len(texts) > 1 else 1
        weigh = TfidfVectorizer(analyzer=words_of, sublinear_tf=True, min_df=least)
        try:
            return cls("words", weigh.fit_transform(texts).astype(np.float32))
        except ValueError:  # No word occurs twice.
            return cls("words", np.zeros((len(texts), 1), dtype=np.float32))

    @classmethod
    def of_vectors(cls, vectors: Vectors) -> Resemblance:
        """By the vectors of an encoder."""
        return cls("vectors", vectors)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the features."""
        leaders = [f"{self.name}.leaders{k}" for k in LEADERS]
        return (*leaders, f"{self.name}.neighbours", f"{self.name}.typical")

    def of(self, rows: npt.NDArray[np.int64], scores: Floats) -> Floats:
        """Features of the items of one list: `scores` are the first stage's, the best first.

        How much an item resembles the mean of the leaders; the mean score of those most like it;
        and how much it resembles the whole list.
        """
        held = self._rows[rows]
        alike = np.asarray(_dense(held @ held.T), dtype=np.float32)
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


def _dense(product: Any) -> Any:
    return product.toarray() if hasattr(product, "toarray") else product
