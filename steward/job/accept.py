"""The second half of the main job: apply fixes, verify that they helped, take back what did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from steward.checks import UserChecks
from steward.errors import StaleFix, UsageError
from steward.job.choose import STALE, compatible, holds
from steward.job.outcome import Judged, Outcome, Verdict
from steward.job.resume import finish_checks, look
from steward.job.steps import Step, profile, quiet
from steward.job.verify import failed
from steward.store import Store
from steward.types import Fix, Safety, Status

WAITING = (Status.PROPOSED, Status.ACCEPTED)


def accept_and_apply(
    store: Store,
    table: str,
    *,
    fixes: Sequence[int] | None = None,
    safety: Safety | None = None,
    status: Status | None = None,
    proposed: Sequence[Fix] | None = None,
    user_checks: UserChecks | None = None,
    kind: str = "fix",
    note: str = "",
    dry_run: bool = False,
    step: Step = quiet,
) -> Outcome:
    """Apply fixes in one transaction, run the checks again, and revert those that did not help.

    Args:
        store: an open store.
        table: the table the fixes belong to.
        fixes: ids of the fixes to apply. A stale one among them is refused.
        safety: instead of ids, every waiting fix of this safety; stale ones are skipped.
        status: instead of ids, every waiting fix of this status (`ACCEPTED`); likewise.
        proposed: what `propose` gave in a dry run, which the store does not hold.
        user_checks: checks of the user that must not newly fail either.
        kind: what the change set is called in the history.
        note: a line for the history.
        dry_run: choose and judge what could be written, and write nothing.
        step: told what is being done.

    Raises:
        StaleFix: a fix named by id expects a value that is no longer there.
        UsageError: a fix named by id belongs to another table, or is not waiting.
    """
    if not dry_run:
        finish_checks(store, table, user_checks=user_checks, step=step)
    waiting = _waiting(store, table, proposed)
    if fixes is None:
        chosen = [f for f in waiting if safety in (None, f.safety) and status in (None, f.status)]
    else:
        chosen = _named(store, table, fixes)
    ready, left = compatible(store.snapshot(table), chosen)
    if fixes is not None:
        _refuse_stale(left)
    judged = [Judged(fix, Verdict.SKIPPED, why) for fix, why in left]
    outcome = Outcome(table, len(waiting), _safe(waiting), tuple(judged), dry_run=dry_run)
    if dry_run or not ready:
        planned = (Judged(fix, Verdict.PLANNED) for fix in ready)
        return replace(outcome, judged=_by_id([*judged, *planned]))
    measured = profile(store, table, step=step)
    step(f"checking {table} before")
    before = look(store.snapshot(table), measured, ready, user_checks)
    step(f"applying {len(ready):,} fixes to {table}")
    written = store.apply(ready, kind=kind, note=note, unverified=measured)
    step(f"checking {table} after")
    failures = failed(ready, before, look(store.snapshot(table), measured, ready, user_checks))
    revert_set = None
    if failures:
        revert_set = store.undo_fixes(written.id, sorted(failures), status=Status.REVERTED).id
    store.strike_unverified(written.id)
    _mark_stale(store, table, waiting, ready)
    return replace(
        outcome,
        judged=_by_id([*judged, *_verdicts(ready, failures)]),
        change_set=written.id,
        revert_set=revert_set,
    )


def _waiting(store: Store, table: str, proposed: Sequence[Fix] | None) -> list[Fix]:
    """The fixes that wait in the store; or those of a dry run, and what was accepted before."""
    if proposed is None:
        found = [fix for status in WAITING for fix in store.fixes(table, status=status)]
        return sorted(found, key=_id)
    known = {fix.id for fix in proposed}
    accepted = store.fixes(table, status=Status.ACCEPTED)
    found = [*proposed, *(fix for fix in accepted if fix.id not in known)]
    return [fix for fix in found if fix.status in WAITING]


def _named(store: Store, table: str, ids: Sequence[int]) -> list[Fix]:
    chosen = [store.fix(number) for number in dict.fromkeys(ids)]
    for fix in chosen:
        if fix.table != table:
            raise UsageError(f"Fix {fix.id} belongs to table {fix.table}, not to {table}.")
        if fix.status not in WAITING:
            raise UsageError(
                f"Fix {fix.id} is {fix.status}; only a proposed or accepted fix can be applied.",
                hint=f"steward show {fix.id}",
            )
    return chosen


def _refuse_stale(left: Sequence[tuple[Fix, str]]) -> None:
    stale = [fix for fix, why in left if why == STALE]
    if stale:
        fix = stale[0]
        raise StaleFix(
            f"Fix {fix.id} of table {fix.table} is stale: {STALE}.",
            hint=f"Propose again: steward fix --table {fix.table}",
        )


def _safe(fixes: Sequence[Fix]) -> int:
    return sum(fix.safety is Safety.SAFE for fix in fixes)


def _mark_stale(store: Store, table: str, waiting: Sequence[Fix], written: Sequence[Fix]) -> None:
    """Take fixes out of review whose old values are gone; proposing again finds what is left."""
    snapshot, done = store.snapshot(table), {fix.id for fix in written}
    left = [fix for fix in waiting if fix.id not in done]
    stale = [_id(fix) for fix in left if not holds(snapshot, fix)]
    if stale:
        store.mark(stale, Status.STALE)


def _verdicts(ready: Sequence[Fix], failures: dict[int, str]) -> list[Judged]:
    return [
        Judged(fix, Verdict.REVERTED, failures[_id(fix)])
        if _id(fix) in failures
        else Judged(fix, Verdict.SURVIVED)
        for fix in ready
    ]


def _by_id(judged: Sequence[Judged]) -> tuple[Judged, ...]:
    return tuple(sorted(judged, key=lambda one: _id(one.fix)))


def _id(fix: Fix) -> int:
    assert fix.id is not None, "a fix from the store has an id"
    return fix.id
