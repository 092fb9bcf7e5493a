"""In which order a person sees proposed fixes, and which of them are of one kind."""

from __future__ import annotations

from collections.abc import Iterable

from steward.types import Fix, Status


def review_order(fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes still proposed, those that write most cells first, then the older."""
    waiting = [fix for fix in fixes if fix.status is Status.PROPOSED]
    return sorted(waiting, key=lambda fix: (-fix.cells, -len(fix.rows), fix.id or 0))


def alike(one: Fix, other: Fix) -> bool:
    """Were both made by the same corrector, for the same reason, in the same columns?"""
    return _kind(one) == _kind(other)


def _kind(fix: Fix) -> tuple[object, ...]:
    return (fix.table, fix.provenance, fix.reason, fix.columns, fix.safety, fix.kind)
