"""Which tables there are."""

from __future__ import annotations

from steward import Store, ToolResult, prove, quoted

ACCESS = "read"


def list_tables(store: Store) -> ToolResult:
    """List the tables of the store: rows, columns, key, deliveries. Start here."""
    infos = [info for info in store.tables() if info.side_of is None]
    tables = [
        {
            "table": info.name,
            "rows": info.rows,
            "columns": len(info.columns),
            "key": list(info.key),
            "deliveries": len(info.batches),
            "last_delivery": info.batches[-1].source if info.batches else None,
            "last_at": info.batches[-1].ingested_at if info.batches else None,
        }
        for info in infos
    ]
    counted = ", ".join(f"{quoted(info.name)} ({info.rows} rows)" for info in infos[:10])
    more = f" and {len(infos) - 10} more" if len(infos) > 10 else ""
    proofs = tuple(
        prove(store, f"select count(*) as n from {_name(info.name)}", f"rows of {info.name}")
        for info in infos[:3]
    )
    summary = f"{len(infos)} tables: {counted}{more}." if infos else "The store holds no table yet."
    return ToolResult(summary, {"tables": tables}, proofs)


def _name(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'
