"""Which columns tell what another column should hold, and how freely it may surprise them.

For a target column, a determinant is good when leaving a row out, the most frequent target among
the rows that share its determinant value is the row's own. Several single columns beat one by
far, and pairs of columns add nothing (measured; see docs/repair.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steward.fixes.pairs import MISSING, Floats, Ints, PairCounts

DETERMINANTS = 5
MIN_KAPPA = 0.2
MIN_COVERAGE = 0.05
MAX_DISTINCT_SHARE = 0.9
SCREEN_ROWS = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Determinant:
    """One column that votes on a target column.

    `kappa` is its leave-one-out accuracy above that of the most frequent value, 0 to 1; `coverage`
    the share of rows whose group has another row; `novelty` the concentration of a Chinese
    restaurant process (Pitman, 2006) fitted to how often a group shows a value for the first time:
    large where variation is legitimate, small where the column is determined.
    """

    column: int
    kappa: float
    coverage: float
    novelty: float
    pairs: PairCounts

    @property
    def weight(self) -> float:
        """How much it is to be believed when determinants disagree."""
        return float(self.kappa * self.coverage**0.5)


def determinants_of(codes: Ints, sizes: tuple[int, ...], target: int) -> list[Determinant]:
    """The best determinants of a column, best first; none for one that nothing tells.

    Args:
        codes: the table, shape (rows, columns).
        sizes: number of codes of each column.
        target: the column in question.
    """
    rows, width = codes.shape
    step = max(1, rows // SCREEN_ROWS)
    sample = codes[::step]
    found = [
        candidate
        for d in range(width)
        if d != target
        and 2 < sizes[d] <= MAX_DISTINCT_SHARE * rows + 1
        and (candidate := _measure(sample, sizes, d, target)) is not None
    ]
    best = sorted(found, key=lambda c: (-c.weight, c.column))[:DETERMINANTS]
    if step == 1:
        return best
    return recount(codes, sizes, target, best)


def recount(
    codes: Ints, sizes: tuple[int, ...], target: int, known: Sequence[Determinant]
) -> list[Determinant]:
    """The same determinants, counted on this table; those that tell nothing there are left out."""
    found = [_measure(codes, sizes, c.column, target) for c in known]
    return sorted((c for c in found if c is not None), key=lambda c: (-c.weight, c.column))


def _measure(codes: Ints, sizes: tuple[int, ...], column: int, target: int) -> Determinant | None:
    x, u = codes[:, column], codes[:, target]
    pairs = PairCounts(x, u, (sizes[column], sizes[target]))
    covered = (x != MISSING) & (pairs.totals[x] >= 2)
    coverage = float(covered.mean()) if len(covered) else 0.0
    if coverage < MIN_COVERAGE:
        return None
    x, u = x[covered], u[covered]
    base = float(np.bincount(u).max() / len(u))
    accuracy = float((leave_one_out(pairs, x, u) == u).mean())
    kappa = (accuracy - base) / (1 - base) if base < 1 else 0.0
    if kappa < MIN_KAPPA:
        return None
    own = pairs.count(x, u)
    novelty = _concentration(pairs.totals[x] - 1, float((own == 1).mean()))
    return Determinant(column, kappa, coverage, novelty, pairs)


def leave_one_out(pairs: PairCounts, x: Ints, u: Ints) -> Ints:
    """The most frequent target of each row's group when the row itself does not count."""
    first, second = pairs.top[x, 0], pairs.top[x, 1]
    n_first, n_second = pairs.top_counts[x, 0], pairs.top_counts[x, 1]
    found: Ints = np.where((first == u) & (n_first - 1 < n_second), second, first)
    return found


def _concentration(others: Floats, share: float) -> float:
    """Solve mean(m / (n + m)) = share of first-time values, for m, by bisection."""
    sizes, counts = np.unique(others, return_counts=True)
    low, high = 1e-4, 1e4
    for _ in range(40):
        m = (low * high) ** 0.5
        if float((counts * m / (sizes + m)).sum() / counts.sum()) < share:
            low = m
        else:
            high = m
    return float((low * high) ** 0.5)
