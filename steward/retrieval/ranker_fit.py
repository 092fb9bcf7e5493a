"""Two ways to learn an order from lists: a linear one by ListNet, and trees by LambdaMART."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.errors import MissingExtra

Floats = npt.NDArray[np.float32]
LEVELS = 30
"""Grades are told to LightGBM as whole numbers, the highest as this."""


@dataclass(frozen=True)
class Ranking:
    """One query's candidates: their features, and their grades (nan: nobody judged the item)."""

    query: str
    items: tuple[str, ...]
    features: Floats
    grades: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankerSettings:
    """How the ranker learns.

    Attributes:
        trees: boosting rounds.
        leaves: of a tree at most.
        least: items in a leaf at least.
        rate: of learning.
        ridge: the penalty on the linear weights.
        unjudged: how much an item that nobody judged counts, taken as irrelevant; a judged one
            counts 1. At 0 a ranker never learns what no judged list holds; at 1 it learns which
            items were judged.
        seeds: forests that are averaged.
        seed: of the first forest.
        depth: items a query that are learnt from and re-ordered.
    """

    trees: int = 100
    leaves: int = 7
    least: int = 50
    rate: float = 0.05
    ridge: float = 1.0
    unjudged: float = 0.5
    seeds: int = 3
    seed: int = 0
    depth: int = 200


def standardised(features: Floats) -> Floats:
    """Each feature by its mean and deviation within the list: queries become comparable."""
    spread = features.std(axis=0)
    return np.asarray(
        (features - features.mean(axis=0)) / np.where(spread > 1e-6, spread, 1.0), dtype=np.float32
    )


def fit_linear(rankings: Sequence[Ranking], settings: RankerSettings) -> npt.NDArray[np.float64]:
    """Weights of the standardised features (ListNet: Cao et al., 2007), with a ridge penalty."""
    from scipy.optimize import minimize

    lists = [one for ranking in rankings if (one := _target(ranking, settings)) is not None]
    width = rankings[0].features.shape[1]

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        total = 0.0
        slope = np.zeros(width)
        for features, share, counts in lists:
            scores = features @ weights + counts
            scores -= scores.max()
            odds = np.exp(scores)
            sum_ = odds.sum()
            total -= float((share * (scores - np.log(sum_))).sum())
            slope += features.T @ (odds / sum_ - share)
        n = max(1, len(lists))
        penalty = settings.ridge * float(weights @ weights) / 2
        return total / n + penalty, slope / n + settings.ridge * weights

    found = minimize(loss, np.zeros(width), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x, dtype=np.float64)


def fit_trees(rankings: Sequence[Ranking], settings: RankerSettings) -> list[Any]:
    """Forests by LambdaMART (Burges, 2010), the same for the same seed on any number of cores.

    Raises:
        MissingExtra: LightGBM is not installed.
    """
    try:
        import lightgbm
    except ImportError as error:
        raise MissingExtra("Learning to rank", "search") from error
    kept = [_kept(ranking, settings) for ranking in rankings]
    inputs = [both(r.features)[keep] for r, keep in zip(rankings, kept, strict=True)]
    top = max((float(np.nanmax(r.grades, initial=0.0)) for r in rankings), default=0.0) or 1.0
    grades = [np.nan_to_num(r.grades[keep]) for r, keep in zip(rankings, kept, strict=True)]
    weights = [
        np.where(np.isnan(r.grades[keep]), settings.unjudged, 1.0)
        for r, keep in zip(rankings, kept, strict=True)
    ]
    data = lightgbm.Dataset(
        np.vstack(inputs),
        np.rint(np.concatenate(grades) / top * LEVELS).astype(int),
        weight=np.concatenate(weights),
        group=[int(keep.sum()) for keep in kept],
        free_raw_data=False,
    )
    return [
        lightgbm.train(_parameters(settings, number, top), data, settings.trees)
        for number in range(settings.seeds)
    ]


def both(features: Floats) -> Floats:
    """The features as they are, and standardised within the list."""
    return np.hstack([features, standardised(features)])


def _parameters(settings: RankerSettings, number: int, top: float) -> dict[str, Any]:
    return {
        "objective": "lambdarank",
        "label_gain": [2.0 ** (level / LEVELS * top) - 1.0 for level in range(LEVELS + 1)],
        "lambdarank_truncation_level": 15,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least,
        "learning_rate": settings.rate,
        "lambda_l2": 10.0,
        "feature_fraction": 0.4,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "seed": settings.seed + number,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }


def _kept(ranking: Ranking, settings: RankerSettings) -> npt.NDArray[np.bool_]:
    judged = ~np.isnan(ranking.grades)
    return judged | (settings.unjudged > 0)


def _target(ranking: Ranking, settings: RankerSettings) -> tuple[Any, Any, Any] | None:
    """Features, the share of the gain that each item should get, and the log of what it counts."""
    keep = _kept(ranking, settings)
    grades = ranking.grades[keep]
    gain = 2.0 ** np.nan_to_num(grades) - 1.0
    if gain.sum() <= 0:
        return None
    counts = np.log(np.where(np.isnan(grades), max(settings.unjudged, 1e-9), 1.0))
    return standardised(ranking.features)[keep].astype(np.float64), gain / gain.sum(), counts
