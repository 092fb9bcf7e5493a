"""How many rows, in all or for each value."""

from __future__ import annotations

from typing import Annotated

from steward import Condition, Store, ToolResult, job, prove, quote_identifier, quoted, where_sql

ACCESS = "read"
GROUPS = 20


def count_rows(
    store: Store,
    table: Annotated[str, "the table"],
    conditions: Annotated[list[Condition] | None, "count only rows that pass all of these"] = None,
    columns: Annotated[list[str] | None, "count for each combination of values of these"] = None,
) -> ToolResult:
    """Count rows, in all or for each value of a column, the most frequent first.

    Use it before query: for how many, what share, the top values, how many by supplier.
    """
    source, where = quote_identifier(table), where_sql(store, table, conditions or [])
    total = store.table(table).rows
    counted = prove(
        store, f"select count(*) as n from {source} where {where}", _said(conditions or [])
    )
    rows = int(counted.value or 0)
    data = {
        "table": table,
        "rows": rows,
        "of": total,
        "share": round(rows / total, 4) if total else 0,
    }
    summary = f"{rows} of {total} rows of {quoted(table)}."
    if not columns:
        return ToolResult(summary, data, (counted,))
    names = ", ".join(quote_identifier(name) for name in columns)
    sql = (
        f"select {names}, count(*) as n from {source} where {where}"
        f" group by {names} order by n desc, {names}"
    )
    found = prove(store, sql, f"rows for each {', '.join(columns)}")
    answer = job.query(store, sql, limit=GROUPS).rows
    data["group_count"] = found.value
    data["groups"] = [
        {"value": list(group[:-1]), "rows": group[-1], "share": round(group[-1] / rows, 4)}
        for group in zip(*(c.to_pylist() for c in answer.columns), strict=True)
    ]
    left = (
        f"{int(found.value or 0) - GROUPS} rarer groups" if int(found.value or 0) > GROUPS else ""
    )
    return ToolResult(f"{summary} {found.value} groups.", data, (counted, found), left)


def _said(conditions: list[Condition]) -> str:
    tests = [
        f"{one['column']} {one['test']}" + (f" {one['value']}" if one["value"] else "")
        for one in conditions
    ]
    return "rows in which " + " and ".join(tests) if tests else "all rows"
