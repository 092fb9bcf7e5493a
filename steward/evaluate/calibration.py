"""Is a stated confidence true? Reliability bins and the expected calibration error.

Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017. Bins are
narrower near 1, where the gate stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

EDGES = (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Proposals whose confidence lies in (lower, upper]: mean confidence, and share right."""

    lower: float
    upper: float
    cells: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Reliability by bins; `ece` is the mean gap, `over` the part of it that is overconfident."""

    cells: int
    bins: tuple[Bin, ...]
    ece: float
    over: float


def calibrate(stated: Iterable[tuple[float, bool]], edges: Sequence[float] = EDGES) -> Calibration:
    """Compare stated confidences (0 to 1) with what was right, one pair a cell.

    An empty bin is left out. `ece` is the sum over bins of share x |right - confidence|.
    """
    pairs = sorted(stated)
    bins = []
    for lower, upper in pairwise(edges):
        inside = [p for p in pairs if lower < p[0] <= upper or (p[0] == lower == edges[0])]
        if inside:
            mean = sum(c for c, _ in inside) / len(inside)
            right = sum(r for _, r in inside) / len(inside)
            bins.append(Bin(lower, upper, len(inside), mean, right))
    whole = len(pairs) or 1
    return Calibration(
        len(pairs),
        tuple(bins),
        sum(b.cells * abs(b.right - b.confidence) for b in bins) / whole,
        sum(b.cells * max(0.0, b.confidence - b.right) for b in bins) / whole,
    )
