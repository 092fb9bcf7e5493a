"""Features of a query and one column by their words: how much of it is there, where, and as what.

A word names the item when it closes its noun phrase (`notebook 15"`), and only tells what it goes
with when a noun follows (`notebook bag`) or a word such as *for* stands before it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from steward.retrieval.word_counts import WordCounts
from steward.retrieval.words import words_of

Floats = npt.NDArray[np.float32]

NAMES = ("bm25", "bm25.short", "cover", "phrase", "start", "closes", "related", "length")

KINDS_OF_BM25 = ((0.9, 0.4), (0.4, 0.9))
"""k1 and b: as search has it, and one that prefers short texts and counts a repeated word less."""

KEPT = 20_000
"""Items whose words are kept in memory."""

RELATIONS = frozenset(
    words_of(
        "for f fits fit with compatible compatibility suits pour avec für mit passend para con "
        "per compatibile 适用 适用于 用于 适合 兼容 配 专用"
    )
)
"""Words after which stands what an item goes with, as the index writes them."""


class WordFeatures:
    """One column of all items, as its words."""

    def __init__(self, texts: Sequence[str], counts: WordCounts | None = None) -> None:
        """Take the texts of a column, in the order of the items; count its words unless given."""
        self._texts = texts
        self._held: dict[int, list[str]] = {}
        self.counts = counts or WordCounts.of(texts)

    def of(self, query: str, rows: npt.NDArray[np.int64]) -> Floats:
        """Features (items × `NAMES`) of the items of one list, by their row."""
        asked = words_of(query)
        held = self.words(rows)
        found = np.asarray([self._one(asked, words) for words in held], dtype=np.float32)
        found = found.reshape(len(held), len(NAMES) - len(KINDS_OF_BM25))
        return np.column_stack([self._bm25(asked, held), found]).astype(np.float32)

    def words(self, rows: npt.NDArray[np.int64]) -> list[list[str]]:
        """The words of some items; kept for the next list, up to `KEPT` items."""
        if len(self._held) > KEPT:
            self._held.clear()
        for row in map(int, rows):
            if row not in self._held:
                self._held[row] = words_of(self._texts[row])
        return [self._held[int(row)] for row in rows]

    def _bm25(self, asked: Sequence[str], held: Sequence[Sequence[str]]) -> Floats:
        """BM25 of both kinds as a share of the list's best."""
        known = [word for word in asked if word in self.counts.counts]
        counts = np.asarray([[words.count(w) for w in known] for words in held], dtype=np.float32)
        counts = counts.reshape(len(held), len(known))
        lengths = np.asarray([len(words) for words in held], dtype=np.float32)[:, None]
        lengths /= self.counts.mean
        weights = np.asarray([self.counts.weight(word) for word in known], dtype=np.float32)
        found = []
        for k1, b in KINDS_OF_BM25:
            met = counts / (counts + k1 * (1 - b + b * lengths))
            scores = (met * weights).sum(axis=1)
            found.append(scores / (float(scores.max(initial=0.0)) or 1.0))
        return np.column_stack(found).astype(np.float32)

    def _one(self, asked: Sequence[str], held: Sequence[str]) -> tuple[float, ...]:
        here = set(held)
        weights = {word: self._weight(word) for word in asked}
        cover = sum(w for word, w in weights.items() if word in here) / (sum(weights.values()) or 1)
        places = [place for place, word in enumerate(held) if asked and word == asked[-1]]
        start = 1.0 / (1 + min((held.index(w) for w in weights if w in here), default=99))
        closes = any(_closes(held, place) for place in places)
        related = bool(places) and all(_related(held, place) for place in places)
        length = math.log1p(len(held))
        return cover, float(_phrase(asked, held)), start, float(closes), float(related), length

    def _weight(self, word: str) -> float:
        known = word in self.counts.counts
        return self.counts.weight(word) if known else self.counts.rarest


def _phrase(asked: Sequence[str], held: Sequence[str]) -> bool:
    width = len(asked)
    return (
        any(held[i : i + width] == asked for i in range(len(held) - width + 1)) if width else False
    )


def _closes(held: Sequence[str], place: int) -> bool:
    """Whether no other noun follows: the text ends, or a number comes next."""
    return place + 1 == len(held) or any(c.isdigit() for c in held[place + 1])


def _related(held: Sequence[str], place: int) -> bool:
    return any(word in RELATIONS for word in held[max(0, place - 4) : place])
