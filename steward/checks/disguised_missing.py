"""Words that stand for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from steward.checks.finding import issue_from_sql
from steward.checks.sql import select_values
from steward.engine import Snapshot
from steward.types import Issue, Profile, Reason


def disguised_missing(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Values that only look like values: `N/A`, `-`, `unknown`, `999`, `暂无`."""
    for column in profile.columns:
        if not column.disguised:
            continue
        words = [v.value for v in column.disguised if v.value is not None]
        shown = ", ".join(f"`{word}`" for word in words[:3])
        issue = issue_from_sql(
            snapshot,
            select_values(snapshot.name, column.name, words),
            check="disguised_missing",
            reason=Reason.DISGUISED_MISSING,
            columns=[column.name],
            message=f"{{rows}} rows ({{share}}) say {shown} where {column.name} is not known.",
        )
        if issue is not None:
            yield issue
