"""`steward init`."""

from __future__ import annotations

from typing import Annotated

import typer

from steward.cli.options import AsJson, DryRun, StorePath
from steward.cli.session import session

EXAMPLES = ("steward init", "steward --store shop.db init")


def init(
    context: typer.Context,
    exist_ok: Annotated[
        bool, typer.Option("--exist-ok", help="Do not mind if the store is there.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Make an empty store.

    One SQLite file keeps the tables, the fixes and the history of every change.
    """
    from steward.errors import StoreError
    from steward.store import Store

    path = store or session(context).store
    screen = session(context).screen
    there = path.exists()
    if not path.absolute().parent.is_dir():
        raise StoreError(f"There is no folder {path.parent}.", hint="Make it first, with mkdir.")
    if there and not exist_ok:
        raise StoreError(f"{path} is there already.", hint="Use it, or name another with --store.")
    if there:
        Store(path, read_only=True).close()
    elif not dry_run:
        Store.create(path).close()
    if as_json:
        screen.json("init", {"store": path, "created": not there and not dry_run})
        return
    screen.line(_said(str(path), there=there, dry_run=dry_run))
    screen.advice("Next: steward ingest items.csv --table items")


def _said(path: str, *, there: bool, dry_run: bool) -> str:
    if there:
        return f"{path} is there already."
    return f"Dry run: would make the store {path}." if dry_run else f"Made the store {path}."
