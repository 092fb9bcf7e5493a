"""Learning to rank: what orders a list from many weak signs, learnt from judged queries.

With a hundred queries trees overfit and a linear order is too stiff; which of them, or their mean,
is used is decided on queries held out inside the training queries.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.errors import InputError, MissingExtra
from steward.retrieval.features import FeatureMaker, asked_vector
from steward.retrieval.fusion import Ranked
from steward.retrieval.judgments import Grades
from steward.retrieval.ranker_fit import (
    Floats,
    RankerSettings,
    Ranking,
    both,
    fit_linear,
    fit_trees,
    standardised,
)
from steward.retrieval.stages_choice import deal
from steward.retrieval.vectors import Encoder

MIXES = (0.0, 0.5, 1.0)
"""Weights of the trees beside the linear order that are tried."""

INNER = 3
"""Folds of the training queries that choose the mix."""

KIND = "ranker"
_FILE = "ranker.json"


@dataclass(frozen=True)
class Ranker:
    """An order learnt from lists.

    Attributes:
        names: of the features, in order.
        weights: of the linear order, one a standardised feature.
        forests: LightGBM's boosters.
        mix: weight of the trees, 0 to 1.
        settings: how it learnt.
        tried: nDCG@10 of each mix on held-out training queries.
        outside: query to the scores of its list by parts that never saw it.
    """

    names: tuple[str, ...]
    weights: npt.NDArray[np.float64]
    forests: Sequence[Any]
    mix: float
    settings: RankerSettings
    tried: Mapping[str, float] = field(default_factory=dict)
    outside: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict, repr=False)

    @classmethod
    def fit(
        cls,
        rankings: Sequence[Ranking],
        names: Sequence[str],
        settings: RankerSettings | None = None,
    ) -> Ranker:
        """Learn from the lists of judged queries.

        Args:
            rankings: one a query; near duplicates may be among them.
            names: of the features.
            settings: how.

        Raises:
            InputError: no list holds both a better and a worse item.
            MissingExtra: LightGBM is not installed.
        """
        chosen = settings or RankerSettings()
        useful = [ranking for ranking in rankings if _teaches(ranking)]
        if not useful:
            raise InputError(
                "No list of the judged queries holds items of different grades.",
                hint="Judge more of what the search finds, irrelevant items among it.",
            )
        outside = _outside(useful, chosen)
        tried = {mix: _mean_ndcg(useful, outside, mix) for mix in MIXES}
        mix = max(MIXES, key=lambda one: (round(tried[one], 6), -abs(one - 0.5)))
        return cls(
            tuple(names),
            fit_linear(useful, chosen),
            fit_trees(useful, chosen) if mix > 0 else [],
            mix,
            chosen,
            {f"{one:g}": value for one, value in tried.items()},
            {query: _mixed(parts, mix) for query, parts in outside.items()},
        )

    def score(self, features: Floats) -> npt.NDArray[np.float64]:
        """A score for each item of one list; scores of two lists do not compare."""
        if not len(features):
            return np.zeros(0)
        return _mixed(_parts(features, self.weights, self.forests), self.mix)

    def columns(self, names: Sequence[str]) -> list[int]:
        """Where the features it learnt from stand among others.

        Raises:
            InputError: one is not among them.
        """
        absent = [name for name in self.names if name not in names]
        if absent:
            raise InputError(
                f"The ranker learnt from figures that these items lack: {', '.join(absent[:5])}.",
                hint="Train it on these items: steward train ranker",
            )
        return [list(names).index(name) for name in self.names]

    def importance(self) -> dict[str, float]:
        """Each feature's weight in the linear order, the strongest first."""
        order = np.argsort(-np.abs(self.weights), kind="stable")
        return {self.names[i]: float(self.weights[i]) for i in order}

    def save(self, folder: Path) -> None:
        """Write it into a folder; the same ranker, the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        body = {
            "names": list(self.names),
            "weights": [float(w) for w in self.weights],
            "mix": self.mix,
            "settings": asdict(self.settings),
            "tried": dict(self.tried),
            "forests": len(self.forests),
        }
        (folder / _FILE).write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", "utf-8")
        for number, forest in enumerate(self.forests):
            (folder / f"forest{number}.txt").write_text(forest.model_to_string(), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Ranker:
        """Read what `save` wrote.

        Raises:
            InputError: the folder holds no ranker.
            MissingExtra: it has trees and LightGBM is not installed.
        """
        try:
            body = json.loads((folder / _FILE).read_text("utf-8"))
            forests = [_forest(folder / f"forest{n}.txt") for n in range(body["forests"])]
            settings = RankerSettings(**body["settings"])
            weights = np.asarray(body["weights"], dtype=np.float64)
            return cls(tuple(body["names"]), weights, forests, body["mix"], settings, body["tried"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{folder} holds no ranker: {error}.", hint="steward train ranker --help"
            ) from error


class RankStage:
    """The ranker as a stage of search: orders the best of what came before anew."""

    name = KIND

    def __init__(self, ranker: Ranker, maker: FeatureMaker, encoder: Encoder | None = None) -> None:
        """Join a ranker with the features of one catalogue.

        Raises:
            InputError: the catalogue gives other features than the ranker learnt from.
        """
        self._ranker = ranker
        self._maker = maker
        self._encoder = encoder
        self._columns = ranker.columns(maker.names)

    @property
    def maker(self) -> FeatureMaker:
        """What makes the features."""
        return self._maker

    @property
    def ranker(self) -> Ranker:
        """What it learnt."""
        return self._ranker

    def rescore(self, query: str, candidates: Ranked) -> list[tuple[str, float]]:
        """The same items: the best `depth` by the ranker, the others below in their order."""
        depth = self._ranker.settings.depth
        head, tail = candidates[:depth], candidates[depth:]
        if not head:
            return []
        features = self._maker.of(query, head, asked_vector(self._encoder, query))
        scores = self._ranker.score(features[:, self._columns])
        order = np.argsort(-scores, kind="stable")
        least = float(scores.min())
        ranked = [(head[i][0], float(scores[i])) for i in order]
        return ranked + [(item, least - n) for n, (item, _) in enumerate(tail, 1)]


def rankings_of(
    maker: FeatureMaker,
    lists: Mapping[str, Ranked],
    grades: Grades,
    asked: Mapping[str, Any] | None = None,
) -> list[Ranking]:
    """The lists of queries with their features and what was judged of them.

    Args:
        maker: of the features.
        lists: query to what the stages before found.
        grades: the judgments.
        asked: query to its vector, if the maker has vectors.
    """
    found = []
    for query, ranked in lists.items():
        items = tuple(item for item, _ in ranked)
        judged = grades.get(query, {})
        marks = np.asarray([judged.get(item, np.nan) for item in items], dtype=np.float64)
        vector = (asked or {}).get(query)
        found.append(Ranking(query, items, maker.of(query, ranked, vector), marks))
    return found


def _outside(
    rankings: Sequence[Ranking], settings: RankerSettings
) -> dict[str, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Query to the scores of both ways, learnt on other folds with fewer forests."""
    quick = replace(settings, seeds=1)
    named = {ranking.query: ranking for ranking in rankings}
    found = {}
    for fold in deal(list(named), INNER):
        rest = [ranking for query, ranking in named.items() if query not in set(fold)]
        weights = fit_linear(rest or rankings, settings)
        forests = fit_trees(rest or rankings, quick)
        for query in fold:
            found[query] = _parts(named[query].features, weights, forests)
    return found


Parts = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def _parts(features: Floats, weights: npt.NDArray[np.float64], forests: Sequence[Any]) -> Parts:
    linear = standardised(features).astype(np.float64) @ weights
    if not forests:
        return linear, np.zeros_like(linear)
    inputs = both(features)
    trees = np.mean([forest.predict(inputs, num_threads=1) for forest in forests], axis=0)
    return linear, np.asarray(trees, dtype=np.float64)


def _mixed(parts: Parts, mix: float) -> npt.NDArray[np.float64]:
    linear, trees = (_even(part) for part in parts)
    return np.asarray((1 - mix) * linear + mix * trees, dtype=np.float64)


def _even(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spread = float(scores.std())
    return np.asarray((scores - scores.mean()) / (spread if spread > 1e-9 else 1.0))


def _mean_ndcg(rankings: Sequence[Ranking], outside: Mapping[str, Parts], mix: float) -> float:
    return float(np.mean([_ndcg(r, _mixed(outside[r.query], mix)) for r in rankings]))


def _ndcg(ranking: Ranking, scores: npt.NDArray[np.float64], k: int = 10) -> float:
    """NDCG@10 within the list; the ideal is the list's own best order."""
    gains = 2.0 ** np.nan_to_num(ranking.grades) - 1.0
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    best = np.sort(gains)[::-1][:k]
    found = gains[np.argsort(-scores, kind="stable")][:k]
    ideal = float(best @ discounts[: len(best)])
    return float(found @ discounts[: len(found)]) / ideal if ideal > 0 else 0.0


def _teaches(ranking: Ranking) -> bool:
    marks = np.nan_to_num(ranking.grades)
    return len(marks) > 1 and float(marks.max()) > float(marks.min())


def _forest(path: Path) -> Any:
    try:
        import lightgbm
    except ImportError as error:
        raise MissingExtra("Learning to rank", "search") from error
    return lightgbm.Booster(model_str=path.read_text("utf-8"))
