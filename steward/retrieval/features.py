"""What learning to rank looks at: a row of figures for each item that a query found.

Words (how the query is met in each column), vectors, what the first list as a whole suggests, the
item's own figures, clicks if there is a log, and how whole its row is. Every figure is known when
a query is asked; none looks at a judgment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.retrieval.features_feedback import (
    ByVectors,
    ByWords,
    Resemblance,
    kind_asked,
    kind_share,
    resemblance_names,
    resembling,
    standing,
)
from steward.retrieval.features_words import NAMES, WordFeatures
from steward.retrieval.fusion import Ranked
from steward.retrieval.item_fields import ItemFields
from steward.retrieval.vectors import Encoder, VectorIndex, Vectors
from steward.retrieval.word_counts import WordCounts
from steward.retrieval.words import words_of

Floats = npt.NDArray[np.float32]
WHOLE = "text"
"""What the features of the whole item text are called."""
ALL = "all"
"""And those of the item text and every text column together."""


@dataclass(frozen=True)
class FeatureMaker:
    """Makes the features of any query's candidates over one catalogue.

    Attributes:
        names: of the features, in the order of the columns; the same for every query.
        rows: item to its place in the fields.
    """

    names: tuple[str, ...]
    rows: dict[str, int]
    _fields: ItemFields
    _words: dict[str, WordFeatures]
    _alike: tuple[Resemblance, ...]
    _vectors: Vectors | None

    @classmethod
    def build(
        cls,
        fields: ItemFields,
        vectors: VectorIndex | None = None,
        counts: Mapping[str, WordCounts] | None = None,
    ) -> FeatureMaker:
        """Get ready for one catalogue.

        Args:
            fields: of the items.
            vectors: of the items, in the order of the fields; none leaves their features out.
            counts: of the words of each column, as `counts` gave them for the same fields; else
                every text is read now.
        """
        others = {n: c for n, c in fields.texts.items() if list(c) != list(fields.whole)}
        texts: dict[str, Sequence[str]] = {WHOLE: fields.whole, **others}
        if others:
            texts[ALL] = [" ".join(parts) for parts in zip(*texts.values(), strict=True)]
        known = counts or {}
        words = {name: WordFeatures(column, known.get(name)) for name, column in texts.items()}
        alike: list[Resemblance] = [ByWords(words.get(ALL) or words[WHOLE])]
        held = vectors.vectors if vectors is not None else None
        if held is not None:
            alike.append(ByVectors(held))
        rows = {item: row for row, item in enumerate(fields.ids)}
        names = _names(fields, words, alike, dense=held is not None)
        return cls(names, rows, fields, words, tuple(alike), held)

    @property
    def counts(self) -> dict[str, WordCounts]:
        """Of the words of each column, to be kept with an index: see `word_counts.save_counts`."""
        return {name: words.counts for name, words in self._words.items()}

    def of(self, query: str, candidates: Ranked, asked: Vectors | None = None) -> Floats:
        """Features (items × `names`, float32) of a list, the best first.

        Args:
            query: as asked.
            candidates: what the stages before found, with their scores.
            asked: the query's vector; needed if the maker has vectors.
        """
        if not candidates:
            return np.zeros((0, len(self.names)), dtype=np.float32)
        rows = np.asarray([self.rows[item] for item, _ in candidates], dtype=np.int64)
        scores = _scaled(np.asarray([score for _, score in candidates], dtype=np.float32))
        ranks = 1.0 / np.arange(1, len(rows) + 1, dtype=np.float32)
        blocks = [scores, ranks]
        if self._vectors is not None and asked is not None:
            near = np.asarray(self._vectors[rows] @ asked, dtype=np.float32)
            blocks += [near, near - near.max(), _reciprocal(near)]
        for words in self._words.values():
            found = words.of(query, rows)
            blocks += [found, _reciprocal(found[:, 1])]
        blocks += [resembling(alike, rows, scores) for alike in self._alike]
        blocks += self._own(query, rows)
        return np.column_stack(blocks).astype(np.float32)

    def _own(self, query: str, rows: npt.NDArray[np.int64]) -> list[Floats]:
        """What belongs to the item itself."""
        fields = self._fields
        blocks = []
        for kinds in fields.kinds.values():
            blocks += [kind_share(kinds, rows), kind_asked(kinds, rows, query)]
        blocks += [standing(numbers, rows) for numbers in fields.numbers.values()]
        blocks += [figures[rows].astype(np.float32) for figures in fields.quality.values()]
        if fields.behaviour:
            clicks = fields.behaviour.get(query, {})
            said = [clicks.get(fields.ids[row], 0.0) for row in rows]
            blocks.append(np.asarray(said, dtype=np.float32))
        blocks.append(np.full(len(rows), len(words_of(query)), dtype=np.float32))
        return blocks


def asked_vector(encoder: Encoder | None, query: str) -> Vectors | None:
    """The query's vector, if there is an encoder."""
    return None if encoder is None else encoder.encode([query], query=True)[0]


def _names(
    fields: ItemFields,
    words: dict[str, WordFeatures],
    alike: list[Resemblance],
    *,
    dense: bool,
) -> tuple[str, ...]:
    names = ["first", "first.rank"]
    names += ["near", "near.behind", "near.rank"] if dense else []
    names += [f"{column}.{name}" for column in words for name in (*NAMES, "rank")]
    names += [name for one in alike for name in resemblance_names(one.name)]
    names += [f"{kind}.{name}" for kind in fields.kinds for name in ("shared", "asked")]
    names += [f"{number}.standing" for number in fields.numbers]
    names += [f"row.{name}" for name in fields.quality]
    names += ["clicks"] if fields.behaviour else []
    return (*names, "query.words")


def _scaled(scores: Floats) -> Floats:
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.ones_like(scores)


def _reciprocal(scores: Floats) -> Floats:
    """1 / rank by these scores, ties by the order of the list; 0 where the score is 0."""
    order = np.argsort(-scores, kind="stable")
    found = np.zeros(len(scores), dtype=np.float32)
    found[order] = 1.0 / np.arange(1, len(scores) + 1, dtype=np.float32)
    return np.where(scores != 0, found, np.float32(0.0))
