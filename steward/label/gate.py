"""May this judge label? It labels what people judged first, and is measured before it is believed.

Everything is cross-fitted over queries: the curve that makes its chances honest is learnt on other
queries than it is scored on, so a judge that says nothing ends at the usual grade, with a κ of 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.label.agreement import Measured, calibration_error, kappa, over_queries
from steward.label.compare import ordered_grade
from steward.label.learnt import folds_of
from steward.label.votes import GRADES, Floats, Ints, Votes

LEAST_PAIRS = 50
"""Pairs judged by people below which a judge cannot be measured."""

RELEVANT = 2
"""The number of the grade from which an item counts as relevant, for the area under the curve."""


@dataclass(frozen=True)
class Gate:
    """How a judge did on the pairs that people judged.

    Attributes:
        agreement: quadratic κ with people, cross-fitted.
        plain: κ without regard to distance, of the likeliest grades.
        area: under the ROC curve, relevant (2 and 3) against not.
        order: Kendall's τ between how systems rank by its grades and by people's; None when there
            are fewer than three systems.
        error: calibration error.
        usual: accuracy of always saying the usual grade; `right` is the judge's.
        ceiling: κ between people; None where nobody judged a pair twice.
        spread: κ of each wording of the prompt alone.
        least: that the lower end of `agreement` must reach.
    """

    agreement: Measured
    plain: float
    area: Measured
    order: Measured | None
    error: float
    right: float
    usual: float
    ceiling: float | None
    spread: Mapping[str, float]
    least: float
    pairs: int
    queries: int

    @property
    def passed(self) -> bool:
        """Whether it surely agrees with people as far as it must."""
        return self.agreement.lower >= self.least and self.right > self.usual


def measure_judge(
    said: Mapping[str, Floats],
    truth: Ints,
    queries: Sequence[str],
    *,
    least: float,
    ceiling: float | None = None,
    systems: Votes | None = None,
) -> Gate:
    """Measure a judge.

    Args:
        said: its chances (pairs × grades) by each wording of the prompt.
        truth: the number of the grade that people gave, one a pair.
        queries: of the pairs.
        least: the quadratic κ that it must surely reach.
        ceiling: κ between people, where known.
        systems: scores of the same pairs by several functions, each taken as a ranking.
    """
    chance = crossed(np.mean(list(said.values()), axis=0), truth, queries)
    grade, likeliest = ordered_grade(chance), chance.argmax(axis=1)
    alone = {n: crossed(c, truth, queries) for n, c in said.items()}
    return Gate(
        agreement=over_queries(lambda n: kappa(grade[n], truth[n]), queries),
        plain=kappa(likeliest.astype(np.int64), truth, squared=False),
        area=over_queries(lambda n: _area(chance[n] @ GRADES, truth[n] >= RELEVANT), queries),
        order=None if systems is None else _order(systems, chance @ GRADES, truth, queries),
        error=calibration_error(chance, truth),
        right=float((likeliest == truth).mean()),
        usual=float(np.bincount(truth, minlength=len(GRADES)).max() / max(1, len(truth))),
        ceiling=ceiling,
        spread={name: kappa(ordered_grade(c), truth) for name, c in alone.items()},
        least=least,
        pairs=len(truth),
        queries=len(set(queries)),
    )


def crossed(chance: Floats, truth: Ints, queries: Sequence[str]) -> Floats:
    """Honest chances of the sample, each by a curve learnt on other queries."""
    folds = folds_of(queries)
    found = np.array(chance)
    for fold in np.unique(folds):
        inside = folds == fold
        found[inside] = calibrated(chance[inside], chance[~inside], truth[~inside])
    return found


def calibrated(chance: Floats, sample: Floats, truth: Ints) -> Floats:
    """Chances made honest by a logistic model over their logarithms, learnt on a sample."""
    from sklearn.linear_model import LogisticRegression

    full = np.full((len(chance), len(GRADES)), 1e-3)
    if len(np.unique(truth)) < 2:
        full[:, int(truth[0]) if len(truth) else 0] += 1.0
    else:
        model = LogisticRegression(C=1.0, max_iter=1000).fit(_logits(sample), truth)
        full[:, np.asarray(model.classes_, dtype=int)] += model.predict_proba(_logits(chance))
    return np.asarray(full / full.sum(axis=1, keepdims=True))


def _logits(chance: Floats) -> Floats:
    return np.log(np.clip(chance, 1e-4, 1.0))


def _area(score: Floats, relevant: npt.NDArray[np.bool_]) -> float:
    """Area under the ROC curve; a half when all are one or the other."""
    from scipy.stats import rankdata

    yes, no = int(relevant.sum()), int((~relevant).sum())
    if not yes or not no:
        return 0.5
    return float((rankdata(score)[relevant].sum() - yes * (yes + 1) / 2) / (yes * no))


def _order(systems: Votes, grades: Floats, truth: Ints, queries: Sequence[str]) -> Measured | None:
    """Kendall's τ of the systems' mean nDCG under the judge's grades and under people's."""
    from scipy.stats import kendalltau

    if systems.scores.shape[1] < 3:
        return None
    names = list(dict.fromkeys(queries))
    place = {query: n for n, query in enumerate(names)}
    of = np.array([place[query] for query in queries])
    judged, people = (
        np.array([_ndcg(systems.scores[of == n], g[of == n]) for n in range(len(names))])
        for g in (grades, truth.astype(float))
    )
    return over_queries(
        lambda n: float(
            np.nan_to_num(kendalltau(judged[n].mean(axis=0), people[n].mean(axis=0)).statistic)
        ),
        names,
        draws=200,
    )


def _ndcg(scores: Floats, grades: Floats, k: int = 10) -> Floats:
    """nDCG@k (float64, one a system) of the pairs of one query; 0 where nothing is relevant."""
    gains = 2.0**grades - 1
    discount = 1.0 / np.log2(np.arange(2, min(k, len(gains)) + 2))
    best = float((np.sort(gains)[::-1][: len(discount)] * discount).sum())
    if best <= 0:
        return np.zeros(scores.shape[1])
    order = np.argsort(-np.nan_to_num(scores, nan=-1e9), axis=0, kind="stable")[: len(discount)]
    return np.asarray((gains[order] * discount[:, None]).sum(axis=0) / best)
