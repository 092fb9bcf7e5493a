"""Why cells are missing."""

from __future__ import annotations

from typing import Annotated

from steward import Store, ToolResult, explained, why

ACCESS = "read"


def explain_nulls(
    store: Store, table: Annotated[str, "the table"], column: Annotated[str, "the column"]
) -> ToolResult:
    """Explain why cells of a column are missing: cause, since when, where, what can be fixed."""
    return explained(why.explain_missing(store, table, column))
