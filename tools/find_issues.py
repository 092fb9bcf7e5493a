"""What is wrong with a table."""

from __future__ import annotations

from typing import Annotated

from steward import Proof, Store, ToolResult, job, quoted

ACCESS = "read"
SHOWN = 10


def find_issues(
    store: Store,
    table: Annotated[str, "the table"],
    column: Annotated[str | None, "only issues that blame this column"] = None,
    after: Annotated[int, "skip this many, to see the next ones"] = 0,
) -> ToolResult:
    """Run every check and list the issues, the gravest first: what, where, how many, since."""
    issues = job.check(store, table)
    chosen = [one for one in issues if column is None or column in one.columns]
    shown = chosen[after : after + SHOWN]
    data = {
        "table": table,
        "issue_count": len(chosen),
        "issues": [
            {
                "issue": job.label(one),
                "reason": one.reason,
                "columns": list(one.columns),
                "rows": one.rows,
                "share": round(one.share, 4),
                "severity": round(one.severity, 2),
                "message": one.message,
                "since": one.since,
                "values": [v.value for v in one.values[:3]],
            }
            for one in shown
        ],
    }
    proofs = tuple(Proof(one.sql, (table,), f"rows of {job.label(one)}", one.rows) for one in shown)
    rest = len(chosen) - after - len(shown)
    place = f" in {quoted(column)}" if column else ""
    return ToolResult(
        f"{len(chosen)} issues{place} in table {quoted(table)}.",
        data,
        proofs,
        f"{rest} more issues: after={after + SHOWN}" if rest > 0 else "",
    )
