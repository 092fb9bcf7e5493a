"""Which of the chosen fixes can be written together: none stale, no cell written twice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.types import Change, Fix, FixKind, Safety

STALE = "a cell no longer holds the value that the fix expects"
OVERLAP = "a stronger fix writes one of its cells"
_RANK = {Safety.SAFE: 0, Safety.UNSAFE: 1, Safety.DISPLAY: 2}


def compatible(
    snapshot: Snapshot, fixes: Iterable[Fix]
) -> tuple[tuple[Fix, ...], tuple[tuple[Fix, str], ...]]:
    """Split fixes into those that can be written together and those that cannot, with the reason.

    Stronger fixes come first: safe before unsafe, then by confidence, then the older id.
    """
    taken = _Taken(snapshot)
    ready: list[Fix] = []
    left: list[tuple[Fix, str]] = []
    for fix in sorted(fixes, key=_strength):
        if not holds(snapshot, fix):
            left.append((fix, STALE))
        elif taken.claim(fix):
            ready.append(fix)
        else:
            left.append((fix, OVERLAP))
    return tuple(sorted(ready, key=_number)), tuple(sorted(left, key=lambda pair: _number(pair[0])))


def holds(snapshot: Snapshot, fix: Fix) -> bool:
    """Do all rows of the fix exist and hold the values it expects?"""
    rows = np.asarray(fix.rows, np.int64)
    spots = snapshot.positions(rows)
    if not len(rows) or spots.max() >= snapshot.rows:
        return False
    if not np.array_equal(snapshot.row_ids[spots], rows):
        return False
    if fix.kind is FixKind.MERGE:
        spots = spots[:1]
    return all(bool(_equal(snapshot, change, spots).all()) for change in fix.changes)


def rows_holding(snapshot: Snapshot, changes: Sequence[Change]) -> npt.NDArray[np.int64]:
    """Row ids (ascending) in which every change finds the value it expects."""
    everywhere = np.arange(snapshot.rows)
    mask = np.ones(snapshot.rows, dtype=bool)
    for change in changes:
        mask &= _equal(snapshot, change, everywhere)
    return snapshot.row_ids[mask]


class _Taken:
    """Cells and rows already claimed, as one bit a row for each column."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.rows = np.zeros(snapshot.rows, dtype=bool)
        self.cells: dict[str, npt.NDArray[np.bool_]] = {}

    def claim(self, fix: Fix) -> bool:
        spots = self.snapshot.positions(fix.rows)
        whole = fix.kind in (FixKind.MERGE, FixKind.QUARANTINE)
        names = self.snapshot.columns if whole else fix.columns
        bits = [self.cells[name] for name in names if name in self.cells]
        if self.rows[spots].any() or any(column[spots].any() for column in bits):
            return False
        if whole:
            self.rows[spots] = True
        for name in () if whole else names:
            self.cells.setdefault(name, np.zeros(self.snapshot.rows, dtype=bool))[spots] = True
        return True


def _equal(
    snapshot: Snapshot, change: Change, spots: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    if change.column not in snapshot.columns:
        return np.zeros(len(spots), dtype=bool)
    codes = snapshot.codes(change.column)
    if change.before is None:
        return np.asarray(codes.codes[spots] == -1)
    at = bisect_left(codes.values, change.before)
    if at >= len(codes.values) or codes.values[at] != change.before:
        return np.zeros(len(spots), dtype=bool)
    return np.asarray(codes.codes[spots] == at)


def _strength(fix: Fix) -> tuple[int, float, int]:
    return (_RANK[fix.safety], -fix.confidence, _number(fix))


def _number(fix: Fix) -> int:
    return fix.id or 0
