"""Learning to rank as a stage of the lift experiment: it sees columns one by one, not a text.

So it feels what a bag of words does not: a brand in the wrong column, a category that is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from steward.errors import UsageError
from steward.evaluate.lift_arms import Arm
from steward.evaluate.lift_search import DEPTH, Finder
from steward.retrieval.bm25 import WordIndex
from steward.retrieval.features import FeatureMaker
from steward.retrieval.fusion import Ranked
from steward.retrieval.item_fields import read_fields
from steward.retrieval.ranker import Ranker, rankings_of
from steward.retrieval.ranker_fit import RankerSettings, Ranking
from steward.retrieval.split import Split


@dataclass(frozen=True)
class Ordered:
    """What BM25 found, ordered by a ranker that learns from the judgments."""

    name: str = "BM25 + ranker"
    trained: bool = True
    _seen: dict[int, _Looked] = field(default_factory=dict, compare=False, repr=False)

    def teach(self, arm: Arm, split: Split, seed: int) -> Ranker:
        """Learn from the lists of the queries that are not scored; this needs LightGBM."""
        looked = self._looked(arm)
        known = [query for query in (*split.train, *split.valid) if query in arm.data.grades]
        settings = RankerSettings(seed=seed, seeds=1, depth=DEPTH)
        return Ranker.fit([looked.ranking(query) for query in known], looked.maker.names, settings)

    def index(self, arm: Arm) -> Callable[[Any], Finder]:
        """Index the words; the figures of a query are made once, whatever was learnt."""
        looked = self._looked(arm)
        return lambda learnt: lambda query: looked.ordered(query, learnt)

    def _looked(self, arm: Arm) -> _Looked:
        """What was looked at of an arm; of three arms at a time."""
        if id(arm) not in self._seen:
            if len(self._seen) >= 3:
                self._seen.clear()
            self._seen[id(arm)] = _Looked(arm)
        return self._seen[id(arm)]


@dataclass
class _Looked:
    """The words and figures of one arm, made when they are asked for."""

    arm: Arm
    _rankings: dict[str, Ranking] = field(default_factory=dict)

    @cached_property
    def words(self) -> WordIndex:
        return WordIndex.build(self.arm.data.ids, list(self.arm.data.texts.values()))

    @cached_property
    def maker(self) -> FeatureMaker:
        if self.arm.table is None:
            raise UsageError("A ranker needs the cells of the items.")
        return FeatureMaker.build(
            read_fields(self.arm.table, self.arm.data, profile=self.arm.profile)
        )

    def ranking(self, query: str) -> Ranking:
        if query not in self._rankings:
            lists = {query: self.words.search(query, DEPTH)}
            self._rankings[query] = rankings_of(self.maker, lists, self.arm.data.grades)[0]
        return self._rankings[query]

    def ordered(self, query: str, ranker: Ranker) -> Ranked:
        found = self.ranking(query)
        scores = ranker.score(found.features)
        best = sorted(range(len(found.items)), key=lambda i: -scores[i])
        return [(found.items[i], float(scores[i])) for i in best]
