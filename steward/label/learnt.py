"""The label model with a human sample: the scores themselves weighed, not their levels alone.

A sample that people judged says more than what the levels mean. Five ways to use it are tried on
queries that they did not see: the label model with the sample as known, the mean of what the
sources say, a logistic model over the scores, boosted trees over the scores, and the mean of the
last two; the one of the least log-loss is taken. Its chances are then sharpened or softened by one
temperature, fitted on the same unseen queries (Guo et al., 2017). With no sample, or one too small
to compare ways on, the sources are averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from steward.label.model import LabelModel, fit_label_model, nearest
from steward.label.standing import Standing, judged_standing
from steward.label.trees import BoostedTrees
from steward.label.votes import GRADES, Floats, Ints, Pair, Votes

LEAST = 60
"""Judged pairs below which no model over the scores is tried: it would learn them by heart."""

FOLDS = 5
TREES = {
    "max_iter": 80,
    "learning_rate": 0.06,
    "max_leaf_nodes": 10,
    "min_samples_leaf": 20,
    "l2_regularization": 1.0,
    "random_state": 0,
}


@dataclass(frozen=True)
class Learnt:
    """A fitted combination.

    Attributes:
        way: which of the five was taken; `mean` without a sample.
        temperature: above 1 softens.
        losses: log-loss of each way on unseen queries of the sample.
        judged: pairs in the sample.
        unseen: chances (judged × grades) of the sample's pairs, each by a fit that did not see its
            query; with `rows`, their places among the pairs.
    """

    way: str
    predict: Callable[[Votes], Floats]
    temperature: float = 1.0
    losses: Mapping[str, float] = field(default_factory=dict)
    judged: int = 0
    unseen: Floats | None = None
    rows: Ints | None = None

    def probabilities(self, votes: Votes) -> Floats:
        """The chance of each grade (pairs × grades)."""
        return _tempered(self.predict(votes), self.temperature)

    def honest(self, votes: Votes) -> Floats:
        """As `probabilities`, of the same votes; judged pairs by a fit without their query.

        What a fit says of pairs it learnt from is too sure, and agrees with their grades too well.
        """
        chances = self.probabilities(votes)
        if self.rows is not None and self.unseen is not None:
            chances[self.rows] = self.unseen
        return chances


def learn(votes: Votes, known: Mapping[Pair, float] | None = None) -> Learnt:
    """Fit on votes and, where people judged some of the pairs, on those.

    Args:
        votes: of all pairs.
        known: grades that people gave.
    """
    rows = np.array([n for n, p in enumerate(votes.pairs) if p in (known or {})], dtype=np.int64)
    truth = np.array([GRADES.index(nearest((known or {})[votes.pairs[n]])) for n in rows], np.int64)
    folds = folds_of([votes.pairs[n][0] for n in rows])
    if len(rows) < len(GRADES) or len(np.unique(folds)) < FOLDS or len(np.unique(truth)) < 2:
        return Learnt("mean", Standing.of(votes).chances, judged=len(rows))
    ways = _ways(len(rows))
    unseen = {way: _crossed(fit, votes, rows, truth, folds) for way, fit in ways.items()}
    if "trees" in ways:
        unseen["both"] = (unseen["logistic"] + unseen["trees"]) / 2
    losses = {way: _loss(chance, truth) for way, chance in unseen.items()}
    best = min(losses, key=lambda way: losses[way])
    chosen = unseen[best]
    temperature = _temperature(chosen, truth)
    predict = (ways.get(best) or _both)(votes, rows, truth)
    sharp = _tempered(chosen, temperature)
    return Learnt(best, predict, temperature, losses, len(rows), sharp, rows)


def folds_of(queries: Sequence[str], folds: int = FOLDS) -> Ints:
    """A fold for each pair, the same for near-duplicate queries (int64)."""
    from steward.retrieval.split import group_queries

    place: dict[str, int] = {}
    for number, group in enumerate(group_queries(list(dict.fromkeys(queries)))):
        for query in group:
            place[query] = number % folds
    return np.array([place[query] for query in queries], dtype=np.int64)


Fit = Callable[[Votes, Ints, Ints], Callable[[Votes], Floats]]


def _ways(judged: int) -> dict[str, Fit]:
    if judged < LEAST:
        return {"votes": _by_votes, "mean": judged_standing}
    return {"votes": _by_votes, "mean": judged_standing, "logistic": _logistic, "trees": _trees}


def _by_votes(votes: Votes, rows: Ints, truth: Ints) -> Callable[[Votes], Floats]:
    known = {votes.pairs[n]: GRADES[g] for n, g in zip(rows, truth, strict=True)}
    model: LabelModel = fit_label_model(votes, known)
    return model.probabilities


def _logistic(votes: Votes, rows: Ints, truth: Ints) -> Callable[[Votes], Floats]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    middle = np.nan_to_num(np.nanmedian(_seen(votes.scores), axis=0))
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=1000))
    model.fit(_filled(votes.scores[rows], middle), truth)
    return lambda v: _every(model, model.predict_proba(_filled(v.scores, middle)))


def _trees(votes: Votes, rows: Ints, truth: Ints) -> Callable[[Votes], Floats]:
    # Trees cannot bin a column that says one thing or nothing in the sample.
    sample = votes.scores[rows]
    useful = [n for n, c in enumerate(sample.T) if len(np.unique(c[~np.isnan(c)])) > 1]
    model = BoostedTrees(**TREES).fit(sample[:, useful], truth)
    return lambda v: _every(model, model.predict_proba(v.scores[:, useful]))


def _both(votes: Votes, rows: Ints, truth: Ints) -> Callable[[Votes], Floats]:
    one, two = _logistic(votes, rows, truth), _trees(votes, rows, truth)
    return lambda v: (one(v) + two(v)) / 2


def _crossed(fit: Fit, votes: Votes, rows: Ints, truth: Ints, folds: Ints) -> Floats:
    """Chances of the judged pairs, each by a fit on the other folds."""
    chance = np.zeros((len(rows), len(GRADES)))
    for fold in np.unique(folds):
        inside = folds == fold
        predict = fit(votes, rows[~inside], truth[~inside])
        chance[inside] = predict(votes.rows(rows[inside]))
    return chance


def _every(model: Any, chance: Floats) -> Floats:
    """A column for every grade; one that the sample lacks is all but impossible."""
    full = np.full((len(chance), len(GRADES)), 1e-3)
    full[:, np.asarray(model.classes_, dtype=int)] += chance
    return np.asarray(full / full.sum(axis=1, keepdims=True))


def _seen(scores: Floats) -> Floats:
    """The scores, with a 0 in columns that never say anything."""
    empty = np.isnan(scores).all(axis=0)
    return np.where(empty, 0.0, scores)


def _filled(scores: Floats, middle: Floats) -> Floats:
    """Scores with the usual one where a function abstained, and that it abstained."""
    absent = np.isnan(scores)
    return np.hstack([np.where(absent, middle, scores), absent.astype(float)])


def _loss(chance: Floats, truth: Ints) -> float:
    return float(-np.log(np.maximum(chance[np.arange(len(truth)), truth], 1e-6)).mean())


def _tempered(chance: Floats, temperature: float) -> Floats:
    raw = np.maximum(chance, 1e-9) ** (1.0 / temperature)
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def _temperature(chance: Floats, truth: Ints) -> float:
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda t: _loss(_tempered(chance, float(np.exp(t))), truth),
        bounds=(-1.5, 1.5),
        method="bounded",
    )
    return float(np.exp(found.x))
