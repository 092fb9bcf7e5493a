"""Vectors of items and the nearest to a query: exact up to a size, then by an HNSW graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from steward.retrieval.bm25 import Positions, best

EXACT = 50_000
"""Items up to which every vector is compared: 384 numbers each take about 8 ms a query."""

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of length 1."""

    @property
    def name(self) -> str:
        """What it is, for records."""
        ...

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Vectors (float32, texts × dimensions), each of length 1."""
        ...


class VectorIndex:
    """Items by the vectors of their texts; the score is the cosine."""

    def __init__(self, ids: Sequence[str], vectors: Vectors, graph: Any = None) -> None:
        """Wrap vectors of length 1, in the order of `ids`."""
        self.ids = list(ids)
        self.vectors = vectors
        self._graph = graph

    @classmethod
    def build(cls, ids: Sequence[str], vectors: Vectors, *, exact: int = EXACT) -> VectorIndex:
        """Index the vectors; more than `exact` of them get a graph, which may miss a few."""
        unit = _unit(vectors)
        return cls(ids, unit, _graph(unit) if len(ids) > exact else None)

    def search(
        self, vector: Vectors, k: int, among: Positions | None = None
    ) -> list[tuple[str, float]]:
        """The `k` items nearest to one vector; of those at some positions, all are compared."""
        if among is not None:
            near = self.vectors[among] @ vector.astype(np.float32)
            return best([self.ids[i] for i in among], near, k)
        if self._graph is None:
            return best(self.ids, self.vectors @ vector.astype(np.float32), k)
        asked = vector.astype(np.float32)
        near = np.sort(self._graph.search(asked, k).keys.astype(np.int64))
        # The graph keeps half precision: the scores come from the vectors themselves.
        scores = self.vectors[near] @ asked
        order = np.argsort(-scores, kind="stable")
        return [(self.ids[near[i]], float(scores[i])) for i in order]

    def save(self, folder: Path) -> None:
        """Write the vectors, and the graph if there is one, into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "vectors.npy", self.vectors)
        if self._graph is not None:
            self._graph.save(str(folder / "graph.usearch"))

    @classmethod
    def load(cls, ids: Sequence[str], folder: Path) -> VectorIndex:
        """Read what `save` wrote; the vectors stay on the disk until they are needed."""
        vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        path = folder / "graph.usearch"
        return cls(ids, vectors, _restored(path) if path.exists() else None)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _graph(vectors: Vectors) -> Any:
    from usearch.index import Index

    graph = Index(
        ndim=vectors.shape[1], metric="cos", dtype="f16", connectivity=16, expansion_add=128
    )
    graph.expansion_search = 128
    # One thread: with more the graph depends on their order.
    graph.add(np.arange(len(vectors)), vectors, threads=1)
    return graph


def _restored(path: Path) -> Any:
    from usearch.index import Index

    return Index.restore(str(path), view=True)
