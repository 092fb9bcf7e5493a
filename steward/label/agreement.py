"""Agreement of labels: Cohen's κ, calibration error, bootstrap intervals over queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from steward.label.votes import GRADES, Floats, Ints


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its 95 % interval."""

    value: float
    lower: float
    upper: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.lower:.3f}, {self.upper:.3f}]"


def kappa(first: Ints, second: Ints, *, squared: bool = True, grades: int = len(GRADES)) -> float:
    """Cohen's κ of two raters (numbers of grades from 0): 1 agreement, 0 chance.

    Args:
        first: int64, one a pair.
        second: the same pairs.
        squared: weigh a disagreement by the square of its distance (Cohen, 1968).
        grades: how many there are.
    """
    counts = np.bincount(first * grades + second, minlength=grades * grades)
    seen = counts.reshape(grades, grades) / max(1, len(first))
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0))
    gap = np.subtract.outer(np.arange(grades), np.arange(grades))
    cost = (gap**2).astype(float) if squared else (gap != 0).astype(float)
    expected = float((cost * chance).sum())
    return 1.0 - float((cost * seen).sum()) / expected if expected else 1.0


def calibration_error(probabilities: Floats, truth: Ints, *, bins: int = 10) -> float:
    """Expected calibration error of the likeliest grade, in bins of equal numbers (0 is best)."""
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    parts = [p for p in np.array_split(np.argsort(sure, kind="stable"), bins) if len(p)]
    gaps = [abs(sure[part].mean() - right[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / max(1, len(sure)))


def over_queries(
    measure: Callable[[Ints], float], queries: Sequence[str], *, draws: int = 500, seed: int = 0
) -> Measured:
    """A measure of some pairs (their numbers), with a bootstrap over queries."""
    names = np.unique(np.asarray(queries, dtype=object), return_inverse=True)[1]
    rows = np.split(np.argsort(names, kind="stable"), np.cumsum(np.bincount(names))[:-1])
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(draws):
        picked = rng.integers(0, len(rows), len(rows))
        drawn.append(measure(np.concatenate([rows[n] for n in picked])))
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    return Measured(measure(np.arange(len(names))), float(lower), float(upper))
