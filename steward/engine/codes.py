"""A column as small integers: the form in which statistics decide on distinct values."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """A dictionary-encoded column.

    `values` are the distinct texts in code-point order, `codes` (int32, one a row) index them, and
    -1 stands for null. `counts` (int64) gives the rows of each value.
    """

    values: tuple[str, ...]
    codes: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array) -> Codes:
        """Encode a column of strings."""
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if isinstance(whole, pa.ChunkedArray):
            whole = (
                pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.string())
            )
        encoded = pc.dictionary_encode(whole)
        texts = encoded.dictionary.to_pylist()
        order = sorted(range(len(texts)), key=texts.__getitem__)
        rank = np.empty(len(texts) + 1, np.int32)
        rank[order] = np.arange(len(texts), dtype=np.int32)
        rank[-1] = -1
        raw = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        codes = rank[raw] if len(texts) else np.full(len(raw), -1, np.int32)
        counts = np.bincount(codes[codes >= 0], minlength=len(texts)).astype(np.int64)
        return cls(tuple(texts[i] for i in order), codes.astype(np.int32), counts)

    def text(self, code: int) -> str | None:
        """The value of a code; None for -1."""
        return None if code < 0 else self.values[code]

    def decode(self) -> pa.Array:
        """The column as an Arrow array of strings."""
        indices = pa.array(self.codes, mask=self.codes < 0)
        return pa.DictionaryArray.from_arrays(indices, pa.array(self.values, pa.string())).cast(
            pa.string()
        )

    def with_cells(self, cells: Mapping[int, str | None]) -> Codes:
        """The column with other texts at some positions; no row but those is looked at."""
        fresh = sorted({t for t in cells.values() if t is not None and not self._holds(t)})
        places = np.array([bisect_left(self.values, text) for text in fresh], np.int64)
        old = np.arange(len(self.values) + 1)
        moved = (old + np.searchsorted(places, old, side="right")).astype(np.int32)
        codes = np.append(moved[:-1], np.int32(-1))[self.codes]
        values = tuple(sorted([*self.values, *fresh])) if fresh else self.values
        codes[list(cells)] = [
            -1 if text is None else bisect_left(values, text) for text in cells.values()
        ]
        counts = np.bincount(codes[codes >= 0], minlength=len(values)).astype(np.int64)
        kept = counts > 0
        if kept.all():
            return Codes(values, codes, counts)
        rank = np.append(np.cumsum(kept) - 1, -1).astype(np.int32)
        held = tuple(values[i] for i in np.flatnonzero(kept).tolist())
        return Codes(held, rank[codes], counts[kept])

    def _holds(self, text: str) -> bool:
        at = bisect_left(self.values, text)
        return at < len(self.values) and self.values[at] == text
