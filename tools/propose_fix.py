"""Propose fixes, or draft one."""

from __future__ import annotations

from typing import Annotated

from steward import (
    Change,
    Condition,
    Store,
    ToolResult,
    ToolRetry,
    draft_fix,
    fix_facts,
    job,
    offered_fixes,
    quote_identifier,
    quoted,
    where_sql,
)

ACCESS = "propose"
SHOWN = 8


def propose_fix(
    store: Store,
    table: Annotated[str, "the table"],
    column: Annotated[str | None, "only fixes of this column; needed for a draft"] = None,
    new_value: Annotated[str | None, "to draft a fix: the value to write"] = None,
    old_value: Annotated[str | None, "for a draft: the exact value to replace; null: null"] = None,
    conditions: Annotated[list[Condition] | None, "for a draft: only rows that pass these"] = None,
    why: Annotated[str | None, "for a draft: the reason, for the person who decides"] = None,
) -> ToolResult:
    """Propose fixes with measured precision, or draft one of your own (give new_value and why).

    Nothing is applied. A draft is always unsafe: a person decides. Fixes of the correctors come
    first: draft only what they do not offer. Look at one with preview_fix.
    """
    if new_value is not None:
        return _draft(
            store, table, column, Change(str(column), old_value, new_value), conditions, why
        )
    fixes = offered_fixes(store, table)
    chosen = [fix for fix in fixes if column is None or column in fix.columns]
    chosen.sort(key=lambda fix: (fix.safety != "safe", -fix.cells, fix.id))
    safe = [fix for fix in chosen if fix.safety == "safe"]
    data = {
        "table": table,
        "fix_count": len(chosen),
        "cells": sum(fix.cells for fix in chosen),
        "safe_count": len(safe),
        "safe_cells": sum(fix.cells for fix in safe),
        "safe_ids": [fix.id for fix in safe],
        "fixes": [fix_facts(fix) for fix in chosen[:SHOWN]],
    }
    place = f"{quoted(column)} of {quoted(table)}" if column else quoted(table)
    rest = len(chosen) - SHOWN
    return ToolResult(
        f"{len(chosen)} fixes are proposed for {place}, {len(safe)} of them safe; none is applied.",
        data,
        left_out=f"{rest} smaller fixes: steward fixes --table {table}" if rest > 0 else "",
    )


def _draft(
    store: Store,
    table: str,
    column: str | None,
    change: Change,
    conditions: list[Condition] | None,
    why: str | None,
) -> ToolResult:
    if column is None or not why:
        raise ToolRetry("A draft needs column, new_value and why; old_value null means null.")
    draft = draft_fix(store, table, change, _rows(store, table, conditions), why)
    data = {
        "draft": fix_facts(draft.fix),
        "correctors_agree_on": draft.same,
        "correctors_differ_on": draft.other,
        "rows_with_new_value": draft.known,
        "checks_object": draft.why_not or None,
    }
    return ToolResult(
        f"Fix {draft.fix.id} is drafted: {len(draft.fix.rows)} cells of {quoted(column)}, unsafe;"
        " a person must decide. Its precision is not measured.",
        data,
    )


def _rows(store: Store, table: str, conditions: list[Condition] | None) -> list[int] | None:
    if not conditions:
        return None
    where = where_sql(store, table, conditions)
    sql = f"select _steward_row from {quote_identifier(table)} where {where} order by 1"
    answer = job.query(store, sql, limit=store.table(table).rows + 1)
    return answer.rows.column(0).to_pylist()
