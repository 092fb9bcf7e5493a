"""What a fix would do."""

from __future__ import annotations

from typing import Annotated

from steward import Proof, Store, ToolResult, fix_facts, job, quote_identifier, quoted

ACCESS = "read"
ROWS = 5


def preview_fix(store: Store, fix: Annotated[int, "the number of the fix"]) -> ToolResult:
    """Show one fix in full, some rows before and after, and whether it can be applied now."""
    found = store.fix(fix)
    ids = ", ".join(str(row) for row in found.rows[:ROWS])
    columns = ", ".join(quote_identifier(name) for name in ("_steward_row", *found.columns))
    source = quote_identifier(found.table)
    sql = f"select {columns} from {source} where _steward_row in ({ids}) order by 1"
    before = job.query(store, sql).rows.to_pylist()
    after = {change.column: change.after for change in found.changes}
    data = {
        **fix_facts(found),
        "table": found.table,
        "examples": [
            {
                "row": row["_steward_row"],
                "before": {n: row[n] for n in found.columns},
                "after": after,
            }
            for row in before
        ],
        "agreed_by": list(found.evidence.agreed_by),
        "can_be_applied": _standing(store, found),
    }
    every = ", ".join(str(row) for row in found.rows[:1000])
    proof = Proof(
        f"select * from {source} where _steward_row in ({every})",
        (found.table,),
        f"rows of fix {fix}",
        min(len(found.rows), 1000),
    )
    rest = len(found.rows) - len(before)
    left = f"{rest} more rows" if rest > 0 else ""
    summary = f"Fix {fix} of {quoted(found.table)} writes {found.cells} cells; {found.safety}."
    return ToolResult(summary, data, (proof,), left)


def _standing(store: Store, fix: object) -> str:
    if fix.status not in ("proposed", "accepted"):
        return f"no: it is {fix.status}"
    outcome = job.accept_and_apply(store, fix.table, proposed=[fix], dry_run=True)
    return (
        "yes"
        if any(one.fix.id == fix.id for one in outcome.of("planned"))
        else "no: a cell no longer holds what it expects"
    )
