"""Makes the fix that a guess would write; it waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Guess:
    """Who guesses, what is wrong, why in words, and how sure the guess is of itself."""

    who: str
    reason: Reason
    text: str
    confidence: float


def guess(snapshot: Snapshot, why: Guess, changes: Sequence[Change], rows: Sequence[RowId]) -> Fix:
    """The fix that a guess would write into some rows."""
    names = ", ".join(quote_identifier(change.column) for change in changes)
    listed = ", ".join(str(row) for row in rows[:20])
    table = quote_identifier(snapshot.name)
    return Fix(
        table=snapshot.name,
        kind=FixKind.CELL,
        reason=why.reason,
        check=why.reason.value,
        changes=tuple(changes),
        rows=tuple(rows),
        provenance=Provenance(why.who, "1"),
        evidence=Evidence(
            why.text,
            sql=f"select {ROW}, {names} from {table} where {ROW} in ({listed}) order by {ROW}",
        ),
        confidence=round(why.confidence, 4),
        safety=Safety.UNSAFE,
    )
