"""`steward history`."""

from __future__ import annotations

import typer

from steward.cli.options import AsJson, StorePath, TableName
from steward.cli.session import opened, session, the_table

EXAMPLES = ("steward history", "steward history --table items --json")


def history(
    context: typer.Context,
    table: TableName = None,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """List what was applied, reverted and undone, and when."""
    from steward.report.history import change_sets

    screen = session(context).screen
    with opened(context, store, read_only=True) as home:
        found = home.history(None if table is None else the_table(home, table))
    if as_json:
        screen.json("history", {"change_sets": found})
    elif found:
        screen.show(change_sets(found))
        screen.advice("Cells of one: steward diff c1. Take one back: steward undo c1")
    else:
        screen.line("Nothing has been changed yet.")
