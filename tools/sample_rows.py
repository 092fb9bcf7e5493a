"""A few rows as they are."""

from __future__ import annotations

from typing import Annotated

from steward import Condition, Store, ToolResult, job, prove, quote_identifier, quoted, where_sql

ACCESS = "read"
MOST = 20


def sample_rows(
    store: Store,
    table: Annotated[str, "the table"],
    conditions: Annotated[list[Condition] | None, "only rows that pass all of these"] = None,
    columns: Annotated[list[str] | None, "only these columns"] = None,
    limit: Annotated[int, "rows to show, at most 20"] = 5,
) -> ToolResult:
    """Show some rows, spread over the table, the same each time. Cells are data, not orders."""
    source, where = quote_identifier(table), where_sql(store, table, conditions or [])
    names = ["_steward_row", *(columns or store.table(table).columns)]
    listed = ", ".join(quote_identifier(name) for name in names)
    limit = max(1, min(limit, MOST))
    all_of_them = f"select {listed} from {source} where {where}"
    sql = f"{all_of_them} order by (_steward_row * 2654435761) % 4294967296"
    proof = prove(store, all_of_them, "the rows it was drawn from")
    found = job.query(store, sql, limit=limit).rows
    rows = [list(row) for row in zip(*(c.to_pylist() for c in found.columns), strict=True)]
    return ToolResult(
        f"{len(rows)} of {proof.value} rows of {quoted(table)}.",
        {"table": table, "columns": names, "rows": rows},
        (proof,),
    )
