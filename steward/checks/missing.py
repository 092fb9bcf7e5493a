"""Cells that hold nothing."""

from __future__ import annotations

from collections.abc import Iterator

from steward.checks.finding import issue_from_sql
from steward.checks.sql import missing_sql, select_where
from steward.engine import Snapshot
from steward.types import Issue, Profile, Reason

OPTIONAL_SHARE = 0.5


def missing(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Cells that are null, empty, or nothing but white space.

    A column that is empty in half of its rows or more is taken to be optional: its issue is shown
    with a low severity.
    """
    for column in profile.columns:
        issue = issue_from_sql(
            snapshot,
            select_where(snapshot.name, [column.name], missing_sql(column.name)),
            check="missing",
            reason=Reason.MISSING,
            columns=[column.name],
            message=f"{{rows}} rows ({{share}}) without {column.name}.",
            severity=_severity(column.missing, column.rows, column.is_key or column.near_key),
        )
        if issue is not None:
            yield issue


def _severity(missing: int, rows: int, key: bool) -> float:
    share = missing / rows if rows else 0.0
    if key:
        return 0.9
    return 0.15 if share >= OPTIONAL_SHARE else 0.3 + 0.4 * share
