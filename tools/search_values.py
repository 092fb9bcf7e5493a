"""Where does a text occur?"""

from __future__ import annotations

from typing import Annotated

from steward import Proof, Store, ToolResult, job, prove, quote_identifier, quote_literal, quoted

ACCESS = "read"
VALUES = 8


def search_values(
    store: Store,
    table: Annotated[str, "the table"],
    text: Annotated[str, "the text to look for; letter case does not matter"],
    column: Annotated[str | None, "only this column"] = None,
) -> ToolResult:
    """Find the values that contain a text, column by column; else the values most like it."""
    names = [column] if column else list(store.table(table).columns)
    found = _containing(store, table, names, text)
    if found:
        proofs = tuple(_proof(store, table, one["column"], text) for one in found[:5])
        columns = ", ".join(quoted(one["column"]) for one in found[:5])
        summary = f"{quoted(text)} occurs in {len(found)} columns: {columns}."
        return ToolResult(summary, {"text": text, "found": found}, proofs)
    near = _alike(store, table, names, text)
    summary = f"No cell contains {quoted(text)}; {len(near)} values are like it."
    return ToolResult(summary, {"text": text, "found": [], "alike": near})


def _proof(store: Store, table: str, column: str, text: str) -> Proof:
    where = _inside(column, text)
    sql = f"select count(*) as n from {quote_identifier(table)} where {where}"
    return prove(store, sql, f"rows whose {column} contains the text")


def _inside(column: str, text: str) -> str:
    return f"contains(lower({quote_identifier(column)}), lower({quote_literal(text)}))"


def _containing(store: Store, table: str, names: list[str], text: str) -> list[dict[str, object]]:
    """Each column with the text, in the order of the table, and its most frequent values."""
    parts = [
        f"select {at} as place, {quote_identifier(name)} as value, count(*) as n"
        f" from {quote_identifier(table)} where {_inside(name, text)} group by all"
        for at, name in enumerate(names)
    ]
    sql = f"select * from ({' union all '.join(parts)}) order by place, n desc, value"
    columns: dict[int, dict[str, object]] = {}
    for row in job.query(store, sql, limit=100_000).rows.to_pylist():
        one = columns.setdefault(
            row["place"], {"column": names[row["place"]], "rows": 0, "values": []}
        )
        one["rows"] += row["n"]
        if len(one["values"]) < VALUES:
            one["values"].append({"value": row["value"], "rows": row["n"]})
    return list(columns.values())


def _alike(store: Store, table: str, names: list[str], text: str) -> list[dict[str, object]]:
    """The values most like the text, of any of these columns."""
    parts = [
        f"select {at} as place, {quote_identifier(name)} as value, count(*) as n"
        f" from {quote_identifier(table)} where length({quote_identifier(name)}) < 200 group by all"
        for at, name in enumerate(names)
    ]
    like = f"jaro_winkler_similarity(lower(value), lower({quote_literal(text)}))"
    sql = (
        f"select *, {like} as likeness from ({' union all '.join(parts)})"
        " where likeness >= 0.85 order by likeness desc, place, value"
    )
    return [
        {
            "column": names[row["place"]],
            "value": row["value"],
            "rows": row["n"],
            "similarity": round(row["likeness"], 3),
        }
        for row in job.query(store, sql, limit=VALUES).rows.to_pylist()
    ]
