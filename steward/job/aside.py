"""Quarantine: move the rows of an issue to the side table, as a fix that can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from steward.errors import UsageError
from steward.job.outcome import Judged, Outcome, Verdict
from steward.job.steps import Step, quiet
from steward.store import Store
from steward.types import (
    ROW,
    Evidence,
    Fix,
    FixKind,
    Issue,
    Provenance,
    Safety,
)

VERSION = "1"


def find_issue(issues: Sequence[Issue], wanted: str) -> Issue:
    """Return an issue by its number in the list (from 1) or its check's name.

    Raises:
        UsageError: there is no such issue, or several of that name.
    """
    if wanted.isdigit() and 1 <= int(wanted) <= len(issues):
        return issues[int(wanted) - 1]
    named = [issue for issue in issues if wanted in (issue.check, label(issue))]
    if len(named) == 1:
        return named[0]
    if named:
        raise UsageError(
            f"{len(named)} issues are called {wanted}.",
            hint="Say which, by number: " + ", ".join(str(issues.index(i) + 1) for i in named),
        )
    labels = [label(issue) for issue in issues]
    near = get_close_matches(wanted, labels, n=1, cutoff=0.4)
    raise UsageError(
        f"There is no issue {wanted}; the checks found {len(issues)}.",
        hint=f"Did you mean {near[0]}?" if near else "steward check lists them with their numbers.",
    )


def label(issue: Issue) -> str:
    """A name for an issue that stays the same from run to run: check and columns."""
    return f"{issue.check}[{','.join(issue.columns)}]"


def quarantine(
    store: Store,
    table: str,
    issue: Issue,
    *,
    dry_run: bool = False,
    step: Step = quiet,
) -> Outcome:
    """Move every row that an issue flags now to the side table; undo brings them back.

    Raises:
        UsageError: the issue flags no row any more.
    """
    step(f"finding the rows of {label(issue)}")
    rows = store.snapshot(table).sql(issue.sql).column(ROW).to_pylist()
    fix = _fix(table, issue, tuple(sorted(set(rows))))
    if not fix.rows:
        raise UsageError(f"{label(issue)} flags no row of {table} any more.")
    if dry_run:
        return Outcome(table, 1, 0, (Judged(fix, Verdict.PLANNED),), dry_run=True)
    step(f"moving {len(rows):,} rows aside")
    saved = store.save_fixes(table, [fix], beside=True)
    written = store.apply(saved, kind="quarantine", note=issue.message)
    return Outcome(table, 1, 0, (Judged(saved[0], Verdict.SURVIVED),), change_set=written.id)


def _fix(table: str, issue: Issue, rows: tuple[int, ...]) -> Fix:
    return Fix(
        table=table,
        kind=FixKind.QUARANTINE,
        reason=issue.reason,
        check=issue.check,
        changes=(),
        rows=rows,
        provenance=Provenance("person", VERSION),
        evidence=Evidence(text=issue.message, sql=issue.sql),
        safety=Safety.UNSAFE,
    )
