"""The label model beside each of its sources and beside votes, on pairs that people judged.

Everything that is compared learns from the same sample and is scored on queries it did not see: a
source alone is told which grade each of its levels mostly means, and so are those that vote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.label.agreement import Measured, calibration_error, kappa, over_queries
from steward.label.learnt import Learnt, folds_of, learn
from steward.label.model import nearest
from steward.label.votes import GRADES, Cuts, Floats, Ints, Pair, Votes

MODEL, MEAN, MAJORITY = "label model", "mean of votes", "majority vote"


@dataclass(frozen=True, slots=True)
class Rated:
    """How far a source agrees with people, quadratic κ; `less` is the label model's κ minus its."""

    name: str
    agreement: Measured
    less: Measured | None


@dataclass(frozen=True)
class Comparison:
    """The best first; `error` is the calibration error of the label model's chances."""

    rows: tuple[Rated, ...]
    error: float
    pairs: int
    queries: int


def ordered_grade(chance: Floats) -> Ints:
    """The number of the grade nearest to the mean: the best under squared distance (int64)."""
    return np.rint(chance @ np.arange(len(GRADES))).astype(np.int64)


def compare_sources(
    votes: Votes, known: Mapping[Pair, float], *, share: int = 4, draws: int = 300
) -> Comparison:
    """Cross-fit everything and score it.

    Args:
        votes: of at least the pairs of `known`.
        known: grades that people gave.
        share: of five folds of the queries, how many are the sample that the others learn from.
        draws: of the bootstrap over queries.
    """
    rows = np.array([n for n, pair in enumerate(votes.pairs) if pair in known], dtype=np.int64)
    mine = votes.rows(rows)
    truth = np.array([GRADES.index(nearest(known[p])) for p in mine.pairs], dtype=np.int64)
    queries = [query for query, _ in mine.pairs]
    folds = folds_of(queries)
    chance = np.zeros((len(rows), len(GRADES)))
    graded = np.zeros((len(rows), len(mine.names)))
    for fold in range(5):
        learnt = np.isin((folds - fold - 1) % 5, np.arange(share))
        held = folds == fold
        sample = {mine.pairs[n]: known[mine.pairs[n]] for n in np.flatnonzero(learnt)}
        fitted: Learnt = learn(mine, sample)
        chance[held] = fitted.probabilities(mine)[held]
        graded[held] = told_grades(mine.scores, truth, learnt)[held]
    said = {MODEL: ordered_grade(chance), **_votes(graded, mine.names)}
    ranked = sorted((_rated(n, said, truth, queries, draws) for n in said), key=_best)
    return Comparison(tuple(ranked), calibration_error(chance, truth), len(rows), len(set(queries)))


def told_grades(scores: Floats, truth: Ints, learnt: npt.NDArray[np.bool_]) -> Floats:
    """What grade (pairs × functions) each function says, by what its levels mean in a sample.

    nan where it abstains.
    """
    cuts = Cuts.of(scores)
    levels = cuts.levels(scores)
    usual = np.bincount(truth[learnt], minlength=len(GRADES)).argmax()
    graded = np.full(scores.shape, np.nan)
    for column, width in enumerate(cuts.counts):
        here = levels[:, column]
        meaning = np.full(width, usual)
        for level in range(width):
            among = learnt & (here == level)
            if among.any():
                meaning[level] = np.bincount(truth[among], minlength=len(GRADES)).argmax()
        graded[here >= 0, column] = meaning[here[here >= 0]]
    return graded


def _votes(graded: Floats, names: tuple[str, ...]) -> dict[str, Ints]:
    """Each source alone, irrelevant where it abstains, and two ways to count them together."""
    counts = np.stack([(graded == k).sum(axis=1) for k in range(len(GRADES))], axis=1)
    heard = np.maximum(1, counts.sum(axis=1))
    mean = np.rint(counts @ np.arange(len(GRADES)) / heard).astype(np.int64)
    alone = {n: np.nan_to_num(c).astype(np.int64) for n, c in zip(names, graded.T, strict=True)}
    return {MEAN: mean, MAJORITY: counts.argmax(axis=1).astype(np.int64), **alone}


def _rated(
    name: str, said: Mapping[str, Ints], truth: Ints, queries: list[str], draws: int
) -> Rated:
    own, model = said[name], said[MODEL]
    agreement = over_queries(lambda n: kappa(own[n], truth[n]), queries, draws=draws)
    if name == MODEL:
        return Rated(name, agreement, None)
    less = over_queries(
        lambda n: kappa(model[n], truth[n]) - kappa(own[n], truth[n]), queries, draws=draws
    )
    return Rated(name, agreement, less)


def _best(rated: Rated) -> tuple[float, str]:
    return (-rated.agreement.value, rated.name)
