"""Rows that are there twice: by key, or cell for cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from steward.checks.finding import issue_from_sql
from steward.checks.sql import present_sql
from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.types import ROW, ColumnProfile, Issue, Profile, Reason, SemanticType

NEAR_KEY = 0.999
NO_KEY = frozenset({SemanticType.NUMBER, SemanticType.MONEY, SemanticType.QUANTITY,
                    SemanticType.PERCENT, SemanticType.DATE, SemanticType.TEXT,
                    SemanticType.PHONE})  # fmt: skip


def duplicate_key(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Rows that share a key with another row.

    Tested are the key that the user gave, columns that were keys when the table was profiled, and
    columns that are keys but for a few rows. Every row of a shared key is shown.
    """
    keys: list[tuple[tuple[str, ...], str]] = []
    if snapshot.key:
        keys.append((snapshot.key, "is the key"))
    for column in profile.columns:
        if _is_key(column) and (column.name,) != snapshot.key:
            why = "was a key" if column.is_key else "is a key but for a few rows"
            keys.append(((column.name,), why))
    for key, why in keys:
        name = ", ".join(key)
        issue = issue_from_sql(
            snapshot,
            duplicate_key_sql(snapshot.name, key),
            check="duplicate_key",
            reason=Reason.DUPLICATE_KEY,
            columns=key,
            message=f"{{rows}} rows ({{share}}) share their {name} with another row; {name} {why}.",
        )
        if issue is not None:
            yield issue


def _is_key(column: ColumnProfile) -> bool:
    # Below that, equal values are as likely to be chance (two people, one phone) as an error.
    unique = column.distinct >= NEAR_KEY * column.present
    return column.is_key or (column.near_key and unique and column.semantic not in NO_KEY)


def duplicate_key_sql(table: str, key: Sequence[str]) -> str:
    """Select the rows whose key, all of it present, is held by another row too."""
    names = ", ".join(quote_identifier(c) for c in key)
    present = " and ".join(present_sql(c) for c in key)
    source = quote_identifier(table)
    return (
        f"select {ROW}, {names} from {source} where {present} and ({names}) in "
        f"(select ({names}) from {source} where {present} group by {names} having count(*) > 1) "
        f"order by {ROW}"
    )


def duplicate_row(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Rows that repeat an earlier row cell for cell; the first of them is not shown."""
    columns = snapshot.columns
    if not columns or (profile.content_hash == snapshot.content_hash != "" and _none(profile)):
        return
    issue = issue_from_sql(
        snapshot,
        duplicate_row_sql(snapshot.name, columns),
        check="duplicate_row",
        reason=Reason.DUPLICATE_ROW,
        columns=columns,
        message="{rows} rows ({share}) repeat an earlier row in every column.",
    )
    if issue is not None:
        yield issue


def _none(profile: Profile) -> bool:
    return profile.duplicate_rows == 0


def duplicate_row_sql(table: str, columns: Sequence[str]) -> str:
    """Select the rows that are equal in `columns` to a row before them; nulls are equal."""
    names = ", ".join(quote_identifier(c) for c in columns)
    source = quote_identifier(table)
    # Hashes first: the window then sorts only rows that have a twin, not the whole table.
    return (
        f"with hashed as (select {ROW}, hash({names}) as h from {source}), twins as "
        f"(select h from hashed group by h having count(*) > 1) "
        f"select {ROW}, {names} from {source} where {ROW} in "
        f"(select {ROW} from hashed where h in (select h from twins)) "
        f"qualify row_number() over (partition by {names} order by {ROW}) > 1 order by {ROW}"
    )
