"""Puts back the values of two columns that have changed places in a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from steward.checks.swapped import may_swap, swapped_rows
from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.types import (
    ROW,
    Change,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    RowId,
    Safety,
)


class SwapBack:
    """Exchanges two values of a row when each is at home in the other's column."""

    name = "swap_back"
    version = "1"
    injections: tuple[str, ...] = ("swapped",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """One fix for each pair of columns and of values."""
        usable = [column for column in profile.columns if may_swap(column)]
        for one, other in combinations(usable, 2):
            found = np.flatnonzero(swapped_rows(snapshot, one, other))
            if len(found):
                yield from self._fixes(snapshot, (one.name, other.name), found)

    def _fixes(self, snapshot: Snapshot, pair: tuple[str, str], found: np.ndarray) -> Iterator[Fix]:
        a, b = (snapshot.codes(name) for name in pair)
        groups: dict[tuple[int, int], list[RowId]] = defaultdict(list)
        for at in found.tolist():
            groups[int(a.codes[at]), int(b.codes[at])].append(int(snapshot.row_ids[at]))
        for (i, j), rows in sorted(groups.items()):
            left, right = a.values[i], b.values[j]
            yield Fix(
                table=snapshot.name,
                kind=FixKind.CELL,
                reason=Reason.SWAPPED,
                check="swapped",
                changes=(Change(pair[0], left, right), Change(pair[1], right, left)),
                rows=tuple(rows),
                provenance=Provenance(self.name, self.version),
                evidence=Evidence(
                    f"`{left}` belongs in {pair[1]} and `{right}` in {pair[0]}: other rows hold "
                    f"each of them there at least three times as often. {len(found)} rows have "
                    f"these two columns exchanged.",
                    sql=_sql(snapshot.name, pair, rows),
                    determinants=pair,
                    votes_for=float(len(found)),
                ),
                confidence=0.93,
                safety=Safety.SAFE,
            )


def _sql(table: str, pair: tuple[str, str], rows: list[RowId]) -> str:
    names = ", ".join(quote_identifier(name) for name in pair)
    listed = ", ".join(str(row) for row in rows)
    return (
        f"select {ROW}, {names} from {quote_identifier(table)} where {ROW} in ({listed}) "
        f"order by {ROW}"
    )
