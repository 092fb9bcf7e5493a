"""Why are the values of a column wrong? What checks flag, and what shows only within groups."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from steward.answers import Action, Explanation, Finding, Verdict
from steward.checks import run_checks
from steward.store import Store
from steward.types import ROW, Issue, Reason
from steward.why.causes import Affected, find_causes, where_of
from steward.why.inquiry import Inquiry
from steward.why.remedies import fix_actions, fixable, proposed_fixes
from steward.why.scope import Scope, mask_of
from steward.why.within import Hidden, hidden_faults
from steward.why.words import say, visible

MOST_ISSUES = 6
NOT_WRONG = {
    Reason.MISSING,
    Reason.DISGUISED_MISSING,
    Reason.DUPLICATE_KEY,
    Reason.DUPLICATE_ROW,
    Reason.NEAR_DUPLICATE,
}


def explain_wrong(store: Store, table: str, column: str, *, measure: bool = False) -> Explanation:
    """Explain what is wrong with the values of a column: kinds, slices, since when, what to do.

    The issues of the last `check` are used, or the checks run now where there was none. Every kind
    of issue is investigated on its own; `since` belongs to the kind that flags most rows.

    Args:
        store: holds the table.
        table: its name.
        column: the column asked about, in any case.
        measure: propose fixes now where none were, to count what can be fixed.

    Raises:
        UnknownTable: the store has no such table.
        UnknownColumn: the table has no such column.
        UsageError: the table has no rows.
    """
    scope = Scope(store, table)
    scope.must_have_rows()
    name = scope.column(column).name
    kinds = _by_reason(scope, name)
    hidden = list(hidden_faults(scope, name))
    if not kinds and not hidden:
        return _sound(scope, name)
    affected = _all_rows(scope, kinds, hidden)
    inquiry = Inquiry(scope, "wrong", (name,), affected)
    scope.prove(scope.count(affected.sql), "wrong", column=name)
    for one in hidden:
        _add_hidden(inquiry, one)
    if not hidden:
        inquiry.rule_out("not_within", facts={"column": name})
    ranked = sorted(kinds.items(), key=lambda k: (-max(i.rows for i in k[1]), k[0].value))
    for reason, issues in ranked[:MOST_ISSUES]:
        _add_kind(inquiry, name, reason, issues)
    if inquiry.since is None:
        inquiry.rule_out_time()
    fixes = proposed_fixes(scope, name, measure=measure)
    inquiry.fixable = fixable(scope, affected, fixes)
    inquiry.actions += fix_actions(scope, name, affected, fixes)
    inquiry.show_rows(affected.sql)
    return inquiry.end(Verdict.EXPLAINED if inquiry.explained >= 0.8 else Verdict.PARTLY)


def issues_of(scope: Scope) -> list[Issue]:
    """The issues of the last check, or those of a check that runs now and keeps nothing."""
    known = scope.store.issues(scope.table)
    return known or list(run_checks(scope.snapshot, scope.profile))


def _by_reason(scope: Scope, column: str) -> dict[Reason, list[Issue]]:
    kinds: dict[Reason, list[Issue]] = defaultdict(list)
    for issue in issues_of(scope):
        if column in issue.columns and issue.reason not in NOT_WRONG:
            kinds[issue.reason].append(issue)
    return kinds


def _rows(scope: Scope, issues: Sequence[Issue]) -> Affected:
    """All rows that some of the issues flag now."""
    parts = [f"select {ROW} from ({issue.sql}) as flagged" for issue in issues]
    mask = np.zeros(scope.rows, bool)
    for part in parts:
        mask |= mask_of(scope, part)
    return Affected(mask, f"{ROW} in ({' union '.join(parts)})")


def _all_rows(
    scope: Scope, kinds: Mapping[Reason, Sequence[Issue]], hidden: Sequence[Hidden]
) -> Affected:
    """What the checks flag, and what shows only within groups."""
    issues = [issue for some in kinds.values() for issue in some]
    parts = [_rows(scope, issues)] if issues else []
    parts += [one.rows for one in hidden]
    if len(parts) == 1:
        return parts[0]
    mask = np.logical_or.reduce([part.mask for part in parts])
    return Affected(mask, "(" + " or ".join(f"({part.sql})" for part in parts) + ")")


def _add_hidden(inquiry: Inquiry, hidden: Hidden) -> None:
    """A fault within a group: what it is, the slice and since when, and what to do."""
    scope, facts = inquiry.scope, hidden.facts
    counted = scope.prove(scope.count(hidden.rows.sql), "hidden", column=facts["column"])
    shown = scope.prove(hidden.example_sql, "hidden_cells", column=facts["column"])
    told = {**facts, "rows": scope.value(counted)}
    inquiry.causes.append(
        Finding(
            kind=hidden.kind,
            text=say(hidden.kind, **told),
            where=where_of(hidden.cause.slice.atoms),
            covered=scope.value(counted),
            affected=inquiry.affected.rows,
            rows=hidden.cause.slice.rows,
            p_value=hidden.cause.slice.p_value,
            proofs=(counted, shown),
            facts=told,
        )
    )
    found = Inquiry(scope, inquiry.symptom, inquiry.columns, hidden.rows)
    found.add_cause(hidden.cause)
    _take(inquiry, found, hidden.rows)
    command = f"steward query {shlex.quote(hidden.example_sql)}"
    inquiry.actions.append(Action(command, say("action_hidden", column=facts["column"])))


def _take(inquiry: Inquiry, found: Inquiry, part: Affected) -> None:
    """Take over what was found about some of the rows; half is explained by what they are."""
    inquiry.causes += found.causes
    inquiry.since = inquiry.since or found.since
    inquiry.actions += [a for a in found.actions if a not in inquiry.actions]
    weight = part.rows / max(inquiry.affected.rows, 1)
    inquiry.explained += weight * max(0.5, min(found.explained, 1.0))


def _add_kind(inquiry: Inquiry, column: str, reason: Reason, issues: Sequence[Issue]) -> None:
    scope = inquiry.scope
    part = _rows(scope, issues)
    if not part.rows:
        return
    counted = scope.prove(scope.count(part.sql), f"wrong_{reason.value}", column=column)
    columns = sorted({name for issue in issues for name in issue.columns})
    facts = {
        "column": column,
        "rows": scope.value(counted),
        "shown": _examples(issues, columns, column),
        "checks": sorted({issue.check for issue in issues}),
        "columns": columns,
    }
    inquiry.causes.append(
        Finding(
            kind=f"wrong_{reason.value}",
            text=say(f"wrong_{reason.value}", **facts),
            covered=scope.value(counted),
            affected=inquiry.affected.rows,
            rows=scope.value(counted),
            proofs=(counted,),
            facts=facts,
        )
    )
    _where(inquiry, part, [column])


def _where(inquiry: Inquiry, part: Affected, without: Sequence[str]) -> None:
    """Where these rows lie and since when; what no slice holds counts as half explained."""
    found = Inquiry(inquiry.scope, inquiry.symptom, inquiry.columns, part)
    for cause in find_causes(inquiry.scope, part, without)[:2]:
        found.add_cause(cause)
    _take(inquiry, found, part)


def _examples(issues: Sequence[Issue], columns: Sequence[str], column: str) -> str:
    """The most frequent flagged values, with their rows; language-neutral."""
    if issues[0].reason is Reason.SWAPPED:
        return " ↔ ".join(columns[:2])
    own = [issue for issue in issues if issue.columns[0] == column] or issues
    values = sorted((v for issue in own for v in issue.values), key=lambda v: -v.rows)
    return ", ".join(f"{visible(v.value)} ({v.rows:,})" for v in values[:4]) or "…"


def _sound(scope: Scope, column: str) -> Explanation:
    rows = scope.prove(f"select count(*) as n from {scope.source_sql}", "rows", table=scope.table)
    nothing = Affected(np.zeros(scope.rows, bool), "false")
    inquiry = Inquiry(scope, "wrong", (column,), nothing)
    text = say("healthy_wrong", column=column, rows=scope.rows)
    inquiry.causes.append(Finding("healthy", text, rows=scope.rows, proofs=(rows,)))
    inquiry.rule_out("not_within", facts={"column": column})
    return inquiry.end(Verdict.HEALTHY)
