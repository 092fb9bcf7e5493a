"""Rows in which the values of two columns have changed places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from steward.checks.finding import issue_from_sql
from steward.checks.sql import select_rows
from steward.checks.values import present_codes
from steward.engine import Snapshot
from steward.types import ColumnProfile, Issue, Profile, Reason, SemanticType

MIN_ROWS = 50
MAX_SHARE = 0.1
HOME = 3
"""A value is at home in a column that holds it this many times as often as the other one."""

CHANCE_RATIO = 10
NO_HOME = frozenset({SemanticType.NUMBER, SemanticType.MONEY, SemanticType.PERCENT,
                     SemanticType.QUANTITY, SemanticType.BOOLEAN, SemanticType.EMPTY,
                     SemanticType.DATE})  # fmt: skip
"""Amounts and truth values are at home anywhere."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """A column: its codes, and how often each of the pair's values is held here and there."""

    codes: npt.NDArray[np.int32]
    here: npt.NDArray[np.int64]
    there: npt.NDArray[np.int64]


def swapped(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Rows in which two columns hold each other's values.

    A row is shown when its value in the one column belongs to the other and the other way round:
    each is held at least three times as often where it belongs, by other rows. Pairs of columns
    are refused where this happens no more often than chance would have it.
    """
    columns = [c for c in profile.columns if may_swap(c)]
    for one, other in combinations(columns, 2):
        found = swapped_rows(snapshot, one, other)
        if not found.any():
            continue
        issue = issue_from_sql(
            snapshot,
            select_rows(snapshot.name, [one.name, other.name], snapshot.row_ids[found].tolist()),
            check="swapped",
            reason=Reason.SWAPPED,
            columns=[one.name, other.name],
            message=f"{{rows}} rows ({{share}}) seem to have {one.name} and {other.name} swapped.",
        )
        if issue is not None:
            yield issue


def may_swap(column: ColumnProfile) -> bool:
    """Do the values of a column repeat, and mean something, so that a home can be told?"""
    repeated = column.distinct < 0.9 * column.present
    return column.present >= MIN_ROWS and column.semantic not in NO_HOME and repeated


def swapped_rows(snapshot: Snapshot, one: ColumnProfile, other: ColumnProfile) -> Flags:
    """Which rows hold each other's values (bool, one a row); none where chance explains it."""
    first, second = _sides(snapshot, one, other)
    none = np.zeros(snapshot.rows, bool)
    if not first.there.any() or not second.there.any():
        return none
    strange_a, strange_b = _strange(first), _strange(second)
    both = strange_a & strange_b
    rows, count = snapshot.rows, int(both.sum())
    # Independent mistakes in two columns meet in one row this often; swaps do so every time.
    chance = float(strange_a.sum()) * float(strange_b.sum()) / rows
    meeting = 2 * count > min(int(strange_a.sum()), int(strange_b.sum()))
    if count <= MAX_SHARE * rows and (count >= CHANCE_RATIO * chance or meeting):
        return both
    return none


def _strange(side: _Side) -> Flags:
    """Rows whose value is at home in the other column, not in this one."""
    known = side.there >= HOME * np.maximum(side.here, 1)
    return np.append(known, False)[side.codes]


def _sides(snapshot: Snapshot, one: ColumnProfile, other: ColumnProfile) -> tuple[_Side, _Side]:
    a, b = snapshot.codes(one.name), snapshot.codes(other.name)
    codes_a, codes_b = present_codes(snapshot, one), present_codes(snapshot, other)
    at = {value: i for i, value in enumerate(b.values)}
    pairs = [(i, at[v]) for i, v in enumerate(a.values) if v in at]
    there_a, there_b = np.zeros(len(a.values), np.int64), np.zeros(len(b.values), np.int64)
    if pairs:
        i, j = np.array(pairs).T
        there_a[i], there_b[j] = b.counts[j], a.counts[i]
    return _Side(codes_a, a.counts, there_a), _Side(codes_b, b.counts, there_b)
