"""Search on one arm with parts trained on another, scored by what the rows tell of.

A row that repeats a product is not a second product: the first of them in a ranking counts, and
the others keep their places and gain nothing. So the best possible ranking is the same in all arms.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Protocol

import numpy as np

from steward.evaluate.lift_arms import Arm
from steward.evaluate.lift_stats import Scores
from steward.retrieval.bm25 import WordIndex
from steward.retrieval.data import SearchData
from steward.retrieval.fusion import Ranked, reciprocal_rank
from steward.retrieval.judgments import Grades, among
from steward.retrieval.metrics import score_run
from steward.retrieval.split import Split, group_queries
from steward.retrieval.vectors import Encoder, VectorIndex

DEPTH = 100
"""Items of a ranking that are looked at."""

MEASURE = "nDCG@10"

Finder = Callable[[str], Ranked]
"""Ranks the items of one arm for a query."""

Cell = tuple[str, str]
"""The arm that was learnt on, and the arm that is searched."""

_NOTHING = Arm(SearchData({}, {}, ""), {})


class Stage(Protocol):
    """A way to search, as the experiment sees it."""

    @property
    def name(self) -> str:
        """What tables call it."""
        ...

    @property
    def trained(self) -> bool:
        """Does it learn from judgments?"""
        ...

    def teach(self, arm: Arm, split: Split, seed: int) -> Any:
        """What is learnt from the training part of the split; nothing when it learns nothing."""
        ...

    def index(self, arm: Arm) -> Callable[[Any], Finder]:
        """Index an arm once; the answer makes a finder of whatever was learnt."""
        ...


@dataclass(frozen=True)
class Words:
    """BM25."""

    name: str = "BM25"
    trained: bool = False

    def teach(self, arm: Arm, split: Split, seed: int) -> None:
        """Learn nothing."""

    def index(self, arm: Arm) -> Callable[[Any], Finder]:
        """Index the words."""
        found = WordIndex.build(arm.data.ids, list(arm.data.texts.values()))
        return lambda learnt: lambda query: found.search(query, DEPTH)


@dataclass(frozen=True)
class Dense:
    """Cosine of the vectors of an encoder that is taught nothing here."""

    encoder: Encoder
    name: str = "dense"
    trained: bool = False

    def teach(self, arm: Arm, split: Split, seed: int) -> None:
        """Learn nothing."""

    def index(self, arm: Arm) -> Callable[[Any], Finder]:
        """Encode the texts."""
        found = VectorIndex.build(arm.data.ids, self.encoder.encode(list(arm.data.texts.values())))

        def find(query: str) -> Ranked:
            return found.search(self.encoder.encode([query], query=True)[0], DEPTH)

        return lambda learnt: find


@dataclass(frozen=True)
class Head:
    """The vectors of a base, moved by a head that is trained on the judgments."""

    base: str
    cache: Path | None
    name: str = "trained head"
    trained: bool = True

    def teach(self, arm: Arm, split: Split, seed: int) -> Encoder:
        """Train the head; this needs torch."""
        from steward.retrieval.bi_encoder import train_bi_encoder
        from steward.retrieval.bi_encoder_settings import BiEncoderSettings
        from steward.retrieval.head import HeadEncoder

        settings = BiEncoderSettings(tier="head", base=self.base, seed=seed)
        with tempfile.TemporaryDirectory(prefix="steward-lift-") as folder:
            train_bi_encoder(arm.data, split, settings, Path(folder), cache=self.cache)
            return HeadEncoder.load(Path(folder), cache=self.cache)

    def index(self, arm: Arm) -> Callable[[Any], Finder]:
        """Encode the texts anew with each head; the base's own vectors are kept."""
        return lambda encoder: Dense(encoder).index(arm)(None)


@dataclass(frozen=True)
class Hybrid:
    """Two stages by reciprocal rank."""

    first: Stage
    second: Stage
    name: str = "hybrid"

    @property
    def trained(self) -> bool:
        """Is one of them?"""
        return self.first.trained or self.second.trained

    def teach(self, arm: Arm, split: Split, seed: int) -> tuple[Any, Any]:
        """Teach both."""
        return self.first.teach(arm, split, seed), self.second.teach(arm, split, seed)

    def index(self, arm: Arm) -> Callable[[Any], Finder]:
        """Index both."""
        one, two = self.first.index(arm), self.second.index(arm)

        def make(learnt: Any) -> Finder:
            a, b = one(learnt[0]), two(learnt[1])
            return lambda query: reciprocal_rank([a(query), b(query)], DEPTH)

        return make


def folds_of(queries: Sequence[str], folds: int, seed: int) -> list[Split]:
    """Splits such that each query is in the test part of one; near duplicates stay together."""
    groups = sorted(group_queries(queries), key=min)
    Random(f"folds {seed}").shuffle(groups)
    parts = [[query for group in groups[i::folds] for query in group] for i in range(folds)]
    splits = []
    for i, test in enumerate(parts):
        valid = parts[(i + 1) % folds] if folds > 2 else []
        out = {*test, *valid}
        train = [query for query in queries if query not in out]
        splits.append(Split(tuple(train), tuple(valid), tuple(test), len(groups)))
    return splits


def score_grid(
    stage: Stage, arms: Mapping[str, Arm], truth: Grades, splits: Sequence[Split], seeds: int
) -> dict[Cell, Scores]:
    """Score every query on every arm, by parts that never saw it or a near duplicate of it.

    Args:
        stage: how to search.
        arms: by name; each is searched with what was learnt on each.
        truth: query to row of the clean table to grade.
        splits: from `folds_of`.
        seeds: trainings of each fold.

    Returns:
        By (arm learnt on, arm searched): nDCG@10, seeds × queries, queries in the order of `truth`.
        A stage that learns nothing has the three cells of its own arm, one seed each.
    """
    search = {name: stage.index(arm) for name, arm in arms.items()}
    runs: dict[tuple[Cell, int], dict[str, Ranked]] = {}
    taught = [(name, seed) for name in arms for seed in range(seeds)] if stage.trained else []
    for split in splits:
        for name, seed in taught or [("", 0)]:
            learnt = stage.teach(arms[name] if name else _NOTHING, split, seed)
            for searched, make in search.items():
                find, entity = make(learnt), arms[searched].entity
                run = runs.setdefault(((name or searched, searched), seed), {})
                run |= {query: once(find(query), entity) for query in split.test}
    cells = dict.fromkeys(cell for cell, _ in runs)
    return {c: np.array([_scores(runs[c, s], truth) for s in range(seeds) if (c, s) in runs])
            for c in cells}  # fmt: skip


def same_pairs(data: Sequence[SearchData]) -> list[SearchData]:
    """The same judged pairs in each: those whose item is there in all of them."""
    shared = {
        query: set.intersection(*(set(one.grades.get(query, {})) for one in data))
        for query in data[0].grades
    }
    kept = {query: items for query, items in shared.items() if items}
    return [
        replace(one, grades={q: {i: one.grades[q][i] for i in one.grades[q] if i in kept[q]}
                             for q in kept})
        for one in data
    ]  # fmt: skip


def _scores(run: Mapping[str, Ranked], truth: Grades) -> list[float]:
    found = score_run(run, among(truth, run))[MEASURE]
    return [found[query] for query in truth]


def once(ranked: Ranked, entity: Mapping[str, str]) -> Ranked:
    """Rows as what they tell of; a second row of the same thing is named as itself, unjudged."""
    seen: set[str] = set()
    out = []
    for place, (item, score) in enumerate(ranked):
        name = entity[item]
        out.append((f"repeat {place}" if name in seen else name, score))
        seen.add(name)
    return out
