"""One question in SQL."""

from __future__ import annotations

from typing import Annotated

from steward import Proof, Store, ToolResult, ToolRetry, job, prove

ACCESS = "read"
ROWS = 20
SECONDS = 20.0
LONGEST = 20_000


def query(
    store: Store,
    sql: Annotated[str, "one SELECT in DuckDB's SQL over the stored tables"],
    limit: Annotated[int, "rows to show, at most 20"] = ROWS,
) -> ToolResult:
    """Ask a question in SQL (DuckDB). It can change nothing and reads stored tables only.

    Every column is text: cast to compute, for example try_cast(price as double). Each row has
    _steward_row and _steward_batch; the table _steward_batches (join using (_steward_batch)) has
    source and ingested_at of each delivery. Quote names that are not plain words: "品牌".
    """
    limit = max(1, min(limit, ROWS))
    if len(sql) > LONGEST:
        raise ToolRetry(f"The query has {len(sql)} characters; {LONGEST} are read at most.")
    answer = job.query(store, sql, limit=limit, seconds=SECONDS)
    names = answer.rows.column_names
    rows = [list(row) for row in zip(*(c.to_pylist() for c in answer.rows.columns), strict=True)]
    shows = "the rows of this query"
    if answer.cut:
        proof = prove(store, sql, shows, seconds=SECONDS)
        summary = f"{proof.value} rows of {len(names)} columns; the first {len(rows)} are shown."
    elif len(rows) == 1 and len(names) == 1 and _number(rows[0][0]):
        proof = Proof(sql, job.tables_read(sql), "the number this query gives", rows[0][0])
        summary = f"The answer is {rows[0][0]}."
    else:
        proof = Proof(sql, job.tables_read(sql), shows, len(rows))
        summary = f"{len(rows)} rows of {len(names)} columns."
    left = f"rows after the first {limit}: add a where, or group" if answer.cut else ""
    return ToolResult(summary, {"columns": names, "rows": rows}, (proof,), left)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
