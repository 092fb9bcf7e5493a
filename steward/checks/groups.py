"""Groups of rows with equal values in some columns, and what they hold in another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Pairs (group, value) with their rows, sorted by group.

    All int64. `group`, `value`, `rows`: one a pair; `total`, `top`: rows and greatest pair of the
    pair's group; `is_top`: is the pair the (first) greatest of its group?
    """

    group: Counts
    value: Counts
    rows: Counts
    total: Counts
    top: Counts
    is_top: npt.NDArray[np.bool_]


def group_codes(columns: Sequence[Codes]) -> Counts:
    """One number (int64) a row for its combination of values; -1 where any is -1."""
    combined = columns[0].astype(np.int64)
    for codes in columns[1:]:
        width = int(codes.max(initial=0)) + 1
        none = (combined < 0) | (codes < 0)
        combined = np.unique(combined * width + codes, return_inverse=True)[1].astype(np.int64)
        combined[none] = -1
    return combined


def votes(group: Counts, value: Codes) -> Votes:
    """Count what the rows of each group hold; rows with -1 on either side do not vote."""
    known = (group >= 0) & (value >= 0)
    width = int(value.max(initial=0)) + 1
    pairs, rows = np.unique(group[known] * width + value[known], return_counts=True)
    of_group, of_value = pairs // width, pairs % width
    starts = np.flatnonzero(np.diff(of_group, prepend=-1))
    sizes = np.diff(np.append(starts, len(pairs)))
    empty = not len(starts)
    total = np.repeat(np.zeros(0, np.int64) if empty else np.add.reduceat(rows, starts), sizes)
    top = np.repeat(np.zeros(0, np.int64) if empty else np.maximum.reduceat(rows, starts), sizes)
    at_top = rows == top
    seen = np.cumsum(at_top)
    before = np.repeat(seen[starts] - at_top[starts], sizes) if not empty else seen
    return Votes(of_group, of_value, rows, total, top, at_top & (seen - before == 1))
