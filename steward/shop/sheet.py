"""A chunk of items while errors are written into it, each one recorded as it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.shop.render import Columns
from steward.shop.vocabulary import Ints

Cells = Sequence[str | None]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Cells of one column made wrong by one kind of error, at these rows of the chunk."""

    kind: str
    column: str
    at: Ints
    before: Cells
    after: Cells


@dataclass(slots=True)
class Sheet:
    """Columns of a chunk; a cell is made wrong at most once.

    Errors are kept aside until `finish` puts them into the columns, each column once.
    """

    columns: Columns
    wrong: list[Wrong] = field(default_factory=list)
    touched: dict[str, Flags] = field(default_factory=dict)

    def cells(self, column: str, at: Ints) -> list[str | None]:
        """The true text of these rows of a column."""
        values: list[str | None] = self.columns[column].take(pa.array(at)).to_pylist()
        return values

    def free(self, column: str, at: Ints) -> Flags:
        """Which of these rows have no error in the column yet."""
        return ~self._flags(column)[at]

    def write(self, kind: str, at: Ints, after: Mapping[str, Cells]) -> None:
        """Make cells wrong, all columns of a row or none of them.

        A row is left alone where one of its cells is wrong already, or would not change.
        """
        before = {column: self.cells(column, at) for column in after}
        keep = np.ones(len(at), dtype=bool)
        for column, values in after.items():
            changed = [b != a for b, a in zip(before[column], values, strict=True)]
            keep &= np.array(changed, dtype=bool) & self.free(column, at)
        kept: list[int] = np.flatnonzero(keep).tolist()
        for column, values in after.items():
            was = [before[column][i] for i in kept]
            self._put(Wrong(kind, column, at[kept], was, [values[i] for i in kept]))

    def restate(self, column: str, at: Ints, values: Cells) -> None:
        """Change what is true, without calling it an error."""
        mask = np.zeros(len(self.columns[column]), dtype=bool)
        mask[at] = True
        new = pa.array(values, pa.string())
        self.columns[column] = pc.replace_with_mask(self.columns[column], pa.array(mask), new)

    def finish(self) -> None:
        """Put every error that was written into the columns."""
        for column, flags in self.touched.items():
            mine = [wrong for wrong in self.wrong if wrong.column == column]
            at = np.concatenate([wrong.at for wrong in mine] or [np.zeros(0, dtype=np.int64)])
            after = [value for wrong in mine for value in wrong.after]
            order = pa.array(np.argsort(at, kind="stable"))
            new = pa.array(after, pa.string()).take(order)
            self.columns[column] = pc.replace_with_mask(self.columns[column], pa.array(flags), new)

    def _put(self, wrong: Wrong) -> None:
        if len(wrong.at):
            self._flags(wrong.column)[wrong.at] = True
            self.wrong.append(wrong)

    def _flags(self, column: str) -> Flags:
        if column not in self.touched:
            self.touched[column] = np.zeros(len(self.columns[column]), dtype=bool)
        return self.touched[column]
