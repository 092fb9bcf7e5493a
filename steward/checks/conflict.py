"""Sources that disagree about one thing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from steward.checks.dependency import dependency_sql
from steward.checks.finding import issue_from_sql
from steward.checks.groups import group_codes, votes
from steward.checks.values import present_codes
from steward.checks.verdict import MAJORITY, MIN_TOP
from steward.engine import Snapshot
from steward.types import ColumnProfile, Issue, Profile, Reason, SemanticType

MIN_ROWS = 50
MAX_SOURCES = 100
MIN_SHARED = 3.0
"""A thing is told by three sources on average, or nobody can be outvoted."""

UNIQUE_SHARE = 0.98
MAX_WRONG = 0.4
CHANCE_RATIO = 0.35


def conflict(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Rows in which a source contradicts most other sources about the same thing.

    A table is read as told by several sources when one column names few sources and another one
    things, every source tells of a thing at most once, and a thing is told by three on average. A
    value is shown when at least three sources agree on another, three to one. Columns that a
    dependency covers already, and columns in which sources hardly ever agree, are left alone.
    """
    found = _panel(snapshot, profile)
    if found is None:
        return
    source, thing = found
    covered = {d.dependent for d in profile.dependencies if d.determinant == (thing.name,)}
    for column in profile.columns:
        if column.name in (source.name, thing.name) or column.name in covered:
            continue
        if not _agree(snapshot, thing, column):
            continue
        issue = issue_from_sql(
            snapshot,
            dependency_sql(snapshot.name, profile, column.name, [[thing.name]]),
            check="conflict",
            reason=Reason.CONFLICT,
            columns=[column.name],
            message=f"{{rows}} rows ({{share}}) hold another {column.name} than most of the "
            f"{source.name}s that tell of the same {thing.name}.",
        )
        if issue is not None:
            yield issue


def _panel(snapshot: Snapshot, profile: Profile) -> tuple[ColumnProfile, ColumnProfile] | None:
    if snapshot.rows < MIN_ROWS:
        return None
    full = [c for c in profile.columns if c.present == c.rows and c.semantic in WORDS]
    things = [c for c in full if 2 <= c.distinct <= snapshot.rows / MIN_SHARED]
    things.sort(key=lambda c: (-c.distinct, c.name))
    sources = [c for c in full if MIN_SHARED <= c.distinct <= MAX_SOURCES]
    for thing in things[:3]:
        for source in sources:
            if source.distinct * thing.distinct < snapshot.rows or source.name == thing.name:
                continue
            pairs = group_codes([present_codes(snapshot, c) for c in (source, thing)])
            if len(np.unique(pairs)) >= UNIQUE_SHARE * snapshot.rows:
                return source, thing
    return None


WORDS = frozenset({SemanticType.ID, SemanticType.CODE, SemanticType.CATEGORY, SemanticType.TEXT,
                   SemanticType.GTIN, SemanticType.URL})  # fmt: skip


def _agree(snapshot: Snapshot, thing: ColumnProfile, column: ColumnProfile) -> bool:
    """Do most rows that can be compared side with a clear majority?"""
    group = present_codes(snapshot, thing).astype(np.int64)
    value = present_codes(snapshot, column)
    seen = votes(group, value)
    rows = int(seen.rows.sum())
    clear = (seen.top >= MIN_TOP) & (seen.top >= MAJORITY * (seen.total - seen.top))
    if not rows or int(seen.rows[clear].sum()) < (1 - MAX_WRONG) * rows:
        return False
    # Sources that agree because the column hardly varies at all say nothing about the thing.
    shares = np.bincount(value[value >= 0]) / rows
    wrong = int(seen.rows[~seen.is_top].sum())
    return wrong <= CHANCE_RATIO * (1.0 - float((shares**2).sum())) * rows
