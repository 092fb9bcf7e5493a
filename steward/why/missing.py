"""Why does a column lack values? Investigated like an incident: where, since when, by what cause."""

from __future__ import annotations

from steward.answers import Action, Explanation, Finding, Onset, Verdict
from steward.store import Store
from steward.why.causes import Affected, find_causes, since_finding, slice_finding
from steward.why.scope import Scope
from steward.why.words import say


def explain_missing(store: Store, table: str, column: str) -> Explanation:
    """Explain why cells of a column hold nothing: cause, size, since when, proof, what to do.

    Args:
        store: holds the table, and those it may have been joined with.
        table: its name.
        column: the column asked about, in any case.

    Raises:
        UnknownTable: the store has no such table.
        UnknownColumn: the table has no such column.
    """
    scope = Scope(store, table)
    name = scope.column(column).name
    affected = Affected(scope.blank(name), scope.blank_sql(name))
    total = scope.prove(scope.count(affected.sql), "missing", column=name)
    if not scope.value(total):
        return _healthy(scope, name)
    causes: list[Finding] = []
    since: Onset | None = None
    for cause in find_causes(scope, affected, [name]):
        causes.append(slice_finding(scope, cause, affected))
        timed = since_finding(scope, cause, affected)
        if timed:
            causes.append(timed[0])
            since = since or timed[1]
    return Explanation(
        symptom="missing",
        table=scope.table,
        columns=(name,),
        verdict=_verdict(causes),
        affected=scope.value(total),
        rows=scope.rows,
        since=since,
        causes=tuple(causes),
        proofs=scope.proofs,
        actions=(Action(f"steward fix --table {scope.table}", "propose fixes"),),
    )


def _verdict(causes: list[Finding]) -> Verdict:
    best = max((cause.coverage for cause in causes), default=0.0)
    if best >= 0.8:
        return Verdict.EXPLAINED
    return Verdict.PARTLY if best >= 0.2 else Verdict.UNEXPLAINED


def _healthy(scope: Scope, column: str) -> Explanation:
    filled = scope.prove(scope.count(f"not {scope.blank_sql(column)}"), "filled", column=column)
    text = say("healthy_missing", column=column, rows=scope.value(filled))
    return Explanation(
        symptom="missing",
        table=scope.table,
        columns=(column,),
        verdict=Verdict.HEALTHY,
        affected=0,
        rows=scope.rows,
        causes=(Finding("healthy", text, proofs=(filled,)),),
        proofs=scope.proofs,
    )
