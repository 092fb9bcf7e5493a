"""Rows that break an order which nearly all rows keep between two columns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from steward.checks.finding import issue_from_sql
from steward.checks.numbers import MEASURES, Numbers, row_numbers
from steward.checks.sql import select_rows
from steward.engine import Snapshot
from steward.types import ColumnProfile, Issue, Profile, Reason, SemanticType

MIN_ROWS = 100
MAX_SHARE = 0.01
MIN_CHANCE = 0.05
CHANCE_RATIO = 10
MIN_UNEQUAL = 0.05
MAX_COLUMNS = 30


def cross_column(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Rows that break an order between two columns, such as `sale_price <= list_price`.

    An order is inferred only between columns of one kind and unit, when at least 99 % of a hundred
    rows or more keep it, and when rows paired at random would break it ten times as often, and in
    no less than 5 %: two columns of which one simply holds larger numbers say nothing.
    """
    columns = [c for c in profile.columns if c.semantic in MEASURES | {SemanticType.DATE}]
    numbers = {c.name: row_numbers(snapshot, c) for c in columns[:MAX_COLUMNS]}
    for one, other in combinations(columns[:MAX_COLUMNS], 2):
        if not _comparable(one, other):
            continue
        for low, high in ((one, other), (other, one)):
            broken = _broken(numbers[low.name], numbers[high.name])
            if broken is None:
                continue
            issue = issue_from_sql(
                snapshot,
                select_rows(snapshot.name, [low.name, high.name],
                            snapshot.row_ids[broken].tolist()),
                check="cross_column",
                reason=Reason.CROSS_COLUMN,
                columns=[low.name, high.name],
                message=f"{{rows}} rows ({{share}}) break {low.name} <= {high.name}, which all "
                "others keep.",
            )  # fmt: skip
            if issue is not None:
                yield issue


def _comparable(one: ColumnProfile, other: ColumnProfile) -> bool:
    if one.semantic is not other.semantic:
        return False
    return [u.value for u in one.units[:1]] == [u.value for u in other.units[:1]]


def _broken(low: Numbers, high: Numbers) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    """Positions where `low <= high` fails, if it is a rule; None otherwise."""
    both = np.flatnonzero(~np.isnan(low) & ~np.isnan(high))
    if len(both) < MIN_ROWS:
        return None
    a, b = low[both], high[both]
    broken = a > b
    if not broken.any() or broken.sum() > MAX_SHARE * len(both):
        return None
    if (a < b).sum() < MIN_UNEQUAL * len(both):
        return None
    # The exact share of all pairs (a_i, b_j) that would break the rule: rows paired at random.
    chance = float(np.searchsorted(np.sort(b), a, side="left").mean() / len(b))
    if chance < MIN_CHANCE or broken.mean() * CHANCE_RATIO > chance:
        return None
    return np.asarray(both[broken], dtype=np.int64)
