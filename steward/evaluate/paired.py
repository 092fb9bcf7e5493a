"""Compares two runs of the same cases: differences with paired bootstrap intervals.

Efron and Tibshirani, *An introduction to the bootstrap*, 1993, ch. 13 (percentile intervals).
Rows are drawn, not cells: errors of one row are not independent. Over several cases, cases are
drawn first and then rows within them. Both runs always see the same draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.errors import UsageError
from steward.evaluate.record import Record

Counts = npt.NDArray[np.float64]
ERRORS, WRITTEN, FIXED, DAMAGED = range(4)
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in run A and in run B, B less A, and its 95 % interval."""

    case: str
    measure: str
    a: float
    b: float
    lower: float
    upper: float

    @property
    def difference(self) -> float:
        """B less A."""
        return self.b - self.a

    @property
    def certain(self) -> bool:
        """Does the interval leave out 0?"""
        return self.lower > 0 or self.upper < 0


def compare(a: Record, b: Record, *, seed: int = 0, draws: int = DRAWS) -> list[Difference]:
    """F1, precision, recall and phi at 5, for each case that both ran and for their mean.

    Precision of a run that wrote nothing counts as 1 here: nothing it wrote was wrong.

    Raises:
        UsageError: no case is in both, or a case of the same name held another table.
    """
    pairs = _pairs(a, b)
    random = np.random.default_rng(seed)
    found = []
    sums: list[tuple[Counts, Counts]] = []
    for name, left, right in pairs:
        drawn = _draw(left, right, random, draws)
        sums.append(drawn)
        found += [_difference(name, m, left.sum(0), right.sum(0), *drawn) for m in MEASURES]
    if len(pairs) > 1:
        found += [_mean(m, pairs, sums, random, draws) for m in MEASURES]
    return found


def _f1(t: Counts) -> Counts:
    whole = t[..., WRITTEN] + t[..., ERRORS]
    return np.where(whole > 0, 2 * t[..., FIXED] / np.maximum(whole, 1), 0.0)


def _precision(t: Counts) -> Counts:
    return np.where(t[..., WRITTEN] > 0, t[..., FIXED] / np.maximum(t[..., WRITTEN], 1), 1.0)


def _recall(t: Counts) -> Counts:
    return t[..., FIXED] / np.maximum(t[..., ERRORS], 1)


def _phi(t: Counts) -> Counts:
    return (t[..., FIXED] - 5 * t[..., DAMAGED]) / np.maximum(t[..., ERRORS], 1)


MEASURES: Mapping[str, Callable[[Counts], Counts]] = {
    "f1": _f1,
    "precision": _precision,
    "recall": _recall,
    "phi_5": _phi,
}


def _pairs(a: Record, b: Record) -> list[tuple[str, Counts, Counts]]:
    names = [case["name"] for case in a.cases]
    both = [name for name in names if any(case["name"] == name for case in b.cases)]
    if not both:
        raise UsageError("The two runs have no case in common.", hint="Run both on the same cases.")
    found = []
    for name in both:
        left, right = a.case(name), b.case(name)
        if left["digests"] != right["digests"]:
            raise UsageError(f"Case {name} held another table in the second run.")
        found.append((name, *_aligned(left, right)))
    return found


def _aligned(left: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[Counts, Counts]:
    """Counts by row, the same rows in both; a row that neither touched is left out."""
    sides = [{row[0]: row[1:] for row in side["rows"]} for side in (left, right)]
    rows = sorted({*sides[0], *sides[1]})
    arrays = [
        np.array([side.get(row, (0, 0, 0, 0)) for row in rows], float).reshape(-1, 4)
        for side in sides
    ]
    return arrays[0], arrays[1]


def _draw(
    left: Counts, right: Counts, random: np.random.Generator, draws: int
) -> tuple[Counts, Counts]:
    """Sums over rows drawn with replacement: (draws, 4) for each side."""
    rows = len(left)
    if not rows:
        return np.zeros((draws, 4)), np.zeros((draws, 4))
    weights = random.multinomial(rows, np.full(rows, 1 / rows), size=draws).astype(float)
    return weights @ left, weights @ right


def _difference(
    name: str, measure: str, a: Counts, b: Counts, drawn_a: Counts, drawn_b: Counts
) -> Difference:
    of = MEASURES[measure]
    lower, upper = np.quantile(of(drawn_b) - of(drawn_a), (0.025, 0.975))
    return Difference(name, measure, float(of(a)), float(of(b)), float(lower), float(upper))


def _mean(
    measure: str,
    pairs: Sequence[tuple[str, Counts, Counts]],
    sums: Sequence[tuple[Counts, Counts]],
    random: np.random.Generator,
    draws: int,
) -> Difference:
    of = MEASURES[measure]
    by_case = np.stack([of(right) - of(left) for left, right in sums])
    chosen = random.integers(len(pairs), size=(len(pairs), draws))
    drawn = by_case[chosen, np.arange(draws)].mean(axis=0)
    lower, upper = np.quantile(drawn, (0.025, 0.975))
    a = float(np.mean([of(left.sum(0)) for _, left, _ in pairs]))
    b = float(np.mean([of(right.sum(0)) for _, _, right in pairs]))
    return Difference("mean", measure, a, b, float(lower), float(upper))
