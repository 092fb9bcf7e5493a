"""Takes a fix for safe only in rows whose voters are to be believed.

Where the brand of a row tells its country, a wrong brand tells a wrong one, and with one column
that tells, nothing in the table speaks against it: but for the title, which names another brand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from steward.engine import Snapshot
from steward.fixes.gate import may_be_safe
from steward.fixes.named import contradicted
from steward.types import Fix, FixKind, Profile, RowId, Safety

SAID = " But the title contradicts the column that tells this: that one may be wrong instead."


def with_believed_voters(snapshot: Snapshot, profile: Profile, fixes: Sequence[Fix]) -> list[Fix]:
    """The fixes; rows in which a text contradicts a determinant become fixes for a person."""
    asked = {
        (name, row)
        for fix in fixes
        if may_be_safe(fix)
        for name in _voters(fix)
        for row in fix.rows
    }
    wrong = contradicted(snapshot, profile, asked) if asked else set()
    return [part for fix in fixes for part in _split(fix, wrong)] if wrong else list(fixes)


def _voters(fix: Fix) -> set[str]:
    return {*fix.evidence.determinants} - {*fix.columns}


def _split(fix: Fix, wrong: set[tuple[str, RowId]]) -> Iterator[Fix]:
    doubted = tuple(
        row for row in fix.rows if any((name, row) in wrong for name in _voters(fix))
    )  # fmt: skip
    if not may_be_safe(fix) or not doubted:
        yield fix
        return
    believed = tuple(row for row in fix.rows if row not in {*doubted})
    if believed:
        yield replace(fix, rows=believed, kind=FixKind.CELL)
    evidence = replace(fix.evidence, text=fix.evidence.text + SAID)
    yield replace(fix, rows=doubted, kind=FixKind.CELL, evidence=evidence, safety=Safety.UNSAFE)
