"""Which items of a table merges took out, and which speak for them now."""

from __future__ import annotations

from steward.retrieval.merged import MergedItems
from steward.store import Store
from steward.store.tables import MERGED
from steward.types import FixKind, Status


def merged_items(store: Store, table: str) -> MergedItems | None:
    """The rows that merges in force took out of the table; None if there are none."""
    name = store.table(table).name
    if not any(info.name == name + MERGED and info.rows for info in store.tables()):
        return None
    merges = [fix for fix in store.fixes(name, status=Status.APPLIED) if fix.kind is FixKind.MERGE]
    into = {int(row): int(fix.rows[0]) for fix in merges for row in fix.rows[1:]}
    return MergedItems(store.snapshot(name + MERGED), into)
