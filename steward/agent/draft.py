"""A fix that a model drafts: kept as unsafe, with what can be measured; never applied here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from steward.agent.visible import cut, visible
from steward.checks import failing_cells, run_checks
from steward.engine import Snapshot
from steward.errors import ToolRetry
from steward.job import profile
from steward.job.verify import failed, findings
from steward.store import Store
from steward.types import Change, Evidence, Fix, FixKind, Issue, Provenance, Reason, Safety, Status

MODEL: ContextVar[str] = ContextVar("model", default="")
"""Name of the model whose tool calls run now; the loop sets it."""

DRAFT = "draft"
VERSION = "1"


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted fix and what was measured: `why_not` is why checks would take it back, if so.

    Of its cells, correctors that propose something propose the `same` or something `other`;
    `known` rows hold the new value already.
    """

    fix: Fix
    why_not: str
    same: int
    other: int
    known: int


def draft_fix(
    store: Store,
    table: str,
    change: Change,
    rows: Sequence[int] | None,
    why: str,
) -> Draft:
    """Draft a change of one column, measure it, and save it as an unsafe proposal.

    Args:
        store: an open store.
        table: the table.
        change: the column, its old and its new value (None: null).
        rows: ids of the rows it is meant for; every row that holds the old value when None.
        why: the model's reason, kept as text.

    Raises:
        ToolRetry: no row holds the old value, or old and new are the same.
    """
    snapshot = store.snapshot(table)
    if change.before == change.after:
        raise ToolRetry("The old and the new value are the same.")
    at = _positions(snapshot, change, rows)
    ids = tuple(snapshot.row_ids[at].tolist())
    issues, fix = _fix(store, snapshot, change, ids, rows is None)
    draft = _measured(store, snapshot, fix, at, issues)
    text = f"{visible(cut(why, 300))} ({_said(draft)})"
    fix = replace(fix, evidence=replace(fix.evidence, text=text))
    (saved,) = store.save_fixes(table, [fix], beside=True)
    return replace(draft, fix=saved)


def _positions(snapshot: Snapshot, change: Change, rows: Sequence[int] | None) -> Any:
    values = snapshot.column(change.column).to_pylist()
    wanted = None if rows is None else set(rows)
    ids = snapshot.row_ids.tolist()
    at = [
        position
        for position, value in enumerate(values)
        if value == change.before and (wanted is None or ids[position] in wanted)
    ]
    if not at:
        common = Counter(value for value in values if value).most_common(5)
        shown = ", ".join(visible(cut(value, 40)) for value, _ in common)
        raise ToolRetry(
            f"No row holds that old value in {change.column}; cells must match exactly."
            f" Common values: {shown}. See them with search_values."
        )
    return np.asarray(at, np.int64)


def _fix(
    store: Store, snapshot: Snapshot, change: Change, ids: tuple[int, ...], everywhere: bool
) -> tuple[list[Issue], Fix]:
    measured = profile(store, snapshot.name)
    issues = run_checks(snapshot, measured, columns=[change.column])
    flagged = [(len(set(failing_cells(snapshot, i).tolist()) & set(ids)), i) for i in issues]
    most, issue = max(flagged, key=lambda pair: pair[0], default=(0, None))
    return issues, Fix(
        table=snapshot.name,
        kind=FixKind.MAPPING if everywhere else FixKind.CELL,
        reason=issue.reason if issue is not None and most else Reason.USER,
        check=issue.check if issue is not None and most else "user",
        changes=(change,),
        rows=ids,
        provenance=Provenance(DRAFT, VERSION, model=MODEL.get()),
        evidence=Evidence(""),
        safety=Safety.UNSAFE,
        id=0,
    )


def _measured(
    store: Store, snapshot: Snapshot, fix: Fix, at: Any, issues: Sequence[Issue]
) -> Draft:
    """Check the table as it would be, by the profile from before; ask who else fixes the cells."""
    (change,) = fix.changes
    values = snapshot.column(change.column).to_pylist()
    known = sum(value == change.after for value in values)
    for position in at.tolist():
        values[position] = change.after
    after = snapshot.replace({change.column: pa.array(values, pa.string())})
    measured = profile(store, snapshot.name)
    later = run_checks(after, measured, columns=[change.column])
    reasons = failed([fix], findings(snapshot, issues), findings(after, later))
    cells: Counter[bool] = Counter()
    for other in store.fixes(snapshot.name, status=Status.PROPOSED):
        for one in other.changes:
            if one.column == change.column and other.provenance.corrector != DRAFT:
                cells[one.after == change.after] += len(set(other.rows) & set(fix.rows))
    return Draft(fix, reasons.get(0, ""), cells[True], cells[False], known)


def _said(draft: Draft) -> str:
    return (
        f"drafted, precision not measured; correctors agree on {draft.same} cells and differ on"
        f" {draft.other}; {draft.known} rows hold the new value already; "
        + (f"checks object: {draft.why_not}" if draft.why_not else "checks do not object")
    )
