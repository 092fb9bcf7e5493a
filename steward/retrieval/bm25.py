"""BM25 over item texts (Robertson and Zaragoza, 2009), by the library bm25s."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.retrieval.words import words_of

Positions = npt.NDArray[np.int64]
"""Places of items in the order of an index."""

K1, B = 0.9, 0.4
"""Anserini's defaults, made for short and middling texts; not tuned here."""


class WordIndex:
    """Items by their words."""

    def __init__(self, ids: Sequence[str], inside: Any) -> None:
        """Wrap what `build` or `load` made."""
        self.ids = list(ids)
        self._bm25 = inside

    @classmethod
    def build(cls, ids: Sequence[str], texts: Sequence[str]) -> WordIndex:
        """Index the texts; `ids` names them, in the same order."""
        # Words are numbered as they come: bm25s itself would number them as a set happens to lie.
        numbers: dict[str, int] = {}
        found = [
            [numbers.setdefault(word, len(numbers)) for word in words_of(text) or [""]]
            for text in texts
        ]
        inside = _library().BM25(k1=K1, b=B)
        inside.index((found, numbers), show_progress=False)
        return cls(ids, inside)

    def knows(self, text: str) -> bool:
        """Whether some item has each word of a text, in the form in which words are matched."""
        return all(word in self._bm25.vocab_dict for word in words_of(text))

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """The BM25 score of every item, in the order of `ids`; 0 when no word is shared."""
        known = [word for word in words_of(query) if word in self._bm25.vocab_dict]
        if not known:
            return np.zeros(len(self.ids), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def scores_of_words(self, query: str) -> dict[str, npt.NDArray[np.float32]]:
        """What each word of the query gives to every item; nothing for a word that no item has.

        A word that stands twice in the query counts twice, so the sum is `scores`.
        """
        words = words_of(query)
        known = [word for word in dict.fromkeys(words) if word in self._bm25.vocab_dict]
        return {
            word: np.asarray(self._bm25.get_scores([word]) * words.count(word), dtype=np.float32)
            for word in known
        }

    def search(self, query: str, k: int, among: Positions | None = None) -> list[tuple[str, float]]:
        """The best `k` items that share a word with the query, the earlier item first on a tie.

        Args:
            query: in any language.
            k: items at most.
            among: positions of the items that may be named; None: all.
        """
        scores = self.scores(query)
        if among is not None:
            every, scores = scores, np.zeros_like(scores)
            scores[among] = every[among]
        return best(self.ids, scores, k, above=0.0)

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        self._bm25.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, ids: Sequence[str], folder: Path) -> WordIndex:
        """Read what `save` wrote; the postings stay on the disk until they are needed."""
        return cls(ids, _library().BM25.load(str(folder), mmap=True, show_progress=False))


def _library() -> Any:
    import logging

    import bm25s

    # It asks for its debug lines to be shown.
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return bm25s


def best(
    ids: Sequence[str], scores: npt.NDArray[np.float32], k: int, *, above: float | None = None
) -> list[tuple[str, float]]:
    """The `k` highest scores with their ids, ties in the order of `ids`."""
    count = min(k, len(scores))
    if count == 0:
        return []
    least = np.partition(scores, -count)[-count]
    found = np.flatnonzero(scores >= least)
    order = found[np.argsort(-scores[found], kind="stable")][:count]
    return [(ids[i], float(scores[i])) for i in order if above is None or scores[i] > above]
