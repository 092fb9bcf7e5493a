"""Values outside the few that a column takes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from steward.checks.finding import issue_from_values
from steward.checks.values import present_values, quoted, texts
from steward.engine import Snapshot
from steward.types import Issue, Profile, Reason, SemanticType

MIN_ROWS = 200
MAX_VALUES = 60
ESTABLISHED_ROWS = 20
MAX_SHARE = 0.01
GAP = 10
REPEATED = 2
OPEN = frozenset({SemanticType.MONEY, SemanticType.QUANTITY, SemanticType.NUMBER,
                  SemanticType.PERCENT, SemanticType.DATE, SemanticType.URL})  # fmt: skip


def domain(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Values that are not among the few that a column otherwise takes.

    A column has a closed domain when at most 60 values, each held by 20 rows or more, make up
    99 % of it, each at least ten times as frequent as any value outside, and when no value
    outside comes back more than once.
    """
    for column in profile.columns:
        if column.present < MIN_ROWS or column.semantic in OPEN:
            continue
        codes, present = snapshot.codes(column.name), present_values(snapshot, column)
        outside = outsiders(codes.counts, present)
        if outside is None:
            continue
        values = texts(codes, outside)
        inside = np.argsort(-np.where(present & ~outside, codes.counts, 0), kind="stable")[:5]
        usual = ", ".join(f"`{codes.values[i]}`" for i in inside if present[i] and not outside[i])
        issue = issue_from_values(
            snapshot,
            column.name,
            values,
            check="domain",
            reason=Reason.DOMAIN,
            message=f"{{rows}} rows ({{share}}) hold a {column.name} outside its usual values "
            f"({usual}): {quoted(values)}.",
        )
        if issue is not None:
            yield issue


def outsiders(
    rows: npt.NDArray[np.int64], present: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_] | None:
    """Which distinct values (bool) lie outside a closed domain; None when it is not closed."""
    total = int(rows[present].sum())
    established = present & (rows >= ESTABLISHED_ROWS)
    outside = present & ~established
    if not 2 <= established.sum() <= MAX_VALUES or not outside.any() or total < MIN_ROWS:
        return None
    closed = rows[outside].sum() <= MAX_SHARE * total
    most = int(rows[outside].max())
    # A value that comes back is a rare one; a slip hardly ever happens twice in the same way.
    gap = most <= REPEATED and rows[established].min() >= GAP * most
    return outside if closed and gap else None
