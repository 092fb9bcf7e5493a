"""The profile of a table: every column's facts, and what holds between columns and batches."""

from __future__ import annotations

from steward.engine import Snapshot
from steward.profile.column import profile_column
from steward.profile.counts import Counts
from steward.types import Profile


def profile_table(snapshot: Snapshot) -> Profile:
    """Measure a snapshot."""
    columns = []
    for name in snapshot.columns:
        profile, _ = profile_column(name, Counts.of(snapshot.column(name)))
        columns.append(profile)
    return Profile(
        table=snapshot.name,
        rows=snapshot.rows,
        content_hash=snapshot.content_hash,
        columns=tuple(columns),
        batches=snapshot.batches,
    )
