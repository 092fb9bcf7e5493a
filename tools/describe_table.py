"""What a table is made of."""

from __future__ import annotations

from typing import Annotated

from steward import Store, ToolResult, job, quoted

ACCESS = "read"
PAGE = 20


def describe_table(
    store: Store,
    table: Annotated[str, "the table"],
    after: Annotated[int, "skip this many columns, to see the next ones"] = 0,
) -> ToolResult:
    """Describe a table: its columns with type, missing and distinct counts, key, deliveries."""
    info, profile = store.table(table), job.profile(store, table)
    shown = profile.columns[after : after + PAGE]
    columns = [
        {
            "column": one.name,
            "type": one.type,
            "about": one.semantic,
            "missing": one.missing + sum(d.rows for d in one.disguised),
            "distinct": one.distinct,
            "example": one.top[0].value if one.top else None,
        }
        for one in shown
    ]
    data = {
        "table": info.name,
        "rows": profile.rows,
        "key": list(info.key),
        "column_count": len(profile.columns),
        "columns": columns,
        "deliveries": [
            {"batch": b.id, "source": b.source, "at": b.ingested_at, "rows": b.rows}
            for b in info.batches[-5:]
        ],
        "refers_to": [
            {
                "column": k.column,
                "to": f"{k.other_table}.{k.other_column}",
                "unmatched": k.unmatched,
            }
            for k in profile.foreign_keys[:5]
        ],
    }
    rest = len(profile.columns) - after - len(shown)
    left = f"{rest} more columns: after={after + PAGE}" if rest > 0 else ""
    if len(info.batches) > 5:
        left += f"{'; ' if left else ''}{len(info.batches) - 5} earlier deliveries"
    return ToolResult(
        f"Table {quoted(info.name)} has {profile.rows} rows and {len(profile.columns)} columns.",
        data,
        left_out=left,
    )
