"""What label functions say of pairs of query and item, and what a function is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Pair = tuple[str, str]
"""A query and the id of an item."""

GRADES = (0.0, 1.0, 2.0, 3.0)
"""Irrelevant, complement, substitute, exact: the four of ESCI."""

LEVELS = 7
"""How many levels of a score are told apart."""


@dataclass(frozen=True, slots=True)
class LabelFunction:
    """A source of labels.

    Attributes:
        name: unique among the functions used together.
        source: `rules`, `lexical`, `encoder`, `clicks`, `judge` or `people`.
        score: of a query and some items, a number each: the higher, the more relevant; nan where
            it abstains. The scale is its own: what a number means is learnt.
    """

    name: str
    source: str
    score: Callable[[str, Sequence[str]], Floats]


@dataclass(frozen=True)
class Votes:
    """Scores (float64, pairs × functions) of every function; nan where one abstained."""

    pairs: tuple[Pair, ...]
    names: tuple[str, ...]
    sources: tuple[str, ...]
    scores: Floats

    def only(self, source: str) -> Votes:
        """The votes of one source."""
        kept = [n for n, name in enumerate(self.sources) if name == source]
        return self.columns(kept)

    def columns(self, kept: Sequence[int]) -> Votes:
        """Some of the functions, by their number."""
        names = tuple(self.names[n] for n in kept)
        sources = tuple(self.sources[n] for n in kept)
        return replace(self, names=names, sources=sources, scores=self.scores[:, list(kept)])

    def rows(self, kept: npt.NDArray[np.int64]) -> Votes:
        """Some of the pairs, by their number."""
        pairs = tuple(self.pairs[n] for n in kept)
        return replace(self, pairs=pairs, scores=self.scores[kept])

    @property
    def coverage(self) -> Floats:
        """The share of pairs of which each function says something."""
        return np.asarray(1.0 - np.isnan(self.scores).mean(axis=0))


def collect(
    functions: Sequence[LabelFunction],
    pairs: Sequence[Pair],
    *,
    step: Callable[[str], None] = lambda _: None,
) -> Votes:
    """Ask every function about every pair, query by query."""
    scores = np.full((len(pairs), len(functions)), np.nan)
    places: dict[str, list[int]] = {}
    for place, (query, _) in enumerate(pairs):
        places.setdefault(query, []).append(place)
    for done, (query, rows) in enumerate(places.items()):
        if done % 50 == 0:
            step(f"asking {len(functions)} label functions: {done:,} of {len(places):,} queries")
        items = [pairs[row][1] for row in rows]
        for column, function in enumerate(functions):
            scores[rows, column] = function.score(query, items)
    names = tuple(function.name for function in functions)
    return Votes(tuple(pairs), names, tuple(f.source for f in functions), scores)


def given(name: str, source: str, grades: Mapping[Pair, float]) -> LabelFunction:
    """A function that repeats labels made elsewhere: by people, by a judge."""

    def score(query: str, items: Sequence[str]) -> Floats:
        return np.array([grades.get((query, item), np.nan) for item in items], dtype=float)

    return LabelFunction(name, source, score)


@dataclass(frozen=True)
class Cuts:
    """Where the scores of each function are cut into levels."""

    edges: tuple[Floats, ...]

    @classmethod
    def of(cls, scores: Floats, levels: int = LEVELS) -> Cuts:
        """Few different values are levels as they are; many are cut into equal numbers."""
        return cls(tuple(_edges(column[~np.isnan(column)], levels) for column in scores.T))

    @property
    def counts(self) -> list[int]:
        """How many levels each function has."""
        return [len(edges) + 1 for edges in self.edges]

    def levels(self, scores: Floats) -> Ints:
        """Levels (int64, pairs × functions) from 0, the higher the more relevant; -1 abstains."""
        found = [
            np.searchsorted(e, c, side="right") for e, c in zip(self.edges, scores.T, strict=True)
        ]
        return np.where(np.isnan(scores), -1, np.column_stack(found)).astype(np.int64)


def _edges(values: Floats, levels: int) -> Floats:
    different = np.unique(values)
    if len(different) <= levels:
        return np.asarray((different[1:] + different[:-1]) / 2)
    cuts = np.quantile(values, np.linspace(0, 1, levels + 1)[1:-1])
    return np.unique(cuts)
