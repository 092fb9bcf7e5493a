"""Where a value comes from."""

from __future__ import annotations

from typing import Annotated

from steward import Store, ToolResult, explained, why

ACCESS = "read"


def trace_lineage(
    store: Store,
    table: Annotated[str, "the table"],
    row: Annotated[int | None, "row id, _steward_row; null: all rows"] = None,
    column: Annotated[str | None, "the column; null: all columns"] = None,
) -> ToolResult:
    """Trace a row, a cell or a column: which delivery brought it, and what changed it since."""
    return explained(why.trace_lineage(store, table, row, column))
