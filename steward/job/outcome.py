"""What came of applying fixes: counts, and a verdict for each fix with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from steward.types import Fix, FixKind


class Verdict(StrEnum):
    """What became of one fix."""

    SURVIVED = "survived"
    REVERTED = "reverted"
    SKIPPED = "skipped"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Judged:
    """One fix, its verdict, and why when it did not survive."""

    fix: Fix
    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of applying fixes to one table.

    `proposed` and `safe` count the fixes that waited before; `change_set` is None when nothing was
    applied (or on a dry run), `revert_set` names the change set that took failed fixes back.
    """

    table: str
    proposed: int
    safe: int
    judged: tuple[Judged, ...]
    change_set: int | None = None
    revert_set: int | None = None
    dry_run: bool = False

    def of(self, verdict: Verdict) -> tuple[Judged, ...]:
        """The fixes that got this verdict, in the order of their ids."""
        return tuple(judged for judged in self.judged if judged.verdict is verdict)

    @property
    def applied(self) -> int:
        """How many fixes were written, those later taken back included."""
        return self.survived + self.reverted

    @property
    def survived(self) -> int:
        """How many fixes were written and stayed."""
        return len(self.of(Verdict.SURVIVED))

    @property
    def reverted(self) -> int:
        """How many fixes were written and taken back because a check failed."""
        return len(self.of(Verdict.REVERTED))

    @property
    def skipped(self) -> int:
        """How many chosen fixes were not written: stale, or overlapped by a stronger one."""
        return len(self.of(Verdict.SKIPPED))

    @property
    def cells(self) -> int:
        """How many cells hold another value now (on a dry run: would hold)."""
        stay = (Verdict.SURVIVED, Verdict.PLANNED)
        return sum(judged.fix.cells for judged in self.judged if judged.verdict in stay)

    @property
    def rows_gone(self) -> int:
        """How many rows a merge took out, or a quarantine set aside (on a dry run: would)."""
        stay = (Verdict.SURVIVED, Verdict.PLANNED)
        return sum(_gone(judged.fix) for judged in self.judged if judged.verdict in stay)


def _gone(fix: Fix) -> int:
    if fix.kind is FixKind.MERGE:
        return len(fix.rows) - 1
    return len(fix.rows) if fix.kind is FixKind.QUARANTINE else 0
