"""Numbers that cannot be: negative prices, 140 %, dates that nobody has seen yet."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from steward.checks.finding import issue_from_values
from steward.checks.numbers import EPOCH, Numbers, value_numbers
from steward.checks.values import quoted, texts
from steward.engine import Snapshot
from steward.types import ColumnProfile, Issue, Profile, Reason, SemanticType

MIN_ROWS = 30
MAX_SHARE = 0.01
YEARS_AHEAD = 50
FIRST_DAY = -25_567
"""1900-01-01 in days since 1970-01-01: dates before it in a column of later dates are defaults."""


def range(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Numbers and dates that are impossible for what their column holds.

    Prices and quantities below zero, percentages outside 0 to 100, dates before 1900 or more than
    fifty years after the latest ingestion; each only where 99 % of the column keeps to the limit.
    """
    for column in profile.columns:
        if column.present < MIN_ROWS or column.semantic not in LIMITS:
            continue
        codes = snapshot.codes(column.name)
        numbers = value_numbers(snapshot, column)
        outside, limit = _outside(snapshot, column, numbers)
        if codes.counts[outside].sum() > MAX_SHARE * column.present:
            continue
        values = texts(codes, outside)
        issue = issue_from_values(
            snapshot,
            column.name,
            values,
            check="range",
            reason=Reason.RANGE,
            message=f"{{rows}} rows ({{share}}) hold a {column.name} {limit}: {quoted(values)}.",
        )
        if issue is not None:
            yield issue


LIMITS = frozenset(
    {SemanticType.MONEY, SemanticType.QUANTITY, SemanticType.PERCENT, SemanticType.DATE}
)


def _outside(
    snapshot: Snapshot, column: ColumnProfile, numbers: Numbers
) -> tuple[npt.NDArray[np.bool_], str]:
    if column.semantic is SemanticType.PERCENT:
        return (numbers < 0) | (numbers > 100), "outside 0 to 100 %"
    if column.semantic is SemanticType.DATE:
        latest = _latest(snapshot)
        if latest is None:
            return numbers < FIRST_DAY, "before 1900"
        return (numbers < FIRST_DAY) | (numbers > latest), "before 1900 or far in the future"
    return numbers < 0, "below zero"


def _latest(snapshot: Snapshot) -> float | None:
    from datetime import date

    days = []
    for batch in snapshot.batches:
        try:
            days.append(date.fromisoformat(batch.ingested_at[:10]).toordinal() - EPOCH)
        except ValueError:
            continue
    return max(days) + YEARS_AHEAD * 365.25 if days else None
