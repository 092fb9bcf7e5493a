"""What is wrong with the values of a column, and why."""

from __future__ import annotations

from typing import Annotated

from steward import Store, ToolResult, explained, why

ACCESS = "read"


def explain_values(
    store: Store, table: Annotated[str, "the table"], column: Annotated[str, "the column"]
) -> ToolResult:
    """Explain what is wrong with the values of a column (formats, outliers …) and since when."""
    return explained(why.explain_wrong(store, table, column))
