"""A ranker learnt from the judgments of an index, scored on queries of folds it never saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from steward.retrieval.features import FeatureMaker
from steward.retrieval.fusion import Ranked
from steward.retrieval.item_fields import ItemFields
from steward.retrieval.judgments import Grades
from steward.retrieval.ranker import Ranker, RankStage, rankings_of
from steward.retrieval.ranker_fit import RankerSettings, Ranking
from steward.retrieval.search_index import SearchIndex
from steward.retrieval.stages_choice import Runs, deal


@dataclass(frozen=True)
class RankerLearner:
    """Learns to rank what the stages before it found.

    Attributes:
        fields: of the items.
        index: has the vectors, if there are any.
        settings: of the ranker.
    """

    fields: ItemFields
    index: SearchIndex
    settings: RankerSettings = field(default_factory=RankerSettings)
    name: str = RankStage.name

    def learn(self, before: Runs, grades: Grades, folds: int) -> tuple[Runs, RankStage]:
        """Every query ordered by what other folds taught, and the stage that all of them teach.

        Raises:
            InputError: no list holds items of different grades.
        """
        pipeline = self.index.pipeline
        maker = FeatureMaker.build(self.fields, pipeline.vectors)
        asked = None
        if pipeline.encoder is not None and pipeline.vectors is not None:
            vectors = pipeline.encoder.encode(list(before), query=True)
            asked = dict(zip(before, vectors, strict=True))
        heads = {query: ranked[: self.settings.depth] for query, ranked in before.items()}
        lists = {one.query: one for one in rankings_of(maker, heads, grades, asked)}
        runs: dict[str, Ranked] = {}
        for fold in deal(list(grades), folds):
            inside = set(fold)
            rest = [ranking for query, ranking in lists.items() if query not in inside]
            ranker = Ranker.fit(rest, maker.names, self.settings)
            runs |= {query: self._ordered(ranker, lists[query], before[query]) for query in fold}
        stage = RankStage(
            Ranker.fit(list(lists.values()), maker.names, self.settings), maker, pipeline.encoder
        )
        return {query: runs[query] for query in grades}, stage

    def _ordered(self, ranker: Ranker, ranking: Ranking, before: Ranked) -> Ranked:
        """The head by the ranker's scores, the tail below it."""
        if not ranking.items:
            return list(before)
        scores: Mapping[str, float] = dict(
            zip(ranking.items, map(float, ranker.score(ranking.features)), strict=True)
        )
        head = sorted(scores.items(), key=lambda pair: -pair[1])
        least = min(scores.values())
        tail = before[len(ranking.items) :]
        return head + [(item, least - n) for n, (item, _) in enumerate(tail, 1)]
