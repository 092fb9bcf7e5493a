"""Items made findable: BM25, vectors if an encoder is given, and what re-orders the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from steward.errors import InputError
from steward.retrieval.bm25 import Positions, WordIndex
from steward.retrieval.data import SearchData
from steward.retrieval.explain_hit import QueryWords, WordMatch
from steward.retrieval.fusion import Ranked
from steward.retrieval.index_items import ItemTable, Texts
from steward.retrieval.pipeline import BM25, RRF, First, Pipeline
from steward.retrieval.stage import Stage
from steward.retrieval.vectors import Encoder, VectorIndex

ITEMS, WORDS, VECTORS = "items.arrow", "words", "vectors"
"""The files of an index in its folder."""


@dataclass(frozen=True, slots=True)
class StageScore:
    """What one stage said of an item: its score, and its rank from 1."""

    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that a query found.

    Attributes:
        item: its id.
        score: of the last stage.
        text: that was indexed.
        stages: stage to what it said; a stage that did not name the item is absent.
        words: the words of the query, and which fields hold them; only when asked for.
        fields: what the item's columns say.
    """

    item: str
    score: float
    text: str
    stages: Mapping[str, StageScore]
    words: tuple[WordMatch, ...] = ()
    fields: Mapping[str, str] | None = None


class SearchIndex:
    """Items in row order with everything that finds them."""

    def __init__(self, items: ItemTable, pipeline: Pipeline) -> None:
        """Put together what `build` or `load` made."""
        self.items = items
        self.pipeline = pipeline

    @classmethod
    def build(
        cls,
        data: SearchData,
        *,
        encoder: Encoder | None = None,
        stages: Sequence[Stage] = (),
        first: First | None = None,
        fields: Mapping[str, Sequence[str | None]] | None = None,
    ) -> SearchIndex:
        """Index the items.

        Args:
            data: the items.
            encoder: makes vectors of their texts; without it, BM25 alone finds items.
            stages: re-order the best, in this order.
            first: how the first list is made; by default reciprocal rank if there is an encoder.
            fields: columns to show and to explain by, one value an item in the order of `data`.
        """
        items = ItemTable.of(data.texts, fields)
        texts = list(data.texts.values())
        vectors = VectorIndex.build(items.ids, encoder.encode(texts)) if encoder else None
        chosen = first or First(RRF if encoder else BM25)
        words = WordIndex.build(items.ids, texts)
        return cls(items, Pipeline(words, chosen, vectors, encoder, tuple(stages)))

    @property
    def texts(self) -> Mapping[str, str]:
        """Item id to text, for stages that read texts."""
        return Texts(self.items)

    def using(
        self,
        *,
        first: First | None = None,
        stages: Sequence[Stage] | None = None,
    ) -> SearchIndex:
        """The same items, found in another way."""
        old = self.pipeline
        chosen = old.stages if stages is None else tuple(stages)
        return SearchIndex(self.items, replace(old, first=first or old.first, stages=chosen))

    def without_vectors(self) -> SearchIndex:
        """The same items, found by words; what re-orders them stays."""
        return SearchIndex(self.items, replace(self.pipeline, vectors=None, encoder=None))

    def search(
        self, query: str, k: int = 10, *, why: bool = False, among: Positions | None = None
    ) -> list[Hit]:
        """The best `k` items, the best first; fewer when fewer share a word with the query.

        Args:
            query: in any language.
            k: items at most.
            why: also say which words of the query each has, and where.
            among: positions of the items that may be found; None: all.
        """
        steps = self.pipeline.trace(query, k, among)
        said = [(name, _scores(ranked)) for name, ranked in steps]
        words = QueryWords(self.pipeline.words, query) if why else None
        return [self._hit(item, score, said, words) for item, score in steps[-1][1][:k]]

    def unknown_words(self, query: str) -> tuple[str, ...]:
        """The words of a query that no item has."""
        return QueryWords(self.pipeline.words, query).unknown

    def save(self, folder: Path) -> None:
        """Write the items, the words and the vectors into a folder; not the models."""
        folder.mkdir(parents=True, exist_ok=True)
        self.items.save(folder / ITEMS)
        self.pipeline.words.save(folder / WORDS)
        if self.pipeline.vectors is not None:
            self.pipeline.vectors.save(folder / VECTORS)

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        first: First | None = None,
        encoder: Encoder | None = None,
        stages: Sequence[Stage] = (),
    ) -> SearchIndex:
        """Map what `save` wrote; the models come with it as they are needed.

        Raises:
            InputError: the folder holds no index.
        """
        if not (folder / ITEMS).is_file():
            raise InputError(f"{folder} holds no index.", hint="steward index")
        items = ItemTable.load(folder / ITEMS)
        words = WordIndex.load(items.ids, folder / WORDS)
        there = (folder / VECTORS).is_dir()
        vectors = VectorIndex.load(items.ids, folder / VECTORS) if there else None
        chosen = first or First(RRF if encoder else BM25)
        return cls(items, Pipeline(words, chosen, vectors, encoder, tuple(stages)))

    def _hit(
        self,
        item: str,
        score: float,
        said: Sequence[tuple[str, Mapping[str, StageScore]]],
        words: QueryWords | None,
    ) -> Hit:
        fields = self.items.fields(item)
        stages = {name: scores[item] for name, scores in said if item in scores}
        text = self.items.text(item)
        found: tuple[WordMatch, ...] = ()
        if words is not None:
            at = self.items.position[item]
            found = tuple(words.matches(at, fields or {"text": text}))
        return Hit(item, score, text, stages, found, fields)


def _scores(ranked: Ranked) -> dict[str, StageScore]:
    return {item: StageScore(score, rank) for rank, (item, score) in enumerate(ranked, 1)}
