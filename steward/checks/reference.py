"""Values that should be found in another table and are not."""

from __future__ import annotations

from collections.abc import Iterator

from steward.checks.finding import issue_from_sql
from steward.checks.sql import present_sql, select_where
from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.types import ForeignKey, Issue, Profile, Reason


def reference(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Values that refer to another table but are not found there.

    Which column refers to which is in the profile (its foreign keys); tables beside this one that
    are no longer there are left out.
    """
    for key in profile.foreign_keys:
        other = snapshot if key.other_table == snapshot.name else None
        other = other or snapshot.beside.get(key.other_table)
        if other is None or key.other_column not in other.columns:
            continue
        if key.column not in snapshot.columns:
            continue
        issue = issue_from_sql(
            snapshot,
            _sql(snapshot, profile, key),
            check="reference",
            reason=Reason.REFERENCE,
            columns=[key.column],
            message=f"{{rows}} rows ({{share}}) have a {key.column} that is not in "
            f"{key.other_table}.{key.other_column}.",
        )
        if issue is not None:
            yield issue


def _sql(snapshot: Snapshot, profile: Profile, key: ForeignKey) -> str:
    column = profile.column(key.column)
    disguised = [v.value for v in column.disguised if v.value is not None]
    field, table = quote_identifier(key.other_column), quote_identifier(key.other_table)
    condition = (
        f"{present_sql(key.column, disguised)} and {quote_identifier(key.column)} not in "
        f"(select {field} from {table} where {field} is not null)"
    )
    return select_where(snapshot.name, [key.column], condition)
