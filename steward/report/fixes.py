"""Fixes for the terminal: one line a fix, a summary by corrector, and one fix in full."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.table import Table

from steward.report.terminal import Head, grid, shown
from steward.types import Backtest, Change, Fix, FixKind, Safety, Status

HEADS = (
    Head("fix", right=True),
    Head("column"),
    Head("change", fold=True),
    Head("rows", right=True),
    Head("why", fold=True),
    Head("right, measured", fold=True),
    Head("safety"),
)
STATUS = Head("status")


def fix_table(fixes: Sequence[Fix], *, title: str = "") -> Table:
    """One line a fix, with what speaks for it; the status where one is not just proposed."""
    if all(fix.status is Status.PROPOSED for fix in fixes):
        return grid(HEADS, [_line(fix) for fix in fixes], title=title)
    rows = [(*_line(fix), fix.status.value) for fix in fixes]
    return grid((*HEADS, STATUS), rows, title=title)


def corrector_table(fixes: Sequence[Fix]) -> Table:
    """How many fixes and cells each corrector proposes, by safety."""
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for fix in fixes:
        one = count[fix.provenance.corrector]
        one["fixes"] += 1
        one["cells"] += fix.cells
        one[fix.safety.value] += 1
    heads = (Head("corrector"), *(Head(name, right=True) for name in _COUNTED))
    rows = [(name, *(count[name][kind] for kind in _COUNTED)) for name in sorted(count)]
    return grid(heads, rows)


def change_text(fix: Fix) -> str:
    """What a fix does, in one line."""
    if fix.kind is FixKind.QUARANTINE:
        return "move aside"
    if fix.kind is FixKind.MERGE:
        gains = "; ".join(one_change(change) for change in fix.changes)
        return f"merge into row {fix.rows[0]}" + (f", {gains}" if gains else "")
    if len(fix.changes) == 1:
        return one_change(fix.changes[0])
    return "; ".join(f"{change.column}: {one_change(change)}" for change in fix.changes)


def one_change(change: Change) -> str:
    """An old value and a new one."""
    return f"{shown(change.before)} → {shown(change.after)}"


def measured(backtest: Backtest | None) -> str:
    """The precision a backtest measured, its interval, and on how many cells."""
    if backtest is None or not backtest.tried:
        return "not measured"
    low, high = backtest.lower * 100, backtest.upper * 100
    return f"{backtest.precision * 100:.1f} % [{low:.1f}, {high:.1f}] n={backtest.tried:,}"


def fix_lines(fix: Fix) -> list[tuple[str, str]]:
    """Everything about one fix, as names and texts."""
    evidence = fix.evidence
    lines = [
        ("fix", f"{fix.id} on table {fix.table} ({fix.status.value}, {fix.safety.value})"),
        ("change", change_text(fix)),
        ("columns", ", ".join(fix.columns) or "whole rows"),
        ("rows", f"{len(fix.rows):,}: {_first(fix.rows)}"),
        ("issue", f"{fix.reason.value}, found by {fix.check}"),
        ("why", evidence.text),
        ("votes", _votes(fix)),
        ("decided by", ", ".join(evidence.determinants)),
        ("agreed by", ", ".join(evidence.agreed_by)),
        ("right, measured", measured(evidence.backtest)),
        ("false alarms", _alarms(evidence.backtest)),
        ("confidence", f"{fix.confidence:.3f}"),
        ("made by", _maker(fix)),
        ("query", " ".join(evidence.sql.split())),
    ]
    return [(name, text) for name, text in lines if text]


_COUNTED = ("fixes", "cells", *(safety.value for safety in Safety))


def _line(fix: Fix) -> tuple[object, ...]:
    return (
        str(fix.id) if fix.id is not None else "–",
        ", ".join(fix.columns) or "(rows)",
        change_text(fix),
        f"×{len(fix.rows):,}",
        shown(fix.evidence.text, 120),
        measured(fix.evidence.backtest),
        fix.safety.value,
    )


def _first(rows: Sequence[int], limit: int = 10) -> str:
    more = ", …" if len(rows) > limit else ""
    return ", ".join(str(row) for row in rows[:limit]) + more


def _votes(fix: Fix) -> str:
    evidence = fix.evidence
    if not evidence.votes_for and not evidence.votes_against:
        return ""
    return f"{evidence.votes_for:g} for, {evidence.votes_against:g} against"


def _alarms(backtest: Backtest | None) -> str:
    if backtest is None or not backtest.clean:
        return ""
    return f"{backtest.false_alarms:,} of {backtest.clean:,} cells where nothing was wrong"


def _maker(fix: Fix) -> str:
    who = fix.provenance
    model = f", prompt {who.prompt} {who.digest} on {who.model}" if who.model else ""
    return f"{who.corrector} {who.version}{model}"
