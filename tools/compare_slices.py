"""How two groups of rows differ."""

from __future__ import annotations

from typing import Annotated

from steward import Condition, Store, ToolResult, explained, where_sql, why

ACCESS = "read"


def compare_slices(
    store: Store,
    table: Annotated[str, "the table"],
    first: Annotated[list[Condition], "the rows of the first group pass all of these"],
    second: Annotated[list[Condition] | None, "those of the other; null: all other rows"] = None,
) -> ToolResult:
    """Compare two groups of rows on every column: what differs, tested."""
    other = where_sql(store, table, second) if second else None
    return explained(why.compare_slices(store, table, where_sql(store, table, first), other))
