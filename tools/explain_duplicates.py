"""Why rows repeat."""

from __future__ import annotations

from typing import Annotated

from steward import Store, ToolResult, explained, why

ACCESS = "read"


def explain_duplicates(store: Store, table: Annotated[str, "the table"]) -> ToolResult:
    """Explain why rows of a table repeat: which delivery or source brought them, since when."""
    return explained(why.explain_duplicates(store, table))
