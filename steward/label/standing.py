"""Where a pair stands among all by the mean of what the sources say: what to go by unjudged.

With no pair judged by people, nothing tells which source errs, and a model that learns it from
their agreement alone believes those that agree with each other. Measured on shops in three
mixtures of languages and two public sets (docs/results.md), the plain mean of the sources' ranks
ordered the pairs as well or better, and was never as far off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from steward.label.votes import GRADES, Floats, Ints, Votes

WIDTH = 0.8
"""Standard deviation, in grades, of what a standing leaves open."""


@dataclass(frozen=True)
class Standing:
    """Ranks of every function among the pairs it was made of, and of their mean.

    Attributes:
        columns: for each function, its scores in rising order.
        sources: of each function; a source counts once, however many functions it has.
        means: of the pairs, in rising order.
    """

    columns: tuple[Floats, ...]
    sources: tuple[str, ...]
    means: Floats

    @classmethod
    def of(cls, votes: Votes) -> Standing:
        """Measure the ranks of these pairs."""
        columns = tuple(np.sort(c[~np.isnan(c)]) for c in votes.scores.T)
        bare = cls(columns, votes.sources, np.empty(0))
        return cls(columns, votes.sources, np.sort(bare.mean(votes.scores)))

    def mean(self, scores: Floats) -> Floats:
        """The mean over sources of the mean rank (0 to 1) of their functions; .5 where all abstain.

        Args:
            scores: pairs × functions; nan abstains.
        """
        ranks = np.full(scores.shape, np.nan)
        for n, (held, column) in enumerate(zip(self.columns, scores.T, strict=True)):
            said = ~np.isnan(column)
            ranks[said, n] = _rank(held, column[said])
        mine = np.array(self.sources)
        by_source = [_mean(ranks[:, mine == source]) for source in dict.fromkeys(self.sources)]
        whole = _mean(np.column_stack(by_source)) if by_source else np.full(len(scores), np.nan)
        return np.where(np.isnan(whole), 0.5, whole)

    def place(self, scores: Floats) -> Floats:
        """The share of the pairs (0 to 1) that stand below, ties by half."""
        return _rank(self.means, self.mean(scores))

    def chances(self, votes: Votes) -> Floats:
        """The chance of each grade (pairs × grades), as if each grade were equally frequent."""
        numbers = np.arange(len(GRADES))
        middle = np.clip(self.place(votes.scores) * len(GRADES) - 0.5, 0, numbers[-1])
        raw = np.exp(-0.5 * ((middle[:, None] - numbers) / WIDTH) ** 2)
        return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def judged_standing(votes: Votes, rows: Ints, truth: Ints) -> Callable[[Votes], Floats]:
    """The chance of each grade by the place alone, learnt on judged pairs.

    Args:
        votes: of all pairs.
        rows: numbers of the judged pairs.
        truth: their grades.
    """
    from sklearn.linear_model import LogisticRegression

    standing = Standing.of(votes)
    model = LogisticRegression(C=10.0, max_iter=1000)
    model.fit(_bent(standing.place(votes.scores[rows])), truth)

    def predict(asked: Votes) -> Floats:
        full = np.full((len(asked.pairs), len(GRADES)), 1e-3)
        told = model.predict_proba(_bent(standing.place(asked.scores)))
        full[:, np.asarray(model.classes_, dtype=int)] += told
        return np.asarray(full / full.sum(axis=1, keepdims=True))

    return predict


def _bent(place: Floats) -> Floats:
    """The place and its square, so that a middle grade may have its chance in the middle."""
    return np.column_stack([place, (2 * place - 1) ** 2])


def _rank(held: Floats, values: Floats) -> Floats:
    below = np.searchsorted(held, values, side="left") + np.searchsorted(held, values, side="right")
    return np.asarray(below / (2 * max(1, len(held))))


def _mean(values: Floats) -> Floats:
    """The mean of each row over what is not nan; nan where all is."""
    said = (~np.isnan(values)).sum(axis=1)
    total = np.nansum(values, axis=1)
    return np.where(said > 0, total / np.maximum(1, said), np.nan)
