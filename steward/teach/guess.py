"""Makes the fix that a guess would write; it waits for a person."""

from __future__ import annotations

from collections.abc import Sequence

from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.types import (
    ROW,
    Change,
    Evidence,
    Fix,
    FixKind,
    Provenance,
    Reason,
    RowId,
    Safety,
)


def guess(
    snapshot: Snapshot,
    who: str,
    reason: Reason,
    changes: Sequence[Change],
    rows: Sequence[RowId],
    text: str,
    confidence: float,
) -> Fix:
    """A fix of the cells of some rows, guessed by `who`, with its own idea of its confidence."""
    names = ", ".join(quote_identifier(change.column) for change in changes)
    listed = ", ".join(str(row) for row in rows[:20])
    table = quote_identifier(snapshot.name)
    return Fix(
        table=snapshot.name,
        kind=FixKind.CELL,
        reason=reason,
        check=reason.value,
        changes=tuple(changes),
        rows=tuple(rows),
        provenance=Provenance(who, "1"),
        evidence=Evidence(
            text, sql=f"select {ROW}, {names} from {table} where {ROW} in ({listed}) order by {ROW}"
        ),
        confidence=round(confidence, 4),
        safety=Safety.UNSAFE,
    )
