"""The first half of the main job: profile, check and propose for a stored table."""

from __future__ import annotations

from collections.abc import Callable

from steward.checks import UserChecks, run_checks
from steward.profile import profile_table
from steward.store import Store
from steward.types import Fix, Issue, Profile

Step = Callable[[str], None]
"""Told, in a few words, what is being done now; for progress on a terminal."""


def quiet(_: str) -> None:
    """Tell nobody."""


def profile(store: Store, table: str, *, dry_run: bool = False, step: Step = quiet) -> Profile:
    """Measure a table, or return what was measured at the same content hash.

    With `dry_run` nothing is kept, here and below.

    Raises:
        UnknownTable: the store has no such table.
    """
    known = store.load_profile(table)
    if known is not None:
        return known
    step(f"reading {table}")
    snapshot = store.snapshot(table)
    step(f"profiling {snapshot.rows:,} rows × {len(snapshot.columns)} columns")
    measured = profile_table(snapshot)
    if not dry_run:
        store.save_profile(measured)
    return measured


def check(
    store: Store,
    table: str,
    user_checks: UserChecks | None = None,
    *,
    dry_run: bool = False,
    step: Step = quiet,
) -> list[Issue]:
    """Run the inferred checks and the user's own; keep and return the issues found.

    Raises:
        UnknownTable: the store has no such table.
        ContentError: a check of the user names a column that the table does not have.
    """
    measured = profile(store, table, dry_run=dry_run, step=step)
    step(f"checking {table}")
    issues = run_checks(store.snapshot(table), measured, user=user_checks)
    return list(issues) if dry_run else store.save_issues(table, issues)


def propose(store: Store, table: str, *, dry_run: bool = False, step: Step = quiet) -> list[Fix]:
    """Propose fixes, each gated by its backtest; keep and return them with their ids.

    Raises:
        UnknownTable: the store has no such table.
    """
    from steward.fixes import propose as propose_fixes  # loads scikit-learn

    measured = profile(store, table, dry_run=dry_run, step=step)
    step(f"proposing fixes for {table}, and measuring how often such fixes are right")
    proposed = propose_fixes(store.snapshot(table), measured)
    return store.save_fixes(table, proposed, keep=not dry_run)
