"""Which stages of a search are worth it: each must win on queries that were held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from steward.retrieval.bm25 import WordIndex
from steward.retrieval.fusion import Ranked
from steward.retrieval.judgments import Grades
from steward.retrieval.metrics import compare, interval, score_run
from steward.retrieval.pipeline import BM25, CONVEX, DENSE, RRF, First, fuse
from steward.retrieval.reranker import RerankStage
from steward.retrieval.search_index import SearchIndex
from steward.retrieval.spelling import Speller
from steward.retrieval.split import group_queries
from steward.retrieval.stage import PairScorer, Stage

MEASURE, CUT = "nDCG@10", 10
SPELLING = "spelling"
"""The correction of queries, among trials."""

WEIGHTS = tuple(round(0.1 * n, 1) for n in range(1, 10))
"""Weights of the vectors that the convex mix is tried with."""

RERANK_WEIGHTS = (0.25, 0.5, 0.75, 1.0)
"""Weights that a reranker is tried with beside the scores before it; its own is one more."""

FOLDS = 5
LEVEL = 0.05
"""A stage is used when the chance of its gain under no difference, times the number of stages
tried beside it (Bonferroni), is at most this."""

Runs = Mapping[str, Ranked]


class Learner(Protocol):
    """Learns a stage from the very judgments that it is tried on, fold by fold."""

    @property
    def name(self) -> str:
        """What people read in tables."""
        ...

    def learn(self, before: Runs, grades: Grades, folds: int) -> tuple[Runs, Stage]:
        """Every query by what other folds taught, and the stage that all of them teach."""
        ...


@dataclass(frozen=True, slots=True)
class Trial:
    """What one stage was worth.

    Attributes:
        stage: its name.
        against: the stage it was compared with; empty for the first.
        mean: nDCG@10 over the queries, and its 95 % interval `lower`..`upper`.
        gain: over `against`, paired by query, and its 95 % interval.
        p_value: two-sided, by randomisation.
        queries: held out, with a relevant item.
        used: whether the search uses it.
        why: in words.
    """

    stage: str
    against: str
    mean: float
    lower: float
    upper: float
    gain: float
    gain_lower: float
    gain_upper: float
    p_value: float
    queries: int
    used: bool
    why: str

    def document(self) -> dict[str, Any]:
        """As plain values, rounded so that they read well."""
        held = asdict(self)
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in held.items()}


@dataclass(frozen=True)
class Choice:
    """What a search will use.

    Attributes:
        first: how the first list is made.
        stages: those in use, in order, each with its weight.
        trials: of everything that was tried.
    """

    first: First
    stages: tuple[Stage, ...]
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class _Tried:
    name: str
    scores: Mapping[str, float]
    runs: Runs


def choose(
    index: SearchIndex,
    grades: Grades,
    *,
    learner: Learner | None = None,
    use_all: bool = False,
    folds: int = FOLDS,
    seed: int = 0,
) -> Choice:
    """Try the parts of an index on judged queries and keep what won.

    BM25 is what the vectors and their mixes are held against; each stage after is held against
    the pipeline before it. The weight of the convex mix that scores a query was chosen on queries
    of other folds, near duplicates on one side.

    Args:
        index: with its encoder and all its stages.
        grades: of queries that no model of the index was trained on, each with a relevant item.
        learner: learns one more stage from the same queries; it comes before the others.
        use_all: use every stage, whether it won or not; of the first lists, the best with vectors.
        folds: of the queries, for weights and for what is learnt.
        seed: of the intervals and the tests.
    """
    base, others, mixed = _firsts(index, grades, folds)
    trials = [_trial(base, None, used=True, why="what the others are held against", seed=seed)]
    judged = [(one, _verdict(one, base, len(others), seed)) for one in others]
    winners = [one for one, (won, _) in judged if won]
    best = max((others or [base]) if use_all else winners, key=_mean, default=base)
    for one, (won, why) in judged:
        said = why if not won or one is best else f"{why}, but {best.name} is better"
        trials.append(_trial(one, base, used=one is best, why=said, seed=seed))
    used: list[Stage] = []
    before = best
    learners: list[Stage | Learner] = [learner] if learner else []
    for stage in [*learners, *index.pipeline.stages]:
        one, tuned = _staged(stage, before, grades, folds)
        won, why = _verdict(one, before, 1, seed)
        trials.append(_trial(one, before, used=won or use_all, why=why, seed=seed))
        if won or use_all:
            used.append(tuned)
            before = one
    first = next((first for first in mixed if first.kind == best.name), First(BM25))
    return Choice(first, tuple(used), tuple(trials))


def try_spelling(words: WordIndex, speller: Speller, grades: Grades, *, seed: int = 0) -> Trial:
    """Try the correction of queries with BM25.

    Other stages must win. This one touches only words that no item has, so judged queries seldom
    show what it gives: it is used unless they say that it costs.
    """
    typed = {query: words.search(query, CUT) for query in grades}
    meant = {query: speller.correct(query, words.knows) for query in grades}
    changed = [query for query in grades if meant[query] != query]
    searched = {**typed, **{query: words.search(meant[query], CUT) for query in changed}}
    base, one = _tried(BM25, typed, grades), _tried(SPELLING, searched, grades)
    used = not changed or _mean(one) >= _mean(base)
    said = "it does not cost" if used else "it costs"
    why = f"{said}; it changes {len(changed)} of {len(grades)} queries"
    return _trial(one, base, used=used, why=why, seed=seed)


def _staged(
    stage: Stage | Learner, before: _Tried, grades: Grades, folds: int
) -> tuple[_Tried, Stage]:
    """A stage on top of what came before; the weight of a reranker is chosen as the mix's is."""
    if hasattr(stage, "learn"):
        runs, learnt = stage.learn(before.runs, grades, folds)
        return _tried(learnt.name, runs, grades), learnt
    if not isinstance(stage, RerankStage):
        return _tried(stage.name, _rescored(stage, before.runs), grades), stage
    scorer = _Remembered(stage.scorer)
    by_weight: dict[float, Runs] = {}
    for weight in sorted({*RERANK_WEIGHTS, float(stage.weight)}):
        variant = replace(stage, scorer=scorer, weight=weight)
        by_weight[weight] = _rescored(variant, before.runs)
    mixed, weight = _crossed(by_weight, grades, folds)
    return _tried(stage.name, mixed, grades), replace(stage, weight=weight)


def _rescored(stage: Stage, runs: Runs) -> dict[str, Ranked]:
    return {query: stage.rescore(query, ranked) for query, ranked in runs.items()}


class _Remembered:
    """A scorer that reads each pair once, whatever weights are tried."""

    def __init__(self, scorer: PairScorer) -> None:
        self._scorer = scorer
        self._known: dict[tuple[str, str], float] = {}

    @property
    def name(self) -> str:
        return self._scorer.name

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._known]
        if new:
            self._known |= dict(zip(new, map(float, self._scorer.score(new)), strict=True))
        return np.asarray([self._known[pair] for pair in pairs], dtype=np.float32)


def _firsts(
    index: SearchIndex, grades: Grades, folds: int
) -> tuple[_Tried, list[_Tried], list[First]]:
    """BM25, and what vectors make of it; the mixes as they would be used."""
    depth = First().depth
    bm25 = {query: index.pipeline.words.search(query, depth) for query in grades}
    base = _tried(BM25, bm25, grades)
    encoder, vectors = index.pipeline.encoder, index.pipeline.vectors
    if encoder is None or vectors is None:
        return base, [], []
    asked = encoder.encode(list(grades), query=True)
    near = {q: vectors.search(v, depth) for q, v in zip(grades, asked, strict=True)}

    def mix(first: First) -> Runs:
        return {query: fuse(bm25[query], near[query], first, depth) for query in grades}

    runs = {weight: mix(First(CONVEX, weight)) for weight in WEIGHTS}
    convex, weight = _crossed(runs, grades, folds)
    firsts = [First(DENSE), First(RRF), First(CONVEX, weight)]
    tried = [_tried(DENSE, near, grades), _tried(RRF, mix(First(RRF)), grades)]
    return base, [*tried, _tried(CONVEX, convex, grades)], firsts


def _crossed(
    runs: Mapping[float, Runs], grades: Grades, folds: int
) -> tuple[dict[str, Ranked], float]:
    """Every query ranked with the weight that other folds chose, and the weight that all choose."""
    scores = {weight: _scored(run, grades) for weight, run in runs.items()}

    def best(queries: Sequence[str]) -> float:
        return max(runs, key=lambda w: float(np.mean([scores[w][q] for q in queries] or [0])))

    mixed: dict[str, Ranked] = {}
    for fold in deal(list(grades), folds):
        inside = set(fold)
        weight = best([query for query in grades if query not in inside])
        mixed |= {query: runs[weight][query] for query in fold}
    return {query: mixed[query] for query in grades}, best(list(grades))


def deal(queries: Sequence[str], folds: int) -> list[list[str]]:
    """Deal queries out to folds of about one size, near duplicates into one, in stable order."""
    dealt: list[list[str]] = [[] for _ in range(folds)]
    for group in sorted(group_queries(queries), key=lambda g: (-len(g), min(g))):
        min(dealt, key=len).extend(group)
    return [fold for fold in dealt if fold]


def _tried(name: str, runs: Runs, grades: Grades) -> _Tried:
    return _Tried(name, _scored(runs, grades), runs)


def _scored(runs: Runs, grades: Grades) -> dict[str, float]:
    """The measure of each query; what stands below its depth is not even told."""
    return score_run({query: ranked[:CUT] for query, ranked in runs.items()}, grades)[MEASURE]


def _mean(one: _Tried) -> float:
    return float(np.mean(list(one.scores.values())))


def _verdict(one: _Tried, against: _Tried, beside: int, seed: int) -> tuple[bool, str]:
    found = compare(against.scores, one.scores, seed=seed)
    chance = min(1.0, found.p_value * beside)
    if found.mean <= 0:
        return False, f"no better than {against.name}"
    if chance > LEVEL:
        return False, f"better than {against.name}, but it may be chance (p = {chance:.2f})"
    return True, f"better than {against.name} (p = {chance:.2g})"


def _trial(one: _Tried, against: _Tried | None, *, used: bool, why: str, seed: int) -> Trial:
    values = list(one.scores.values())
    lower, upper = interval(values, seed=seed)
    gap = compare((against or one).scores, one.scores, seed=seed)
    return Trial(
        stage=one.name,
        against=against.name if against else "",
        mean=_mean(one),
        lower=lower,
        upper=upper,
        gain=gap.mean,
        gain_lower=gap.lower,
        gain_upper=gap.upper,
        p_value=gap.p_value,
        queries=len(values),
        used=used,
        why=why,
    )
