"""Which distinct values of a column hold something, and how many rows do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.engine import Codes, Snapshot
from steward.types import ColumnProfile


def present_values(snapshot: Snapshot, column: ColumnProfile) -> npt.NDArray[np.bool_]:
    """For each distinct value (bool): is it neither blank nor a disguised missing value?"""
    values = pa.array(snapshot.codes(column.name).values, pa.string())
    held = pc.not_equal(pc.utf8_trim_whitespace(values), "")
    if column.disguised:
        words = pa.array([v.value for v in column.disguised], pa.string())
        held = pc.and_not(held, pc.is_in(values, words))
    return np.asarray(held.to_numpy(zero_copy_only=False), dtype=bool)


def present_codes(snapshot: Snapshot, column: ColumnProfile) -> npt.NDArray[np.int32]:
    """Codes of a column (int32, one a row) with -1 wherever the cell holds nothing."""
    codes = snapshot.codes(column.name)
    return blank(codes, present_values(snapshot, column))


def blank(codes: Codes, present: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Codes with -1 in place of values that are not `present`."""
    if present.all():
        return codes.codes
    keep = np.append(present, False)
    return np.where(keep[codes.codes], codes.codes, -1).astype(np.int32)


def texts(codes: Codes, wanted: npt.NDArray[np.bool_]) -> list[str]:
    """The distinct values that a mask selects, in code-point order."""
    return [codes.values[i] for i in np.flatnonzero(wanted)]


def quoted(values: list[str], limit: int = 3) -> str:
    """A few values for a message: `a`, `b` and 12 more."""
    shown = ", ".join(f"`{v if len(v) <= 40 else v[:39] + '…'}`" for v in values[:limit])
    rest = len(values) - limit
    return f"{shown} and {rest:,} more" if rest > 0 else shown
