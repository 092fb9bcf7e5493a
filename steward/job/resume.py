"""Checks that a killed process did not live to run are run by the next one that writes."""

from __future__ import annotations

from collections.abc import Sequence

from steward.checks import UserChecks, run_checks
from steward.engine import Snapshot
from steward.errors import UndoBlocked
from steward.job.steps import Step, quiet
from steward.job.verify import Finding, copied_text, failed, findings
from steward.store import Store
from steward.types import Fix, Profile, Status


def finish_checks(
    store: Store, table: str, *, user_checks: UserChecks | None = None, step: Step = quiet
) -> list[int]:
    """Verify what was applied but never checked; take back what did not help.

    Returns:
        The change sets that took something back, oldest first; mostly none.
    """
    taken_back = []
    for number, measured in store.unverified(table):
        step(f"checking change set c{number}, whose process ended before it did")
        fixes = [
            fix for fix in store.fixes(table, status=Status.APPLIED) if _in(store, fix, number)
        ]
        after = store.snapshot(table)
        # Without the snapshot of before, only a fix's own check can speak against it.
        before = store.kept_snapshot(table, measured.content_hash) or after
        found = [look(one, measured, fixes, user_checks) for one in (before, after)]
        if failures := failed(fixes, *found):
            taken_back += _take_back(store, number, sorted(failures))
        store.strike_unverified(number)
    return taken_back


def look(
    snapshot: Snapshot, measured: Profile, fixes: Sequence[Fix], user: UserChecks | None
) -> tuple[Finding, ...]:
    """What the checks on the columns that the fixes write find, by an earlier profile."""
    names = {name for fix in fixes for name in fix.columns}
    whole_rows = any(not fix.columns for fix in fixes)
    columns = None if whole_rows else sorted(names)
    issues = run_checks(snapshot, measured, user=user, columns=columns)
    return findings(snapshot, [issue for issue in issues if not copied_text(issue, measured)])


def _in(store: Store, fix: Fix, change_set: int) -> bool:
    return any(fix.id in one.fixes for one in store.history(fix.table) if one.id == change_set)


def _take_back(store: Store, change_set: int, fixes: Sequence[int]) -> list[int]:
    try:
        return [store.undo_fixes(change_set, fixes, status=Status.REVERTED).id]
    except UndoBlocked:
        # A person has changed these cells since: what they hold now is that person's decision.
        return []
