"""Fixes that nothing proposes because no statistic could carry them, but one answer can.

Each family is a guess of a kind of mistake; its fixes wait for a person and stand or fall together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from steward.engine import Snapshot
from steward.teach.counting import counted
from steward.teach.merged import merged
from steward.teach.scaled import scaled
from steward.teach.slips import slips
from steward.teach.strayed import strayed
from steward.types import Fix, FixKind, Profile, Safety

MOST_ROWS = 200_000
"""Longer tables are asked only about what is proposed anyway."""

FAMILIES: tuple[Callable[[Snapshot, Profile], Iterator[Fix]], ...] = (
    counted,
    merged,
    strayed,
    slips,
    scaled,
)


def candidates(snapshot: Snapshot, profile: Profile, fixes: Sequence[Fix]) -> Iterator[Fix]:
    """Further fixes to ask about.

    Args:
        snapshot: the table.
        profile: its profile.
        fixes: what is proposed; a candidate that would only write the same is left out.
    """
    if snapshot.rows > MOST_ROWS:
        return
    taken = {
        (row, change.column, change.after)
        for fix in fixes
        if fix.kind in (FixKind.MAPPING, FixKind.CELL) and fix.safety is not Safety.DISPLAY
        for row in fix.rows
        for change in fix.changes
    }
    for family in FAMILIES:
        for fix in family(snapshot, profile):
            if any((row, c.column, c.after) not in taken for row in fix.rows for c in fix.changes):
                yield fix
