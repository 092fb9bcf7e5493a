"""The first half of the main job: profile, check and propose for a stored table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from steward.checks import UserChecks, run_checks
from steward.profile import profile_table
from steward.store import Store
from steward.types import Fix, Issue, Profile

if TYPE_CHECKING:
    from steward.fixes.doubts import Asker

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


def propose(
    store: Store,
    table: str,
    *,
    dry_run: bool = False,
    step: Step = quiet,
    asker: Asker | None = None,
) -> list[Fix]:
    """Propose fixes, each gated by its backtest; keep and return them with their ids.

    With an `asker`, a model drafts what statistics do not settle, through the same gate.

    Raises:
        UnknownTable: the store has no such table.
        ModelError: the asker's model does not answer; nothing is kept.
    """
    from steward.fixes import propose as propose_fixes  # loads scikit-learn

    measured = profile(store, table, dry_run=dry_run, step=step)
    step(f"proposing fixes for {table}, and measuring how often such fixes are right")
    snapshot = store.snapshot(table)
    proposed = propose_fixes(snapshot, measured)
    if asker is not None:
        from steward.fixes.draft import draft_fixes

        step("drafting with a model what statistics do not settle")
        issues = store.issues(table)
        proposed += draft_fixes(snapshot, measured, asker, known=proposed, issues=issues)
    return store.save_fixes(table, proposed, keep=not dry_run)
