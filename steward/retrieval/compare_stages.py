"""Runs of stages that learn, each query by what the other folds taught."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from steward.retrieval.bm25 import WordIndex
from steward.retrieval.data import SearchData
from steward.retrieval.features import FeatureMaker
from steward.retrieval.fusion import Ranked, convex, reciprocal_rank
from steward.retrieval.item_fields import ItemFields
from steward.retrieval.judgments import Grades, among
from steward.retrieval.metrics import score_run
from steward.retrieval.ranker import Ranker, rankings_of
from steward.retrieval.ranker_fit import RankerSettings, Ranking
from steward.retrieval.split import Split
from steward.retrieval.stage import PairScorer
from steward.retrieval.vectors import Encoder, VectorIndex, Vectors

MEASURE = "nDCG@10"
WEIGHTS = tuple(round(0.1 * n, 1) for n in range(11))
Runs = tuple[Mapping[str, Ranked], Sequence[Any]]
"""Query to ranking, and what each fold chose."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Queries to learn from, to choose by, and to score; no near duplicates in two of them."""

    train: tuple[str, ...]
    valid: tuple[str, ...]
    test: tuple[str, ...]

    @classmethod
    def all(cls, dealt: Sequence[Sequence[str]]) -> list[Fold]:
        """One for each part, which it scores."""
        return [cls.of(dealt, number) for number in range(len(dealt))]

    @classmethod
    def of(cls, dealt: Sequence[Sequence[str]], number: int) -> Fold:
        """Score one part, choose by the next, learn from the others."""
        after = (number + 1) % len(dealt)
        rest = [q for n, part in enumerate(dealt) if n not in (number, after) for q in part]
        return cls(tuple(rest), tuple(dealt[after]), tuple(dealt[number]))

    def split(self, groups: int) -> Split:
        """As those who train models want it."""
        return Split(self.train, self.valid, self.test, groups)

    @property
    def known(self) -> tuple[str, ...]:
        """All queries but those that are scored."""
        return (*self.train, *self.valid)


@dataclass(frozen=True)
class Asked:
    """What BM25 and the vectors find for every query; nothing here was learnt from judgments."""

    data: SearchData
    words: Mapping[str, Ranked]
    depth: int
    near: Mapping[str, Ranked] = field(default_factory=dict)
    vectors: Mapping[str, Vectors] = field(default_factory=dict)
    index: VectorIndex | None = None

    @classmethod
    def of(
        cls, data: SearchData, queries: Mapping[str, Any], depth: int, step: Callable[[str], None]
    ) -> Asked:
        """Ask BM25."""
        step("BM25")
        index = WordIndex.build(data.ids, list(data.texts.values()))
        return cls(data, {query: index.search(query, depth) for query in queries}, depth)

    def with_vectors(self, encoder: Encoder) -> Asked:
        """Ask an encoder too."""
        index = VectorIndex.build(self.data.ids, encoder.encode(list(self.data.texts.values())))
        vectors = dict(zip(self.words, encoder.encode(list(self.words), query=True), strict=True))
        near = {query: index.search(vector, self.depth) for query, vector in vectors.items()}
        return replace(self, near=near, vectors=vectors, index=index)

    def fused(self) -> dict[str, Ranked]:
        """Both by reciprocal rank, all that either found; BM25 alone without vectors."""
        if not self.near:
            return dict(self.words)
        both = 2 * self.depth
        return {q: reciprocal_rank([self.words[q], self.near[q]], both) for q in self.words}


def convex_runs(asked: Asked, folds: Sequence[Fold], grades: Grades) -> Runs:
    """BM25 and vectors mixed by the weight that served the other folds best."""
    runs = {
        w: {q: convex(asked.words[q], asked.near[q], w, 2 * asked.depth) for q in grades}
        for w in WEIGHTS
    }
    scores = {w: score_run(run, grades)[MEASURE] for w, run in runs.items()}
    found: dict[str, Ranked] = {}
    chosen = []
    for fold in folds:
        weight = max(WEIGHTS, key=lambda w: float(np.mean([scores[w][q] for q in fold.known])))
        chosen.append(weight)
        found |= {query: runs[weight][query] for query in fold.test}
    return {query: found[query] for query in grades}, chosen


@dataclass(frozen=True)
class Lists:
    """The fused lists of all queries with their features, made once for every ranker."""

    names: tuple[str, ...]
    rankings: Mapping[str, Ranking]

    @classmethod
    def of(cls, asked: Asked, fields: ItemFields, grades: Grades, depth: int) -> Lists:
        """Make the features of what BM25 and the vectors found."""
        maker = FeatureMaker.build(fields, asked.index)
        lists = {query: ranked[:depth] for query, ranked in asked.fused().items()}
        made = rankings_of(maker, lists, grades, asked.vectors)
        return cls(maker.names, {ranking.query: ranking for ranking in made})

    def of_queries(self, queries: Iterable[str]) -> list[Ranking]:
        """The lists of some queries."""
        return [self.rankings[query] for query in queries]


def ranked_runs(
    lists: Lists, folds: Sequence[Fold], grades: Grades, settings: RankerSettings
) -> Runs:
    """The lists ordered by a ranker that learnt from the other folds."""
    found: dict[str, Ranked] = {}
    chosen = []
    for fold in folds:
        ranker = Ranker.fit(lists.of_queries(fold.known), lists.names, settings)
        chosen.append({"trees": ranker.mix, "tried": dict(ranker.tried)})
        for ranking in lists.of_queries(fold.test):
            found[ranking.query] = ordered(ranking, ranker.score(ranking.features))
    return {query: found[query] for query in grades}, chosen


def given_runs(lists: Lists, ranker: Ranker, grades: Grades) -> Runs:
    """The lists ordered by a ranker that learnt elsewhere.

    Raises:
        InputError: it learnt from figures that these items lack.
    """
    columns = ranker.columns(lists.names)
    found = {
        ranking.query: ordered(ranking, ranker.score(ranking.features[:, columns]))
        for ranking in lists.of_queries(grades)
    }
    return found, ()


def ordered(ranking: Ranking, scores: Any) -> list[tuple[str, float]]:
    """The items of a list by new scores, ties in the order of the list."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    return [(ranking.items[i], float(scores[i])) for i in order]


def reranked_runs(
    texts: Mapping[str, str],
    before: Mapping[str, Ranked],
    scorers: Sequence[tuple[Fold, PairScorer, Sequence[str]]],
    depth: int,
    grades: Grades,
) -> Runs:
    """The best `depth` mixed with what a reranker says of them, by a weight chosen elsewhere.

    The weight, one of eleven, is chosen on rankings of other folds; a ranker that made those may
    have seen the scored queries, so the choice is not wholly blind, the scores are.

    Args:
        texts: of the items.
        before: what is re-ordered.
        scorers: of each fold its reranker, and the queries that choose the weight.
        depth: items that are read.
        grades: the judgments.
    """
    found: dict[str, Ranked] = {}
    chosen = []
    said: dict[tuple[int, str], Ranked] = {}
    for fold, scorer, choosing in scorers:
        for query in (*choosing, *fold.test):
            if (id(scorer), query) not in said:
                said[id(scorer), query] = _said(texts, query, before[query][:depth], scorer)
        runs = {
            w: {q: _mixed(before[q], said[id(scorer), q], w, depth) for q in choosing}
            for w in WEIGHTS
        }
        judged = among(grades, choosing)
        means = {w: float(np.mean(list(_scores(run, judged)))) for w, run in runs.items()}
        weight = max(WEIGHTS, key=lambda w, means=means: means[w])  # type: ignore[misc]
        chosen.append(weight)
        for query in fold.test:
            found[query] = _mixed(before[query], said[id(scorer), query], weight, depth)
    return {query: found[query] for query in grades}, chosen


def _said(
    texts: Mapping[str, str], query: str, head: Ranked, scorer: PairScorer
) -> list[tuple[str, float]]:
    """The items by the reranker's scores, the best first."""
    if not head:
        return []
    scores = scorer.score([(query, texts[item]) for item, _ in head])
    pairs = [(item, float(score)) for (item, _), score in zip(head, scores, strict=True)]
    return sorted(pairs, key=lambda pair: -pair[1])


def _scores(run: Mapping[str, Ranked], grades: Grades) -> Sequence[float]:
    return list(score_run(run, grades)[MEASURE].values())


def _mixed(before: Ranked, said: Ranked, weight: float, depth: int) -> list[tuple[str, float]]:
    head = convex(before[:depth], said, weight, depth)
    return head + [(item, -float(n)) for n, (item, _) in enumerate(before[depth:], 1)]
