"""The table as it would stand once some fixes were applied, without applying them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from steward.engine import Snapshot
from steward.types import Fix, FixKind, RowId, Safety


@dataclass(frozen=True, slots=True)
class Mended:
    """A snapshot with safe fixes written into it, and which cells they wrote."""

    snapshot: Snapshot
    written: dict[str, set[RowId]] = field(default_factory=dict)

    def spared(self, fix: Fix) -> Iterator[Fix]:
        """The fix without the rows in which it expects a cell that is not in the table yet."""
        taken = set().union(*(self.written.get(name, set()) for name in fix.columns))
        if not taken & set(fix.rows):
            yield fix
        elif fix.kind in (FixKind.MAPPING, FixKind.CELL):
            rows = tuple(row for row in fix.rows if row not in taken)
            if rows:
                yield replace(fix, kind=FixKind.CELL, rows=rows)


def mended(snapshot: Snapshot, fixes: Sequence[Fix]) -> Mended:
    """Write the safe mappings and cells among the fixes into a copy; the first wins a cell."""
    texts: dict[str, list[str | None]] = {}
    written: dict[str, set[RowId]] = {}
    for fix in fixes:
        if fix.safety is not Safety.SAFE or fix.kind not in (FixKind.MAPPING, FixKind.CELL):
            continue
        spots = snapshot.positions(fix.rows).tolist()
        for change in fix.changes:
            column = texts.setdefault(change.column, snapshot.column(change.column).to_pylist())
            done = written.setdefault(change.column, set())
            for row, spot in zip(fix.rows, spots, strict=True):
                if row not in done:
                    column[spot] = change.after
                    done.add(row)
    if not texts:
        return Mended(snapshot)
    columns = {name: pa.array(column, pa.string()) for name, column in texts.items()}
    return Mended(snapshot.replace(columns), written)
