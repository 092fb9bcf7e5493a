"""Why an item was found: which words of the query it has, in which of its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.retrieval.bm25 import WordIndex
from steward.retrieval.words import words_of


@dataclass(frozen=True, slots=True)
class WordMatch:
    """One word of a query, and what an item has of it.

    Attributes:
        word: as the person wrote it where that can be told, else as it is matched.
        score: what it gives to the item's BM25 score; 0 when the item lacks it.
        fields: the columns of the item that hold it.
    """

    word: str
    score: float
    fields: tuple[str, ...]


class QueryWords:
    """The words of one query, weighed once for every item that is explained."""

    def __init__(self, words: WordIndex, query: str) -> None:
        """Weigh the words of the query."""
        self._scores: Mapping[str, npt.NDArray[np.float32]] = words.scores_of_words(query)
        self._written = _as_written(query)
        self.unknown = tuple(
            self._written.get(word, word)
            for word in dict.fromkeys(words_of(query))
            if word not in self._scores
        )
        """Words that no item has."""

    def matches(self, position: int, fields: Mapping[str, str]) -> list[WordMatch]:
        """What the item at a position has of every word, in the order of the query."""
        held = {name: set(words_of(text)) for name, text in fields.items()}
        return [
            WordMatch(
                self._written.get(word, word),
                float(scores[position]),
                tuple(name for name, words in held.items() if word in words),
            )
            for word, scores in self._scores.items()
        ]


def _as_written(query: str) -> dict[str, str]:
    """A matched word to the piece of the query that it is all of: `run` to `running`."""
    pieces: Sequence[tuple[str, list[str]]] = [(p, words_of(p)) for p in query.split()]
    return {words[0]: piece for piece, words in pieces if len(words) == 1}
