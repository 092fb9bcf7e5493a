"""Rows that seem to be one thing."""

from __future__ import annotations

from typing import Annotated

from steward import Proof, Store, ToolResult, find_merges, quote_identifier, quoted

ACCESS = "read"
GROUPS = 6
ROWS = 4


def find_duplicates(
    store: Store,
    table: Annotated[str, "the table"],
    after: Annotated[int, "skip this many groups, to see the next ones"] = 0,
) -> ToolResult:
    """Find groups of rows that seem to be one product: equal rows, or alike in their titles."""
    merges = find_merges(store, table)
    shown = merges[after : after + GROUPS]
    extra = sum(len(one.rows) - 1 for one in merges)
    data = {
        "table": table,
        "groups": len(merges),
        "rows_too_many": extra,
        "examples": [
            {
                "rows": list(one.rows[:ROWS]),
                "row_count": len(one.rows),
                "kind": one.reason,
                "why": one.evidence.text,
                "confidence": round(one.confidence, 3),
            }
            for one in shown
        ],
    }
    proofs = tuple(_proof(table, one.rows) for one in shown)
    rest = len(merges) - after - len(shown)
    left = f"{rest} more groups: after={after + GROUPS}" if rest > 0 else ""
    summary = (
        f"{len(merges)} groups in {quoted(table)} seem to be one thing; {extra} rows too many."
    )
    return ToolResult(summary, data, proofs, left)


def _proof(table: str, rows: tuple[int, ...]) -> Proof:
    listed = ", ".join(str(row) for row in rows)
    sql = f"select * from {quote_identifier(table)} where _steward_row in ({listed})"
    return Proof(sql, (table,), "the rows of one group", len(rows))
