"""Why does a column lack values? Asked like an incident: where, since when, by what cause."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import numpy as np

from steward.answers import Action, Explanation, Finding, Verdict
from steward.engine.text import quote_identifier, quote_list
from steward.store import Store
from steward.types import ColumnProfile
from steward.why.blanks import disguised_blanks, hidden_in, normal_blanks, scattered, shared_blanks
from steward.why.causes import Affected, Cause, find_causes
from steward.why.inquiry import Inquiry
from steward.why.moved import moved_content
from steward.why.remedies import fix_actions, fixable, proposed_fixes
from steward.why.scope import Scope
from steward.why.upstream import check_lookups, failing_finding, reference_of
from steward.why.words import say

LEAST_LIFT = 1.25
LEFT = 0.02
"""A smaller share of the blanks, beside those that look real, is not asked about."""


def explain_missing(store: Store, table: str, column: str, *, measure: bool = False) -> Explanation:
    """Explain why cells of a column hold nothing: cause, size, since when, proof, what to do.

    Args:
        store: holds the table, and those it may have been joined with.
        table: its name.
        column: the column asked about, in any case.
        measure: where no fixes were proposed yet, propose them now to count what can be fixed
            (seconds to minutes; nothing is kept).

    Raises:
        UnknownTable: the store has no such table.
        UnknownColumn: the table has no such column.
        UsageError: the table has no rows.
    """
    scope = Scope(store, table)
    scope.must_have_rows()
    facts = scope.column(column)
    affected = Affected(scope.blank(facts.name), scope.blank_sql(facts.name))
    if not affected.rows and facts.disguised:
        return _only_disguised(scope, facts)
    scope.prove(scope.count(affected.sql), "missing", column=facts.name)
    if not affected.rows:
        return _healthy(scope, facts.name)
    inquiry = Inquiry(scope, "missing", (facts.name,), affected)
    _investigate(inquiry, facts)
    _remedies(inquiry, facts.name, measure=measure)
    return inquiry.end(_all_normal(inquiry))


def _investigate(inquiry: Inquiry, column: ColumnProfile) -> None:
    scope, affected = inquiry.scope, inquiry.affected
    shared = list(shared_blanks(scope, affected, column.name))
    kin = [str(f.facts["other"]) for f in shared]
    normal = normal_blanks(scope, affected, [column.name, *kin], hidden_in(scope, column))
    if normal is not None:
        inquiry.add_normal(normal.findings, normal.mask)
    else:
        inquiry.rule_out("not_normal")
    rest = affected.mask & ~inquiry.covered
    if rest.sum() > LEFT * affected.rows:
        _faults(inquiry, column.name, Affected(rest, affected.sql) if normal else affected)
    inquiry.causes.extend(shared)
    hidden = disguised_blanks(scope, column)
    if hidden is not None:
        inquiry.causes.append(hidden)
    else:
        inquiry.rule_out("not_disguised", facts={"column": column.name})
    if not shared:
        inquiry.rule_out("not_together")


def _faults(inquiry: Inquiry, column: str, rest: Affected) -> None:
    """Look for slices, changes over time and failed joins among the blanks that need a reason."""
    scope = inquiry.scope
    causes = _causes(scope, column, rest, inquiry.affected)
    joined: set[str] = set()
    tried: Sequence[Cause | None] = causes or [None]
    for cause in tried:
        if cause is not None and _moved(inquiry, column, rest, cause):
            inquiry.add_cause(cause)
            continue
        checked = check_lookups(scope, column, rest, cause)
        if checked.failing:
            found = failing_finding(scope, checked.failing, inquiry.affected, cause)
            joined.add(checked.failing.lookup.column)
            inquiry.causes.append(found)
            _keys_action(inquiry, found)
        if cause is not None:
            inquiry.add_cause(cause)
        if checked.sound and not joined:
            reference = reference_of(checked.sound)
            facts = {"column": checked.sound.column, "reference": reference}
            inquiry.rule_out("not_join", facts=facts)
    if causes:
        inquiry.rule_out_elsewhere(causes[0])
    elif not inquiry.covered.any():
        inquiry.causes.append(scattered(scope, rest))
    if inquiry.since is None:
        inquiry.rule_out_time()


def _moved(inquiry: Inquiry, column: str, rest: Affected, cause: Cause) -> bool:
    """Does its content stand in another column now?"""
    scope = inquiry.scope
    found = moved_content(scope, scope.column(column), rest, cause)
    if found is None:
        return False
    inquiry.causes.append(found)
    query = scope.proofs[found.proofs[1]].sql
    why = say("action_moved", column=column, other=found.facts["other"])
    inquiry.actions.append(Action(f"steward query {shlex.quote(query)}", why))
    return True


def _causes(scope: Scope, column: str, rest: Affected, affected: Affected) -> list[Cause]:
    """Slices of the blanks; by other columns than the key that fails, where one does.

    Failing keys say how, and are shown as such; where they come from is said by other columns.
    """
    found = find_causes(scope, rest, [column])
    failing = [check_lookups(scope, column, rest, cause).failing for cause in found[:1]]
    keys = {one.lookup.column for one in failing if one}
    if keys & {atom.column for cause in found[:1] for atom in cause.what}:
        found = find_causes(scope, rest, [column, *keys]) or found
    return [cause for cause in found if _stands_out(cause, affected)]


def _stands_out(cause: Cause, affected: Affected) -> bool:
    """Is the rate higher than usual, once the blanks that look real are counted too?"""
    inside = cause.slice.inside
    usual = affected.rows / len(affected.mask)
    if cause.slice.affected == affected.rows:
        return True
    return float((inside & affected.mask).sum()) > LEAST_LIFT * usual * float(inside.sum())


def _keys_action(inquiry: Inquiry, found: Finding) -> None:
    if len(found.proofs) < 2:
        return
    query = inquiry.scope.proofs[found.proofs[1]].sql
    why = say("action_keys", keys=found.facts["keys"], reference=found.facts["reference"])
    inquiry.actions.append(Action(f"steward query {shlex.quote(query)}", why))


def _remedies(inquiry: Inquiry, column: str, *, measure: bool) -> None:
    scope = inquiry.scope
    fixes = proposed_fixes(scope, column, measure=measure)
    inquiry.fixable = fixable(scope, inquiry.affected, fixes)
    inquiry.actions += fix_actions(scope, column, inquiry.affected, fixes)
    inquiry.show_rows(inquiry.affected.sql)


def _all_normal(inquiry: Inquiry) -> Verdict | None:
    """Blanks that are all as they should be are no fault."""
    first = inquiry.causes[0] if inquiry.causes else None
    real = first is not None and first.kind == "not_applicable"
    only = not any(one.kind in ("slice", "failed_join") for one in inquiry.causes)
    return Verdict.HEALTHY if real and only and inquiry.explained >= 1 - LEFT else None


def _healthy(scope: Scope, column: str) -> Explanation:
    filled = scope.prove(scope.count(f"not {scope.blank_sql(column)}"), "filled", column=column)
    text = say("healthy_missing", column=column, rows=scope.value(filled))
    nothing = Affected(np.zeros(scope.rows, bool), scope.blank_sql(column))
    inquiry = Inquiry(scope, "missing", (column,), nothing)
    inquiry.causes.append(Finding("healthy", text, rows=scope.rows, proofs=(filled,)))
    inquiry.rule_out("not_disguised", facts={"column": column})
    return inquiry.end(Verdict.HEALTHY)


def _only_disguised(scope: Scope, column: ColumnProfile) -> Explanation:
    """No cell is empty, but some say so in words: those are the rows in question."""
    values = [v.value or "" for v in column.disguised]
    condition = f"{quote_identifier(column.name)} in {quote_list(values)}"
    rows = Affected(hidden_in(scope, column), condition)
    inquiry = Inquiry(scope, "missing", (column.name,), rows)
    found = disguised_blanks(scope, column)
    assert found is not None
    text = say("only_disguised", **{k: found.facts[k] for k in ("column", "rows", "shown")})
    everything = {"covered": inquiry.affected.rows, "affected": inquiry.affected.rows}
    inquiry.add_normal([_restated(found, text, **everything)], inquiry.affected.mask)
    causes: list[Cause] = find_causes(scope, inquiry.affected, [column.name])
    for cause in causes:
        inquiry.add_cause(cause)
    if inquiry.since is None:
        inquiry.rule_out_time()
    _remedies(inquiry, column.name, measure=False)
    return inquiry.end(Verdict.EXPLAINED)


def _restated(finding: Finding, text: str, *, covered: int, affected: int) -> Finding:
    return Finding(
        kind="disguised",
        text=text,
        covered=covered,
        affected=affected,
        rows=finding.rows,
        proofs=finding.proofs,
        facts=finding.facts,
    )
