"""Did a fix help? The check that found the issue runs again; so do the others on its columns.

A fix failed when its own check still flags one of its rows in one of its columns, or when another
check flags a row that it did not flag before. Three findings are not held against a fix: a row
that turns out to be a duplicate once it is clean, a cell that is missing because the fix says
so (a disguised missing value made null or empty), and a free text that another table holds a copy
of: the copy has the same fault, and no table is joined by its titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.checks import failing_cells
from steward.engine import Snapshot
from steward.types import Fix, Issue, Profile, Reason, SemanticType

Rows = npt.NDArray[np.int64]
REVEALED = frozenset({Reason.DUPLICATE_ROW, Reason.NEAR_DUPLICATE})
NO_ROWS: Rows = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """The rows (ascending ids) that one check flags for some columns."""

    check: str
    reason: Reason
    columns: frozenset[str]
    rows: Rows


def findings(snapshot: Snapshot, issues: Sequence[Issue]) -> tuple[Finding, ...]:
    """All failing rows of each issue, by running its query on the snapshot."""
    return tuple(
        Finding(issue.check, issue.reason, frozenset(issue.columns), failing_cells(snapshot, issue))
        for issue in issues
    )


def copied_text(issue: Issue, profile: Profile) -> bool:
    """Does it say that a free text is not in another table? Codes and names are referred to."""
    if issue.check != "reference" or len(issue.columns) != 1:
        return False
    return profile.column(issue.columns[0]).semantic is SemanticType.TEXT


def failed(
    fixes: Sequence[Fix], before: Sequence[Finding], after: Sequence[Finding]
) -> dict[int, str]:
    """Ids of the fixes that did not help, each with the reason in one line."""
    fresh = _fresh(before, after)
    found: dict[int, str] = {}
    for fix in fixes:
        assert fix.id is not None
        rows = np.asarray(fix.rows, np.int64)
        if why := _still(fix, rows, after) or _broke(fix, rows, fresh):
            found[fix.id] = why
    return found


def _fresh(before: Sequence[Finding], after: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings with only the rows that were not flagged before."""
    known: dict[tuple[str, frozenset[str]], Rows] = {}
    for finding in before:
        where = (finding.check, finding.columns)
        known[where] = np.union1d(known.get(where, NO_ROWS), finding.rows)
    fresh = []
    for finding in after:
        old = known.get((finding.check, finding.columns), NO_ROWS)
        rows = np.setdiff1d(finding.rows, old, assume_unique=True)
        if len(rows) and finding.reason not in REVEALED:
            fresh.append(Finding(finding.check, finding.reason, finding.columns, rows))
    return tuple(fresh)


def _still(fix: Fix, rows: Rows, after: Sequence[Finding]) -> str:
    for finding in after:
        if finding.check == fix.check and _touches(fix, finding):
            left = _common(rows, finding.rows)
            if left and not _means_missing(fix, finding):
                return f"{fix.check} still flags {left:,} of its {len(rows):,} rows"
    return ""


def _broke(fix: Fix, rows: Rows, fresh: Sequence[Finding]) -> str:
    for finding in fresh:
        if finding.check == fix.check or not _touches(fix, finding):
            continue
        new = _common(rows, finding.rows)
        if new and not _means_missing(fix, finding):
            return f"{finding.check} newly flags {new:,} of its {len(rows):,} rows"
    return ""


def _touches(fix: Fix, finding: Finding) -> bool:
    return not fix.columns or not finding.columns.isdisjoint(fix.columns)


def _means_missing(fix: Fix, finding: Finding) -> bool:
    emptied = {change.column for change in fix.changes if not change.after}
    return finding.reason is Reason.MISSING and bool(emptied & finding.columns)


def _common(rows: Rows, flagged: Rows) -> int:
    if not len(flagged):
        return 0
    spots = np.minimum(np.searchsorted(flagged, rows), len(flagged) - 1)
    return int(np.count_nonzero(flagged[spots] == rows))
