"""What was done to the tables."""

from __future__ import annotations

from typing import Annotated

from steward import Store, ToolResult

ACCESS = "read"
SHOWN = 15


def list_changes(
    store: Store, table: Annotated[str | None, "only changes of this table"] = None
) -> ToolResult:
    """List the change sets, newest first: when, what kind, how many cells, and whether undone."""
    sets = store.history(table)[::-1]
    data = {
        "change_count": len(sets),
        "changes": [
            {
                "change_set": f"c{one.id}",
                "table": one.table,
                "kind": one.kind,
                "at": one.at,
                "fixes": list(one.fixes[:10]),
                "cells": one.cells,
                "undone": one.undone,
                "note": one.note,
            }
            for one in sets[:SHOWN]
        ],
    }
    rest = len(sets) - SHOWN
    left = f"{rest} older changes" if rest > 0 else ""
    return ToolResult(f"{len(sets)} change sets.", data, left_out=left)
