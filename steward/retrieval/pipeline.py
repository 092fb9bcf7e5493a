"""How a query becomes a list: BM25, vectors, the two made one, and what re-orders the best.

Every step is kept by name, so that whoever asks sees what each of them said of an item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steward.errors import UsageError
from steward.retrieval.bm25 import Positions, WordIndex
from steward.retrieval.fusion import Ranked, convex, reciprocal_rank
from steward.retrieval.stage import Stage
from steward.retrieval.vectors import Encoder, VectorIndex

BM25, DENSE, RRF, CONVEX = "bm25", "dense", "rrf", "convex"
FIRSTS = (BM25, DENSE, RRF, CONVEX)
DEPTH = 200
"""Items that BM25 and the vectors each name before they are fused."""


@dataclass(frozen=True, slots=True)
class First:
    """How the first list is made.

    Attributes:
        kind: bm25, dense, rrf (reciprocal rank of both) or convex (a mix of their scores).
        weight: of the vectors in the mix, 0 to 1; only convex reads it.
        depth: items that each of the two names.
    """

    kind: str = BM25
    weight: float = 0.5
    depth: int = DEPTH

    def __post_init__(self) -> None:
        """Refuse a kind that there is not."""
        if self.kind not in FIRSTS:
            raise UsageError(f"There is no first stage {self.kind!r}.", hint=", ".join(FIRSTS))

    @property
    def dense(self) -> bool:
        """Whether it needs vectors."""
        return self.kind != BM25


@dataclass(frozen=True)
class Pipeline:
    """The parts in their order.

    Attributes:
        words: BM25 over the items.
        first: how the first list is made.
        vectors: of the items; needed unless `first` is bm25.
        encoder: that made the vectors; encodes the query.
        stages: what re-orders the best, in order.
    """

    words: WordIndex
    first: First = First()
    vectors: VectorIndex | None = None
    encoder: Encoder | None = None
    stages: Sequence[Stage] = ()

    def trace(self, query: str, k: int, among: Positions | None = None) -> list[tuple[str, Ranked]]:
        """Every step's name and ranking, in order; the best `k` of the last are the answer.

        Args:
            query: in any language.
            k: items wanted.
            among: positions of the items that may be found; None: all.
        """
        steps = self._first(query, max(k, self.first.depth), among)
        for stage in self.stages:
            steps.append((stage.name, stage.rescore(query, steps[-1][1])))
        return steps

    def search(self, query: str, k: int) -> list[tuple[str, float]]:
        """The best `k` items with the scores of the last step."""
        return list(self.trace(query, k)[-1][1][:k])

    def _first(self, query: str, depth: int, among: Positions | None) -> list[tuple[str, Ranked]]:
        kind = self.first.kind
        found = [] if kind == DENSE else [(BM25, self.words.search(query, depth, among))]
        if kind == BM25:
            return list(found)
        found.append((DENSE, self._near(query, depth, among)))
        if kind == DENSE:
            return list(found)
        fused = fuse(found[0][1], found[1][1], self.first, depth)
        return [*found, (kind, fused)]

    def _near(self, query: str, depth: int, among: Positions | None) -> list[tuple[str, float]]:
        if self.vectors is None or self.encoder is None:
            raise UsageError("This index has no vectors.", hint="steward index --encoder …")
        return self.vectors.search(self.encoder.encode([query], query=True)[0], depth, among)


def fuse(words: Ranked, near: Ranked, first: First, k: int) -> list[tuple[str, float]]:
    """The two rankings made one, as `first` says; the one of them when it names only one."""
    if first.kind == CONVEX:
        return convex(words, near, first.weight, k)
    if first.kind == RRF:
        return reciprocal_rank([words, near], k)
    return list((near if first.kind == DENSE else words)[:k])
