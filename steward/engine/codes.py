"""A column as small integers: the form in which statistics decide on distinct values."""

from __future__ import annotations

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
