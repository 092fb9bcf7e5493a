"""One check, now."""

from __future__ import annotations

from typing import Annotated

from steward import Proof, Store, ToolResult, job, quoted, run_checks

ACCESS = "read"
ROWS = 8


def run_check(
    store: Store,
    table: Annotated[str, "the table"],
    check: Annotated[str, "the name of the check, as find_issues gives it before the bracket"],
) -> ToolResult:
    """Run one check and show what it flags, with some rows; use it to see if a fix helped."""
    snapshot = store.snapshot(table)
    issues = run_checks(snapshot, job.profile(store, table), only=[check.split("[")[0]])
    proofs = tuple(
        Proof(one.sql, (table,), f"rows of {job.label(one)}", one.rows) for one in issues
    )
    data = {
        "table": table,
        "check": check,
        "flagged": [
            {
                "issue": job.label(one),
                "rows": one.rows,
                "message": one.message,
                "row_ids": list(one.row_ids[:ROWS]),
                "values": [{"value": v.value, "rows": v.rows} for v in one.values[:ROWS]],
            }
            for one in issues
        ],
    }
    rows = sum(one.rows for one in issues)
    summary = f"Check {quoted(check)} flags {rows} rows of {quoted(table)} in {len(issues)} issues."
    return ToolResult(summary if issues else f"Check {quoted(check)} flags nothing.", data, proofs)
