"""Items that became one: what was judged or clicked of the one that is gone counts for its twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from steward.engine import Snapshot


@dataclass(frozen=True, slots=True)
class MergedItems:
    """Rows that merges took out of a table of items.

    Attributes:
        gone: those rows, as they were.
        into: row id of each to the row id of the row that stayed.
    """

    gone: Snapshot
    into: Mapping[int, int]

    def ids(self, items: Snapshot, name: str | None) -> dict[str, str]:
        """Item id that is gone to the id of the item that stayed.

        Args:
            items: the table as it is now.
            name: its column of item ids; None: its row numbers.
        """
        before, now = _ids(self.gone, name), _ids(items, name)
        there = set(now.values())
        last = {ident: now.get(self._last(row)) for row, ident in before.items() if ident}
        return {ident: now for ident, now in last.items() if now and ident not in there}

    def _last(self, row: int) -> int:
        """The end of the chain: what stayed may have been merged later."""
        seen = {row}
        while (following := self.into.get(row)) is not None and following not in seen:
            seen.add(following)
            row = following
        return row


def follow(
    grades: Mapping[str, Mapping[str, float]], moved: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """The grades with moved items under the id that stayed; a pair graded twice has the median."""
    out = {}
    for query, items in grades.items():
        held: dict[str, list[float]] = {}
        for item, grade in items.items():
            held.setdefault(moved.get(item, item), []).append(grade)
        out[query] = {item: median(given) for item, given in held.items()}
    return out


def _ids(table: Snapshot, name: str | None) -> dict[int, str | None]:
    rows = [int(row) for row in table.row_ids]
    if name is None:
        return dict(zip(rows, map(str, rows), strict=True))
    if name not in table.columns:
        return {}
    return dict(zip(rows, table.column(name).to_pylist(), strict=True))
