"""Where a row or a cell comes from: its delivery, what changed it since, and how to undo that."""

from __future__ import annotations

from dataclasses import dataclass

from steward.answers import Action, Explanation, Finding, Verdict
from steward.engine.text import quote_identifier
from steward.errors import UsageError
from steward.job.query import BATCHES
from steward.store import Store
from steward.store.journal import JournalLine
from steward.types import BATCH, ROW, ChangeSet, Fix
from steward.why.causes import Affected
from steward.why.inquiry import Inquiry
from steward.why.scope import Scope
from steward.why.words import say, visible

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Touch:
    """A change set, one of its lines, and the fix it belongs to."""

    change_set: ChangeSet
    line: JournalLine
    fix: Fix | None


def trace_lineage(
    store: Store, table: str, row: int | None = None, column: str | None = None
) -> Explanation:
    """Trace a row, a cell or a column: which delivery brought it, and what changed it since.

    Args:
        store: holds the table.
        table: its name.
        row: a row id (`_steward_row`); None for all rows.
        column: a column; None for all columns.

    Raises:
        UnknownTable: the store has no such table.
        UnknownColumn: the table has no such column.
        UsageError: there is no such row now, and none was ever moved away.
    """
    scope = Scope(store, table)
    name = scope.column(column).name if column else None
    touches = _touches(scope, row, name)
    mask = scope.snapshot.row_ids == row if row is not None else scope.snapshot.row_ids > 0
    if row is not None and not mask.any() and not touches:
        raise UsageError(f"{scope.table} has no row {row}.", hint="Row ids: select _steward_row …")
    sql = f"{ROW} = {row}" if row is not None else "true"
    inquiry = Inquiry(scope, "lineage", (name,) if name else (), Affected(mask, sql))
    if mask.any():
        inquiry.causes.append(_delivered(scope, row, sql))
        if row is not None and name:
            inquiry.causes.append(_cell(scope, row, name))
    elif touches:
        inquiry.causes.append(_moved(row))
    for touch in touches[-MOST_LINES:]:
        inquiry.causes.append(_changed(touch, several=row is None))
    if not touches:
        inquiry.rule_out("never_changed")
    inquiry.actions += _undo(touches)
    return inquiry.end(Verdict.EXPLAINED)


def _touches(scope: Scope, row: int | None, column: str | None) -> list[Touch]:
    """Every line of the journal on the row and the column, oldest first."""
    found = []
    for one in scope.store.history(scope.table):
        for line in scope.store.diff(one.id):
            mine = row is None or line.row == row
            if mine and (column is None or line.column in (None, column)):
                found.append(Touch(one, line, _fix(scope.store, line.fix)))
    return found if row is not None else _one_each(found)


def _one_each(touches: list[Touch]) -> list[Touch]:
    """Of a whole column, one line stands for all of a change set and fix."""
    first: dict[tuple[int, int], Touch] = {}
    for touch in touches:
        first.setdefault((touch.change_set.id, touch.line.fix), touch)
    return list(first.values())


def _fix(store: Store, number: int) -> Fix | None:
    try:
        return store.fix(number) if number else None
    except UsageError:
        return None


def _delivered(scope: Scope, row: int | None, sql: str) -> Finding:
    query = (
        f'select {BATCH}, source, ingested_at, count(*) as "rows" from {scope.source_sql} join'
        f" (select {BATCH}, source, ingested_at from {BATCHES}) using ({BATCH}) where {sql}"
        f" group by all order by {BATCH}"
    )
    position = scope.prove(query, "delivered")
    found = scope.sql(query).to_pylist()
    if row is None:
        facts = {"batches": len(found), "rows": scope.rows, "table": scope.table}
        text = say("delivered_all", **facts)
        return Finding("delivered", text, rows=scope.rows, proofs=(position,), facts=facts)
    number = int(found[0][BATCH])
    source, at = scope.batch_name(number), found[0]["ingested_at"]
    facts = {"row": row, "batch": number, "source": source, "at": at}
    return Finding(
        kind="delivered",
        text=say("delivered_row", **facts),
        where=((BATCH, str(number)),),
        rows=1,
        proofs=(position,),
        facts=facts,
    )


def _cell(scope: Scope, row: int, column: str) -> Finding:
    query = f"select {quote_identifier(column)} from {scope.source_sql} where {ROW} = {row}"
    position = scope.prove(query, "cell", column=column, row=row)
    value = scope.sql(query).column(0)[0].as_py()
    facts = {"row": row, "column": column, "value": visible(value)}
    return Finding(
        kind="cell",
        text=say("cell", **facts),
        where=((column, value),),
        rows=1,
        proofs=(position,),
        facts=facts,
    )


def _moved(row: int | None) -> Finding:
    facts = {"row": row}
    return Finding(kind="moved", text=say("moved", **facts), facts=facts)


def _changed(touch: Touch, *, several: bool) -> Finding:
    line, one = touch.line, touch.change_set
    who = touch.fix.provenance.corrector if touch.fix else one.kind
    facts = {
        "id": one.id,
        "kind": one.kind,
        "at": one.at,
        "fix": line.fix,
        "who": who,
        "column": line.column or "*",
        "before": visible(line.before),
        "after": visible(line.after),
        "cells": touch.fix.cells if touch.fix else one.cells,
        "evidence": touch.fix.evidence.text if touch.fix else "",
        "confidence": touch.fix.confidence if touch.fix else None,
        "undone": one.undone,
    }
    kind = "changed_undone" if one.undone else "changed_by"
    if line.op != "update":
        kind = "row_moved"
    text = say(f"{kind}_several" if several and kind == "changed_by" else kind, **facts)
    return Finding(kind=kind, text=text, rows=1, facts=facts)


def _undo(touches: list[Touch]) -> list[Action]:
    """Take back the last fix in force; look at the fixes themselves."""
    live = [t for t in touches if not t.change_set.undone and t.line.fix]
    if not live:
        return []
    last = live[-1]
    return [
        Action(f"steward show f{last.line.fix}", say("action_show_fix")),
        Action(f"steward undo f{last.line.fix}", say("action_undo")),
    ]
