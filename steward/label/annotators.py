"""How good each judge is: with whom it agrees, and how often it is right as far as all can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from steward.label.agreement import Measured, kappa, over_queries
from steward.label.model import fit_label_model, nearest
from steward.label.votes import GRADES, Ints, Pair, Votes

LEAST = 20
"""Pairs that two judges must share before their agreement says anything."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two judges on the pairs that both judged; `squared` is κ with squared distances."""

    first: str
    second: str
    pairs: int
    squared: Measured
    plain: float


@dataclass(frozen=True, slots=True)
class Quality:
    """A judge: how many pairs, how often it says the grade that all together make likeliest.

    `harsh` is the mean of its grades less the mean expected: below 0 it grades lower than others.
    """

    judge: str
    pairs: int
    right: float
    harsh: float


def agreements(
    by_judge: Mapping[str, Mapping[Pair, float]], *, draws: int = 300
) -> list[Agreement]:
    """Every two judges who share at least 20 pairs."""
    found = []
    for first, second in combinations(sorted(by_judge), 2):
        shared = [pair for pair in by_judge[first] if pair in by_judge[second]]
        if len(shared) >= LEAST:
            found.append(_agreement(first, second, by_judge, shared, draws))
    return found


def qualities(by_judge: Mapping[str, Mapping[Pair, float]]) -> list[Quality]:
    """Every judge, by Dawid and Skene (1979) over all of them; the best first."""
    pairs = list(dict.fromkeys(pair for grades in by_judge.values() for pair in grades))
    names = sorted(by_judge)
    scores = np.array([[by_judge[name].get(p, np.nan) for name in names] for p in pairs])
    votes = Votes(tuple(pairs), tuple(names), ("people",) * len(names), scores.astype(float))
    if not pairs:
        return []
    chance = fit_label_model(votes, apart=False, graded=True).probabilities(votes)
    found = []
    for name, column in zip(names, votes.scores.T, strict=True):
        said = np.flatnonzero(~np.isnan(column))
        grade = np.array([GRADES.index(nearest(g)) for g in column[said]], dtype=np.int64)
        right = float(chance[said, grade].mean())
        harsh = float((column[said] - chance[said] @ GRADES).mean())
        found.append(Quality(name, len(said), right, harsh))
    return sorted(found, key=lambda quality: (-quality.right, quality.judge))


def _agreement(
    first: str,
    second: str,
    by_judge: Mapping[str, Mapping[Pair, float]],
    shared: list[Pair],
    draws: int,
) -> Agreement:
    one, two = (_numbers([by_judge[name][pair] for pair in shared]) for name in (first, second))
    squared = over_queries(lambda n: kappa(one[n], two[n]), [q for q, _ in shared], draws=draws)
    return Agreement(first, second, len(shared), squared, kappa(one, two, squared=False))


def _numbers(grades: list[float]) -> Ints:
    return np.array([GRADES.index(nearest(grade)) for grade in grades], dtype=np.int64)
