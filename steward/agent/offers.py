"""The fixes on offer: those proposed for the table as it stands, found anew when it has changed."""

from __future__ import annotations

from steward.agent.draft import DRAFT
from steward.job import profile, propose
from steward.job.choose import holds
from steward.match import DuplicateRows, NearDuplicates
from steward.store import Store
from steward.types import Fix, Status

_SETTING = "offered_at:{}"


def offered_fixes(store: Store, table: str) -> list[Fix]:
    """The fixes proposed for a table; proposes first if it changed since that was last done here.

    Numbers that were told stay as they are: fixes go beside the ones that still hold, and those
    that do not hold any more are marked stale.
    """
    state = _state(store, table)
    waiting = store.fixes(table, status=Status.PROPOSED)
    made = [fix for fix in waiting if fix.provenance.corrector != DRAFT]
    name = _SETTING.format(store.table(table).name)
    if not made or store.setting(name) != state:
        _offer_anew(store, table, waiting, made)
        store.set_setting(name, state)
    return store.fixes(table, status=Status.PROPOSED)


def find_merges(store: Store, table: str) -> list[Fix]:
    """Groups of rows that seem to be one thing, as merges that nothing has decided on yet."""
    snapshot, measured = store.snapshot(table), profile(store, table)
    found = list(DuplicateRows().propose(snapshot, measured))
    taken = {row for fix in found for row in fix.rows}
    near = NearDuplicates().propose(snapshot, measured)
    return [*found, *(fix for fix in near if not taken.intersection(fix.rows))]


def _state(store: Store, table: str) -> str:
    """Names the table as it stands, and the last change to it: a fix undone is offered again."""
    changes = store.history(table)
    return f"{store.content_hash(table)} {changes[-1].id if changes else 0}"


def _offer_anew(store: Store, table: str, waiting: list[Fix], made: list[Fix]) -> None:
    fresh = propose(store, table, dry_run=True)
    snapshot = store.snapshot(table)
    wanted = {_what(fix) for fix in fresh}
    gone = [fix for fix in made if _what(fix) not in wanted]
    gone += [fix for fix in waiting if fix not in made and not holds(snapshot, fix)]
    store.mark([fix.id for fix in gone if fix.id is not None], Status.STALE)
    known = {_what(fix) for fix in made}
    store.save_fixes(table, [fix for fix in fresh if _what(fix) not in known], beside=True)


def _what(fix: Fix) -> tuple[object, ...]:
    return (fix.kind, fix.changes, fix.rows, fix.safety)
