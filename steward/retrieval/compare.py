"""What each stage of a search is worth, on queries that none of its parts ever saw.

Queries are dealt out to folds, near duplicates together. Whatever is learnt (the weight of a mix,
the ranker, a model trained here) is learnt on the other folds. Every stage scores the same queries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from steward.errors import InputError
from steward.retrieval.compare_stages import (
    Asked,
    Fold,
    Lists,
    convex_runs,
    given_runs,
    ranked_runs,
    reranked_runs,
)
from steward.retrieval.data import SearchData
from steward.retrieval.fusion import Ranked, reciprocal_rank
from steward.retrieval.item_fields import ItemFields
from steward.retrieval.judgments import Grades, relevant_queries
from steward.retrieval.metrics import Difference, Scores, compare, interval, score_run
from steward.retrieval.ranker import Ranker
from steward.retrieval.ranker_fit import RankerSettings
from steward.retrieval.slices import Slices
from steward.retrieval.split import Split
from steward.retrieval.stage import PairScorer
from steward.retrieval.stages_choice import deal
from steward.retrieval.vectors import Encoder, VectorIndex

MEASURE = "nDCG@10"
LEVEL = 0.05
FEWEST = 3
"""Folds that are needed: to learn from, to choose by, to score."""
DEEP = 200
"""Items that BM25 and the vectors each find; what is below the list of a stage keeps its order."""

Trainer = Callable[[Split], Encoder]
"""Trains an encoder on `split.train`, chooses on `split.valid`, never looks at `split.test`."""

RerankTrainer = Callable[[Split, Mapping[str, Ranked]], PairScorer]
"""Likewise a reranker, from the lists that it will re-order."""


@dataclass(frozen=True)
class Parts:
    """What there is to compare. BM25 is always there.

    Attributes:
        encoders: name to encoder, none trained on these queries; the last makes the hybrids.
        train: trains an encoder for each fold; it is compared by itself and in a hybrid.
        fields: of the items, for learning to rank; none leaves it out.
        reranker: not trained on these queries.
        train_reranker: trains one for each fold, given what the first stage found.
        ranker: how the ranker learns.
        given: a ranker that learnt from other data.
        keep: learn a ranker from all queries in the end, for other data.
        reranked: items that the reranker reads.
    """

    encoders: Mapping[str, Encoder] = field(default_factory=dict)
    train: Trainer | None = None
    fields: ItemFields | None = None
    reranker: PairScorer | None = None
    train_reranker: RerankTrainer | None = None
    ranker: RankerSettings = field(default_factory=RankerSettings)
    given: Ranker | None = None
    keep: bool = False
    reranked: int = 50


@dataclass(frozen=True)
class StageResult:
    """One stage over all queries.

    Attributes:
        name: what people read.
        scores: measure to query to score; `condensed` is nDCG@10 with unjudged items taken out.
        run: query to ranking.
        interval: of the mean nDCG@10, 95 %, over queries.
        against: other stage to the difference in nDCG@10: the one before, BM25, and `rival`.
        rival: the stage in use before this one was tried; empty for the first.
        chance: p value against the rival, times the number of stages tried (Bonferroni).
        wins: better than the rival, and not by chance.
        chosen: what each fold chose.
    """

    name: str
    scores: Scores
    run: Mapping[str, Ranked]
    interval: tuple[float, float]
    against: Mapping[str, Difference] = field(default_factory=dict)
    rival: str = ""
    chance: float = 1.0
    wins: bool = False
    chosen: Sequence[Any] = ()

    @property
    def mean(self) -> float:
        """Mean nDCG@10."""
        return float(np.mean(list(self.scores[MEASURE].values())))


@dataclass(frozen=True)
class Comparison:
    """All stages in order, how the queries were dealt out, and a ranker of them all if wanted."""

    stages: tuple[StageResult, ...]
    grades: Grades
    folds: int
    seed: int
    slices: Slices = field(default_factory=dict)
    ranker: Ranker | None = None

    @property
    def used(self) -> tuple[str, ...]:
        """BM25, and each stage that won against what was in use before it."""
        return tuple(stage.name for stage in self.stages if stage.wins or not stage.rival)

    def by_slice(self) -> dict[str, dict[str, float]]:
        """Slice to stage to mean nDCG@10."""
        return {
            name: {s.name: float(np.mean([s.scores[MEASURE][q] for q in qs])) for s in self.stages}
            for name, qs in self.slices.items()
        }


def compare_pipelines(
    data: SearchData,
    parts: Parts,
    *,
    folds: int = 5,
    seed: int = 0,
    slices: Slices | None = None,
    step: Callable[[str], None] = lambda text: None,
) -> Comparison:
    """Score every stage on every judged query that has a relevant item.

    Args:
        data: items and judgments.
        parts: what to compare.
        folds: of the queries, at least 3 so that training, choosing and scoring are apart.
        seed: of intervals and tests.
        slices: groups of queries to tell apart.
        step: told what is being done.

    Raises:
        InputError: there is nothing to learn from, or too few queries to hold any out.
        MissingExtra: a part needs a package that is not installed.
    """
    grades = relevant_queries(data.grades)
    dealt = _folds(grades, folds)
    asked = Asked.of(data, grades, DEEP, step)
    runs: dict[str, tuple[Mapping[str, Ranked], Sequence[Any]]] = {"BM25": (asked.words, ())}
    for name, encoder in parts.encoders.items():
        step(f"vectors of {name}")
        asked = asked.with_vectors(encoder)
        runs[name] = (asked.near, ())
    if parts.train is not None:
        runs |= _trained(data, asked, parts.train, dealt, step)
    if asked.near:
        runs["hybrid (RRF)"] = (asked.fused(), ())
        step("mixing")
        runs["hybrid (tuned mix)"] = convex_runs(asked, dealt, grades)
    ranker = None
    if parts.fields is not None:
        step("features of the lists")
        lists = Lists.of(asked, parts.fields, grades, parts.ranker.depth)
        if parts.given is not None:
            runs["ranker of other data"] = given_runs(lists, parts.given, grades)
        step("learning to rank")
        runs["learning to rank"] = ranked_runs(lists, dealt, grades, parts.ranker)
        if parts.keep:
            ranker = Ranker.fit(lists.of_queries(grades), lists.names, parts.ranker)
    runs |= _reranked(data, parts, asked, runs[list(runs)[-1]][0], dealt, step)
    stages = judge_stages(runs, grades, seed)
    return Comparison(stages, grades, len(dealt), seed, slices or {}, ranker)


def _folds(grades: Grades, folds: int) -> list[Fold]:
    """With fewer than three, what is scored would be what was learnt from, or chosen by."""
    dealt = Fold.all(deal(list(grades), folds))
    if len(dealt) < FEWEST:
        raise InputError(
            f"{len(grades)} judged queries with a relevant item make {len(dealt)} groups of near "
            "duplicates: too few to learn from some and score others.",
            hint=f"Judge more queries: at least {FEWEST} that differ, and dozens to tell stages "
            "apart.",
        )
    return dealt


def judge_stages(
    runs: Mapping[str, tuple[Mapping[str, Ranked], Sequence[Any]]], grades: Grades, seed: int
) -> tuple[StageResult, ...]:
    """Score the runs in their order, and test each against the one before and the one in use."""
    found: list[StageResult] = []
    rival: StageResult | None = None
    for name, (run, chosen) in runs.items():
        scores = score_run(run, grades)
        scores["condensed"] = score_run(_condensed(run, grades), grades)[MEASURE]
        between = interval(list(scores[MEASURE].values()), seed=seed)
        others = {s.name: s for s in (*found[:1], *found[-1:], *([rival] if rival else []))}
        against = {
            other: compare(s.scores[MEASURE], scores[MEASURE], seed=seed)
            for other, s in others.items()
        }
        chance, wins = _verdict(against, rival, len(runs) - 1)
        stage = StageResult(
            name, scores, run, between, against, rival.name if rival else "", chance, wins, chosen
        )
        found.append(stage)
        rival = stage if wins or rival is None else rival
    return tuple(found)


def _verdict(
    against: Mapping[str, Difference], rival: StageResult | None, tests: int
) -> tuple[float, bool]:
    """The chance, corrected by Bonferroni for as many tests as there are stages.

    Holm's correction needs all tests beforehand; whom a later stage meets here depends on an
    earlier verdict.
    """
    if rival is None:
        return 1.0, False
    gap = against[rival.name]
    chance = min(1.0, gap.p_value * tests)
    return chance, gap.mean > 0 and chance <= LEVEL


def _condensed(run: Mapping[str, Ranked], grades: Grades) -> dict[str, Ranked]:
    """Rankings without items that nobody judged (Sakai, 2007)."""
    return {q: [pair for pair in run.get(q, ()) if pair[0] in grades[q]] for q in grades}


def _reranked(
    data: SearchData,
    parts: Parts,
    asked: Asked,
    before: Mapping[str, Ranked],
    dealt: Sequence[Fold],
    step: Callable[[str], None],
) -> dict[str, tuple[Mapping[str, Ranked], Sequence[Any]]]:
    """The list before with a reranker that was given, and with one trained on the other folds."""
    grades = relevant_queries(data.grades)
    runs: dict[str, tuple[Mapping[str, Ranked], Sequence[Any]]] = {}
    if parts.reranker is not None:
        step("reranking")
        given = [(fold, parts.reranker, fold.known) for fold in dealt]
        runs["+ reranker"] = reranked_runs(data.texts, before, given, parts.reranked, grades)
    if parts.train_reranker is not None:
        lists, trained = asked.fused(), []
        for number, fold in enumerate(dealt, 1):
            step(f"training a reranker, fold {number} of {len(dealt)}")
            scorer = parts.train_reranker(fold.split(len(dealt)), lists)
            trained.append((fold, scorer, fold.valid))
        name = "+ fine-tuned reranker"
        runs[name] = reranked_runs(data.texts, before, trained, parts.reranked, grades)
    return runs


def _trained(
    data: SearchData,
    asked: Asked,
    train: Trainer,
    dealt: Sequence[Fold],
    step: Callable[[str], None],
) -> dict[str, tuple[Mapping[str, Ranked], Sequence[Any]]]:
    """An encoder trained on the other folds, by itself and in a hybrid with BM25."""
    near: dict[str, Ranked] = {}
    for number, fold in enumerate(dealt, 1):
        step(f"training an encoder, fold {number} of {len(dealt)}")
        encoder = train(fold.split(len(dealt)))
        index = VectorIndex.build(data.ids, encoder.encode(list(data.texts.values())))
        vectors = encoder.encode(list(fold.test), query=True)
        near |= {q: index.search(v, DEEP) for q, v in zip(fold.test, vectors, strict=True)}
    ordered = {query: near[query] for query in asked.words}
    mixed = {q: reciprocal_rank([asked.words[q], near[q]], DEEP) for q in ordered}
    return {"fine-tuned encoder": (ordered, ()), "hybrid (RRF), fine-tuned": (mixed, ())}
