"""What changed since when."""

from __future__ import annotations

from typing import Annotated

from steward import Store, ToolResult, explained, why

ACCESS = "read"


def explain_changes(
    store: Store,
    table: Annotated[str, "the table"],
    since: Annotated[
        str | None, "number of a delivery, or a day such as 2024-05-01; null: the last delivery"
    ] = None,
) -> ToolResult:
    """Explain what changed since a delivery or a day: rows, blanks, values, medians, tested."""
    return explained(why.explain_changes(store, table, _since(since)))


def _since(text: str | None) -> int | str | None:
    return int(text) if text and text.strip().isdigit() else text
