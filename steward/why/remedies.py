"""What could be done: fixes that are proposed for the affected cells, and the commands to run."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from steward.answers import Action, Fixable
from steward.engine import Snapshot
from steward.types import Fix, FixKind, Profile, Safety, Status
from steward.why.causes import Affected
from steward.why.scope import Scope
from steward.why.words import say

CELLS = (FixKind.MAPPING, FixKind.CELL)


def proposed_fixes(scope: Scope, column: str, *, measure: bool) -> list[Fix]:
    """Stored proposals that write to a column; with `measure`, made now if there are none.

    Making them takes seconds to minutes: every corrector that writes to the column is put through
    its backtest on this very table. Nothing is kept.
    """
    stored = scope.store.fixes(scope.table, status=Status.PROPOSED)
    if stored or not measure:
        return [fix for fix in stored if column in fix.columns]
    from steward.fixes import propose
    from steward.fixes.corrector import Selective
    from steward.fixes.registry import CORRECTORS, WRITING

    chosen = [
        _ForColumn(c, column) if isinstance(c, Selective) and not isinstance(c, WRITING) else c
        for c in CORRECTORS
    ]
    made = propose(scope.snapshot, scope.profile, correctors=chosen)
    return [fix for fix in made if column in fix.columns]


class _ForColumn:
    """A selective corrector, asked about one column and no other."""

    def __init__(self, corrector: Any, column: str) -> None:
        self.name: str = corrector.name
        self.version: str = corrector.version
        self.injections: tuple[str, ...] = corrector.injections
        self._corrector, self._column = corrector, column

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterable[Fix]:
        """Propose fixes for the one column."""
        return self.propose_for(snapshot, profile, [self._column])

    def propose_for(
        self, snapshot: Snapshot, profile: Profile, columns: Collection[str]
    ) -> Iterable[Fix]:
        """The same for some columns, as the backtest asks."""
        found: Iterable[Fix] = self._corrector.propose_for(snapshot, profile, columns)
        return found


def fixable(scope: Scope, affected: Affected, fixes: Sequence[Fix]) -> tuple[Fixable, ...]:
    """How many affected cells each corrector would write, and its measured precision."""
    cells: dict[str, set[int]] = defaultdict(set)
    safe: dict[str, set[int]] = defaultdict(set)
    tested: dict[str, Fix] = {}
    ids = set(scope.snapshot.row_ids[affected.mask].tolist())
    for fix in fixes:
        if fix.kind not in CELLS:
            continue
        name = fix.provenance.corrector
        mine = ids.intersection(fix.rows)
        cells[name] |= mine
        if fix.safety is Safety.SAFE:
            safe[name] |= mine
        if fix.evidence.backtest is not None:
            tested.setdefault(name, fix)
    return tuple(
        _one(name, len(found), len(safe[name]), tested.get(name))
        for name, found in sorted(cells.items(), key=lambda c: (-len(c[1]), c[0]))
        if found
    )


def _one(name: str, cells: int, safe: int, tested: Fix | None) -> Fixable:
    measured = tested.evidence.backtest if tested else None
    known = measured is not None and measured.tried > 0
    precision = round(measured.precision, 4) if known and measured else None
    return Fixable(name, cells, safe, precision, measured.tried if measured else 0)


def fix_actions(
    scope: Scope, column: str, affected: Affected, fixes: Sequence[Fix]
) -> list[Action]:
    """Commands that exist, in the order to run them."""
    table, name = shlex.quote(scope.table), shlex.quote(column)
    if not fixes:
        return [Action(f"steward fix --table {table}", say("action_propose"))]
    cells = _reached(scope, affected, fixes)
    if not cells:
        return []
    review = f"steward review --table {table} --column {name}"
    actions = [Action(review, say("action_review", cells=cells))]
    safe = _reached(scope, affected, [fix for fix in fixes if fix.safety is Safety.SAFE])
    if safe:
        command = f"steward fix --table {table} --apply safe"
        actions.append(Action(command, say("action_safe", cells=safe)))
    return actions


def _reached(scope: Scope, affected: Affected, fixes: Sequence[Fix]) -> int:
    """Affected rows that some fix writes to."""
    ids = set(scope.snapshot.row_ids[affected.mask].tolist())
    written = {row for fix in fixes if fix.kind in CELLS for row in fix.rows}
    return len(ids & written)
