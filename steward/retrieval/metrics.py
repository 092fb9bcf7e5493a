"""Metrics of rankings, by the library ir-measures, and paired tests between two runs.

nDCG uses the gain 2^grade - 1 (Burges et al., 2005). An item without a judgment counts as grade 0,
as in TREC; `judged@k` says how many of the best k had one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from steward.retrieval.fusion import Ranked
from steward.retrieval.judgments import Grades

Run = Mapping[str, Ranked]
"""Query to its ranking."""

Scores = dict[str, dict[str, float]]
"""Measure to query to score."""

SCALE = 1000
"""Grades such as 2.33 are told to the library, which takes whole numbers, in thousandths."""

LEVEL = 0.05
"""A difference is told as one when chance alone makes it at most this likely."""

MEASURES = ("nDCG@10", "MRR", "R@50", "MAP", "P@10", "judged@10")


@dataclass(frozen=True, slots=True)
class Difference:
    """Second run minus first over the same queries: mean, 95 % interval, and a p value.

    The interval is a paired bootstrap over queries, the p value a two-sided randomisation test that
    flips signs (Smucker, Allan and Carterette, 2007).
    """

    mean: float
    lower: float
    upper: float
    p_value: float
    queries: int


def score_run(run: Run, grades: Grades) -> Scores:
    """Score every query that was judged; one that the run lacks scores 0.

    Relevant, for MRR, recall, MAP and precision, is an item above grade 0.
    """
    import ir_measures

    measures = _measures(grades)
    qrels = {q: {i: round(g * SCALE) for i, g in items.items()} for q, items in grades.items()}
    flat = {
        q: {i: float(-n) for n, (i, _) in enumerate(ranked)} for q, ranked in run.items() if ranked
    }
    scores: Scores = {name: dict.fromkeys(grades, 0.0) for name in MEASURES}
    named = {str(measure): name for name, measure in measures.items()}
    for value in ir_measures.iter_calc(list(measures.values()), qrels, flat):
        scores[named[str(value.measure)]][value.query_id] = float(value.value)
    return scores


def means(scores: Scores) -> dict[str, float]:
    """The mean of each measure over the queries."""
    return {name: float(np.mean(list(each.values()))) for name, each in scores.items()}


def interval(values: Sequence[float], *, seed: int = 0, draws: int = 4000) -> tuple[float, float]:
    """95 % interval of a mean by bootstrap over queries."""
    found = np.asarray(values, dtype=float)
    rng = np.random.default_rng(seed)
    drawn = found[rng.integers(0, len(found), size=(draws, len(found)))].mean(axis=1)
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def compare(
    first: Mapping[str, float], second: Mapping[str, float], *, seed: int = 0, draws: int = 4000
) -> Difference:
    """Compare one measure of two runs, query by query.

    Args:
        first: query to score.
        second: the same queries.
        seed: of the bootstrap and of the randomisation.
        draws: of each.
    """
    gaps = np.asarray([second[query] - first[query] for query in first], dtype=float)
    lower, upper = interval(gaps.tolist(), seed=seed, draws=draws)
    rng = np.random.default_rng(seed + 1)
    signs = rng.choice((-1.0, 1.0), size=(draws, len(gaps)))
    extreme = np.abs((signs * gaps).mean(axis=1)) >= abs(gaps.mean()) - 1e-12
    p_value = (1 + int(extreme.sum())) / (1 + draws)
    return Difference(float(gaps.mean()), lower, upper, p_value, len(gaps))


def difference_line(gap: Mapping[str, Any]) -> str:
    """A `Difference`, as a mapping, for people: better or worse when both tests agree on it."""
    sure = gap["p_value"] <= LEVEL
    better, worse = sure and gap["lower"] > 0, sure and gap["upper"] < 0
    said = "better" if better else "worse" if worse else "no clear difference"
    return (
        f"{gap['mean']:+.3f} ({gap['lower']:+.3f} to {gap['upper']:+.3f}, "
        f"p = {gap['p_value']:.4f}, {gap['queries']} queries): {said}."
    )


def _measures(grades: Grades) -> dict[str, Any]:
    from ir_measures import AP, RR, Judged, P, R, nDCG

    levels = {g for items in grades.values() for g in items.values()}
    gains = {round(g * SCALE): round((2.0**g - 1.0) * SCALE) for g in levels}
    least = min((round(g * SCALE) for g in levels if g > 0), default=1)
    return {
        "nDCG@10": nDCG(gains=gains) @ 10,
        "MRR": RR(rel=least),
        "R@50": R(rel=least) @ 50,
        "MAP": AP(rel=least),
        "P@10": P(rel=least) @ 10,
        "judged@10": Judged @ 10,
    }
