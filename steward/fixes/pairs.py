"""Counts of pairs of values of two columns: what the co-occurrence model looks things up in.

Values are codes (small integers). Code 0 stands for missing; a missing determinant tells nothing,
a missing target is a value like any other, because in some groups a blank is normal.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MISSING = 0
DEPTH = 3
DENSE = 4
"""All pairs are kept as one flat table where it has at most so many cells a row; else sorted."""


class PairCounts:
    """How often each value of a determinant column meets each value of a target column."""

    def __init__(self, determinant: Ints, target: Ints, sizes: tuple[int, int]) -> None:
        """Count. `sizes` are the numbers of codes of the determinant and of the target."""
        groups, self._width = sizes
        present = determinant != MISSING
        keys = determinant[present] * self._width + target[present]
        cells = groups * self._width
        self._table: Ints | None = None
        if cells <= DENSE * len(keys):
            self._table = np.bincount(keys, minlength=cells)
            self._keys = np.flatnonzero(self._table)
            self._counts = self._table[self._keys]
        else:
            self._keys, self._counts = np.unique(keys, return_counts=True)
        self.totals: Floats = np.bincount(determinant[present], minlength=groups).astype(float)
        self.top, self.top_counts = self._rank(groups)

    def count(self, determinant: Ints, target: Ints) -> Floats:
        """Rows that hold both values; arrays of equal shape (or that broadcast)."""
        keys = determinant * self._width + target
        if self._table is not None:
            return self._table.take(keys).astype(float)
        at = np.searchsorted(self._keys, keys)
        at[at == len(self._keys)] = 0
        if not len(self._keys):
            return np.zeros(keys.shape)
        return np.where(self._keys[at] == keys, self._counts[at], 0).astype(float)

    def _rank(self, groups: int) -> tuple[Ints, Floats]:
        """The `DEPTH` most frequent targets of each determinant value, and how often each occurs.

        Shapes (groups, DEPTH); -1 and 0 where there are fewer.
        """
        top = np.full((groups, DEPTH), -1, dtype=np.int64)
        often = np.zeros((groups, DEPTH))
        owner, value = self._keys // self._width, self._keys % self._width
        order = np.lexsort((value, -self._counts, owner))
        owner, value = owner[order], value[order]
        starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]]) if len(owner) else owner
        rank = np.arange(len(owner)) - np.repeat(starts, np.diff(np.r_[starts, len(owner)]))
        keep = rank < DEPTH
        top[owner[keep], rank[keep]] = value[keep]
        often[owner[keep], rank[keep]] = self._counts[order][keep]
        return top, often
