"""A column as distinct values and the rows of each: all that the column's own facts need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.types import ValueCount

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Counts:
    """Distinct texts of a column and their rows (int64); nulls are counted apart.

    `codes` (int32, one a row, -1 for null) index `values` where the rows are at hand.
    """

    values: pa.StringArray
    rows: Integers
    nulls: int
    codes: npt.NDArray[np.int32] | None = None

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array) -> Counts:
        """Count a column of strings; distinct values stand in the order of their first row."""
        encoded = _encoded(column)
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        codes = codes.astype(np.int32, copy=False)
        tally = np.bincount(codes + 1, minlength=len(encoded.dictionary) + 1).astype(np.int64)
        return cls(encoded.dictionary.cast(pa.string()), tally[1:], int(tally[0]), codes)

    @property
    def total(self) -> int:
        """All rows, nulls included."""
        return int(self.rows.sum()) + self.nulls

    def texts(self, positions: Integers) -> list[str]:
        """The values at these positions."""
        return list(self.values.take(pa.array(positions)).to_pylist())

    def keep(self, mask: npt.NDArray[np.bool_]) -> Counts:
        """The values where `mask` holds, without codes."""
        if mask.all():
            return self
        return Counts(self.values.filter(pa.array(mask)), self.rows[mask], self.nulls)

    def sample(self, size: int) -> Counts:
        """At most about `size` values: the frequent ones, and others at even steps."""
        if len(self.values) <= size:
            return self
        picked = np.union1d(
            np.argpartition(-self.rows, size // 10)[: size // 10],
            np.linspace(0, len(self.values) - 1, size - size // 10).astype(np.int64),
        )
        return Counts(self.values.take(pa.array(picked)), self.rows[picked], self.nulls)


def _encoded(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """One dictionary array; one chunk is encoded several times faster than many."""
    if not isinstance(column, pa.ChunkedArray):
        return pc.dictionary_encode(column)
    if not column.num_chunks:
        return pc.dictionary_encode(pa.array([], pa.string()))
    if column.nbytes < 2**31 - 1:
        return pc.dictionary_encode(column.combine_chunks())
    return column.dictionary_encode().unify_dictionaries().combine_chunks()


def top(counts: Counts, n: int) -> tuple[ValueCount, ...]:
    """The values with most rows; ties in code-point order."""
    return _extreme(counts, n, counts.rows)


def bottom(counts: Counts, n: int) -> tuple[ValueCount, ...]:
    """The values with fewest rows; ties in code-point order."""
    return _extreme(counts, n, -counts.rows)


def _extreme(counts: Counts, n: int, score: Integers) -> tuple[ValueCount, ...]:
    if not len(score):
        return ()
    size = min(n, len(score))
    bar = -np.partition(-score, size - 1)[size - 1]
    above, tied = np.flatnonzero(score > bar), np.flatnonzero(score == bar)
    if len(tied) > size:
        values = pa.table({"v": counts.values.take(pa.array(tied))})
        first = pc.select_k_unstable(values, k=size, sort_keys=[("v", "ascending")])
        tied = tied[first.to_numpy(zero_copy_only=False)]
    picked = np.concatenate([above, tied])
    pairs = zip(counts.texts(picked), counts.rows[picked].tolist(), strict=True)
    sign = 1 if score is counts.rows else -1
    ordered = sorted(pairs, key=lambda p: (-sign * p[1], p[0]))[:size]
    return tuple(ValueCount(text, rows) for text, rows in ordered)
