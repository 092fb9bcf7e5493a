"""What changed from earlier batches to a later one, column by column.

Each batch is compared with all rows before it: the share of missing values, the share of numbers
above the earlier median (Mood's median test), the share of values never seen before (against
what Good and Turing expect), and the mix of shapes. All are chi-square tests; Holm's correction
holds over all tests of a table, and a change must also be large enough to matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from steward.types import Shift

LEVEL = 0.01
LEAST_CHANGE = 0.05
LEAST_ROWS = 20
SHAPES = 8
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A column as the tests need it, one entry a distinct value; `codes` index them.

    `numbers` may be None; `shapes` index masks; `enumerated` asks for new values.
    """

    name: str
    codes: npt.NDArray[np.int32]
    numbers: npt.NDArray[np.float64] | None
    shapes: Integers
    enumerated: bool


class BatchTests:
    """Collects the tests of every column, then keeps those that survive correction."""

    def __init__(self, batch_ids: Integers) -> None:
        self.ids, inverse = np.unique(batch_ids, return_inverse=True)
        self.inverse = inverse.astype(np.int64)
        self._shifts: list[Shift] = []
        self._tests = 0

    @property
    def needed(self) -> bool:
        """Are there two batches or more?"""
        return len(self.ids) > 1

    def add(self, cells: Cells) -> None:
        """Test a column in every batch after the first."""
        tables = [
            ("missing", self._cross((cells.codes < 0).astype(np.int64), 2)),
            ("format", self._by_value(cells.codes, cells.shapes)),
        ]
        for measure, table in tables:
            self._collect(cells.name, measure, table)
        if cells.enumerated:
            self._new_values(cells)
        if cells.numbers is not None:
            self._medians(cells.name, cells.codes, cells.numbers)

    def shifts(self) -> tuple[Shift, ...]:
        """Return the changes that hold after Holm's correction, by batch and column."""
        kept = []
        for rank, shift in enumerate(sorted(self._shifts, key=lambda s: s.p_value)):
            corrected = min(1.0, shift.p_value * (self._tests - rank))
            if corrected > LEVEL:
                break
            kept.append(replace(shift, p_value=float(f"{corrected:.3g}")))
        return tuple(sorted(kept, key=lambda s: (s.batch, s.column, s.measure)))

    def _cross(self, kinds: Integers, width: int) -> Integers:
        size = len(self.ids) * width
        return np.bincount(self.inverse * width + kinds, minlength=size).reshape(-1, width)

    def _by_value(self, codes: npt.NDArray[np.int32], kinds: Integers) -> Integers:
        """Count the kinds of the values present, batch by batch; the rarer kinds as one."""
        if not len(kinds):
            return np.zeros((len(self.ids), 1), np.int64)
        width = int(kinds.max()) + 2
        table = self._cross(np.append(kinds, width - 1)[codes], width)[:, :-1]
        order = np.argsort(-table.sum(axis=0), kind="stable")
        rare = table[:, order[SHAPES:]].sum(axis=1, keepdims=True)
        return np.hstack([table[:, order[:SHAPES]], rare])

    def _collect(self, column: str, measure: str, table: Integers) -> None:
        for batch, before, after in _against_earlier(table):
            self._tests += 1
            focus = 1 if measure == "missing" else _most_changed(before, after)
            old, new = before[focus] / before.sum(), after[focus] / after.sum()
            if abs(new - old) >= LEAST_CHANGE:
                self._note(column, measure, batch, (old, new), _chi_square(before, after))

    def _new_values(self, cells: Cells) -> None:
        """Rows of a batch whose value no earlier batch held, against singletons before."""
        n_values = len(cells.shapes)
        present = cells.codes >= 0
        first = np.full(n_values, len(self.ids), np.int64)
        np.minimum.at(first, cells.codes[present], self.inverse[present])
        for k in range(1, len(self.ids)):
            earlier = cells.codes[present & (self.inverse < k)]
            now = cells.codes[present & (self.inverse == k)]
            if min(len(earlier), len(now)) < LEAST_ROWS:
                continue
            self._tests += 1
            once = int((np.bincount(earlier, minlength=n_values) == 1).sum())
            new = int((first[now] == k).sum())
            before = np.array([len(earlier) - once, once])
            after = np.array([len(now) - new, new])
            shares = (once / len(earlier), new / len(now))
            if shares[1] - shares[0] >= LEAST_CHANGE:
                self._note(cells.name, "new_values", k, shares, _chi_square(before, after))

    def _medians(
        self, column: str, codes: npt.NDArray[np.int32], numbers: npt.NDArray[np.float64]
    ) -> None:
        rows = np.append(numbers, np.nan)[codes]
        known = np.isfinite(rows)
        for k in range(1, len(self.ids)):
            before, after = rows[known & (self.inverse < k)], rows[known & (self.inverse == k)]
            if min(len(before), len(after)) < LEAST_ROWS:
                continue
            self._tests += 1
            old, new = float(np.median(before)), float(np.median(after))
            reach = float(np.subtract(*np.percentile(before, [75, 25]))) or abs(old) or 1.0
            if abs(new - old) >= 0.25 * reach:
                p = _chi_square(_sides(before, old), _sides(after, old))
                self._note(column, "median", k, (old, new), p)

    def _note(
        self, column: str, measure: str, batch: int, values: tuple[float, float], p: float
    ) -> None:
        old, new = (float(f"{v:.6g}") for v in values)
        self._shifts.append(Shift(column, measure, int(self.ids[batch]), old, new, p))


def _sides(numbers: npt.NDArray[np.float64], middle: float) -> Integers:
    above = int((numbers > middle).sum())
    return np.array([len(numbers) - above, above], np.int64)


def _against_earlier(table: Integers) -> Iterator[tuple[int, Integers, Integers]]:
    """Yield (batch, counts of all rows before it, counts of its own), where both are enough."""
    before = np.cumsum(table, axis=0)
    for k in range(1, len(table)):
        if min(before[k - 1].sum(), table[k].sum()) >= LEAST_ROWS:
            yield k, before[k - 1], table[k]


def _most_changed(before: Integers, after: Integers) -> int:
    return int(np.argmax(np.abs(after / after.sum() - before / before.sum())))


def _chi_square(before: Integers, after: Integers) -> float:
    """p-value of the chi-square test that two rows of counts have the same shares."""
    table = np.array([before, after], float)
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return 1.0
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return chi_square_tail(statistic, table.shape[1] - 1)


def chi_square_tail(statistic: float, freedom: int) -> float:
    """P(X ≥ statistic) for whole degrees of freedom, in closed form (scipy imports slowly)."""
    half = statistic / 2
    if half > 700:
        return 0.0
    odd = freedom % 2
    tail = math.erfc(math.sqrt(half)) if odd else math.exp(-half)
    term = math.exp(-half) * (math.sqrt(half / math.pi) * 2 if odd else half)
    for i in range(1, (freedom + 1) // 2):
        tail += term
        term *= half / (i + (0.5 if odd else 1.0))
    return tail
