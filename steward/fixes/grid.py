"""A whole table as codes: the workbench of the statistical correctors.

Columns become integers (0 = missing, whatever form it was disguised in), so that a table of 50,000
rows and 15 columns is 6 MB, can be damaged on purpose in place, and costs no string work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from steward.engine import Snapshot
from steward.fixes.pairs import MISSING, Ints
from steward.types import Profile


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The table in codes.

    `codes` has shape (rows, columns); `values[c][code]` is the text of a code of column c, with
    `values[c][0] == ""` for missing.
    """

    columns: tuple[str, ...]
    codes: Ints
    values: tuple[tuple[str, ...], ...]

    @property
    def rows(self) -> int:
        """How many rows."""
        return int(self.codes.shape[0])

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of codes of each column, missing included."""
        return tuple(len(v) for v in self.values)

    @classmethod
    def of(cls, snapshot: Snapshot, profile: Profile | None = None) -> Grid:
        """Encode every column; values that the profile calls disguised missing become missing."""
        hidden = {} if profile is None else _disguised(profile)
        columns, values = [], []
        for name in snapshot.columns:
            codes, texts = _encode(snapshot, name, hidden.get(name, frozenset()))
            columns.append(codes)
            values.append(texts)
        stacked = np.stack(columns, axis=1) if columns else np.zeros((snapshot.rows, 0), np.int64)
        return cls(snapshot.columns, stacked, tuple(values))

    def with_codes(self, codes: Ints) -> Grid:
        """The same table with other cells."""
        return Grid(self.columns, codes, self.values)


def _disguised(profile: Profile) -> Mapping[str, frozenset[str]]:
    return {
        column.name: frozenset(d.value for d in column.disguised if d.value is not None)
        for column in profile.columns
    }


def _encode(snapshot: Snapshot, name: str, hidden: frozenset[str]) -> tuple[Ints, tuple[str, ...]]:
    coded = snapshot.codes(name)
    blank = np.array([not v.strip() or v in hidden for v in coded.values], dtype=bool)
    rank = np.where(blank, MISSING, np.cumsum(~blank))
    lookup = np.append(rank, MISSING).astype(np.int64)
    texts = ("", *(v for v, b in zip(coded.values, blank, strict=True) if not b))
    return lookup[coded.codes], texts
