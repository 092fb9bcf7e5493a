"""What changed from earlier batches to a later one, column by column.

Each batch is compared with all rows before it: the share of missing values, the share of numbers
above the earlier median (Mood's median test), the share of values never seen before (against
what Good and Turing, 1953, expect: the earlier rows that stand alone with their value), and the
mix of shapes. All are chi-square tests; Holm's correction holds over all tests of a table, and a
change must also be large enough to matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
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


@dataclass(frozen=True, slots=True)
class Tested:
    """How many tests were made, and the changes large enough to matter (p not yet corrected)."""

    tests: int
    shifts: tuple[Shift, ...]


class BatchTests:
    """Compares every batch after the first with all rows before it."""

    def __init__(self, batch_ids: Integers) -> None:
        self.ids, inverse = np.unique(batch_ids, return_inverse=True)
        self.inverse = inverse.astype(np.int64)

    @property
    def needed(self) -> bool:
        """Are there two batches or more?"""
        return len(self.ids) > 1

    def test(self, cells: Cells) -> Tested:
        """Test one column."""
        found = [
            *self._mix("missing", self._cross((cells.codes < 0).astype(np.int64), 2)),
            *self._mix("format", self._by_value(cells.codes, cells.shapes)),
            *self._walk(cells),
        ]
        kept = [
            Shift(cells.name, c.measure, int(self.ids[c.batch]), _six(c.before), _six(c.after), c.p)
            for c in found
            if c.matters
        ]
        return Tested(len(found), tuple(kept))

    def _cross(self, kinds: Integers, width: int) -> Integers:
        size = len(self.ids) * width
        return np.bincount(self.inverse * width + kinds, minlength=size).reshape(-1, width)

    def _by_value(self, codes: npt.NDArray[np.int32], kinds: Integers) -> Integers:
        """Count the kinds of the values present, batch by batch; the rarer kinds as one."""
        if not len(kinds):
            return np.zeros((len(self.ids), 1), np.int64)
        frequent = np.argsort(-np.bincount(kinds), kind="stable")[:SHAPES]
        kind_of = np.full(int(kinds.max()) + 1, len(frequent), np.int64)
        kind_of[frequent] = np.arange(len(frequent))
        width = len(frequent) + 2
        return self._cross(np.append(kind_of[kinds], width - 1)[codes], width)[:, :-1]

    def _mix(self, measure: str, table: Integers) -> Iterator[Comparison]:
        before = np.cumsum(table, axis=0)
        for k in range(1, len(table)):
            old, new = before[k - 1], table[k]
            if min(old.sum(), new.sum()) < LEAST_ROWS:
                continue
            shares = old / old.sum(), new / new.sum()
            focus = 1 if measure == "missing" else int(np.argmax(np.abs(shares[1] - shares[0])))
            yield _of_shares(measure, k, shares[0][focus], shares[1][focus], (old, new))

    def _walk(self, cells: Cells) -> Iterator[Comparison]:
        """Go through the batches with the counts of each value so far."""
        size = len(cells.shapes)
        if not size or (cells.numbers is None and not cells.enumerated):
            return
        order = None if cells.numbers is None else np.argsort(cells.numbers, kind="stable")
        earlier = np.zeros(size, np.int64)
        for k in range(len(self.ids)):
            here = cells.codes[(self.inverse == k) & (cells.codes >= 0)]
            now = np.bincount(here, minlength=size)
            if min(earlier.sum(), now.sum()) >= LEAST_ROWS:
                if cells.enumerated:
                    yield _new_values(k, earlier, now)
                if order is not None and cells.numbers is not None:
                    yield from _medians(k, cells.numbers[order], earlier[order], now[order])
            earlier += now


@dataclass(frozen=True, slots=True)
class Comparison:
    """One test of one batch against the rows before it."""

    measure: str
    batch: int
    before: float
    after: float
    p: float
    matters: bool


def corrected(tested: Sequence[Tested]) -> tuple[Shift, ...]:
    """Keep the changes that hold after Holm's correction over all tests of a table."""
    tests = sum(t.tests for t in tested)
    kept = []
    found = sorted((s for t in tested for s in t.shifts), key=lambda s: s.p_value)
    for rank, shift in enumerate(found):
        p_value = min(1.0, shift.p_value * (tests - rank))
        if p_value > LEVEL:
            break
        kept.append(replace(shift, p_value=float(f"{p_value:.3g}")))
    return tuple(sorted(kept, key=lambda s: (s.batch, s.column, s.measure)))


def _of_shares(
    measure: str, batch: int, before: float, after: float, counts: tuple[Integers, Integers]
) -> Comparison:
    matters = abs(after - before) >= LEAST_CHANGE
    p = _chi_square(*counts) if matters else 1.0
    return Comparison(measure, batch, float(before), float(after), p, matters)


def _new_values(batch: int, earlier: Integers, now: Integers) -> Comparison:
    """Rows of a value never seen before; of the earlier rows, those alone with their value."""
    once, new = int((earlier == 1).sum()), int(now[earlier == 0].sum())
    before, after = int(earlier.sum()), int(now.sum())
    counts = np.array([before - once, once]), np.array([after - new, new])
    found = _of_shares("new_values", batch, once / before, new / after, counts)
    return found if new / after > once / before else replace(found, matters=False)


def _medians(
    batch: int, numbers: npt.NDArray[np.float64], earlier: Integers, now: Integers
) -> Iterator[Comparison]:
    """Mood's median test, on sorted numbers (nan last) with their rows."""
    size = int(np.searchsorted(numbers, np.inf, side="right"))
    numbers, earlier, now = numbers[:size], earlier[:size], now[:size]
    if min(earlier.sum(), now.sum()) < LEAST_ROWS:
        return
    places, place = np.cumsum(earlier), np.cumsum(now)
    low, old, high = (numbers[np.searchsorted(places, q * places[-1])] for q in (0.25, 0.5, 0.75))
    new = float(numbers[np.searchsorted(place, 0.5 * place[-1])])
    matters = abs(new - old) >= 0.25 * ((high - low) or abs(old) or 1.0)
    above = numbers > old
    sides = [np.array([c[~above].sum(), c[above].sum()]) for c in (earlier, now)]
    p = _chi_square(*sides) if matters else 1.0
    yield Comparison("median", batch, float(old), new, p, bool(matters))


def _six(value: float) -> float:
    return float(f"{value:.6g}")


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
