"""`steward tables`."""

from __future__ import annotations

import typer

from steward.cli.options import AsJson, StorePath
from steward.cli.session import opened, session

EXAMPLES = ("steward tables", "steward tables --json")


def tables(context: typer.Context, as_json: AsJson = False, store: StorePath = None) -> None:
    """List the tables: rows, key, deliveries, sources."""
    from steward.report.history import stored_tables

    screen = session(context).screen
    with opened(context, store, read_only=True) as home:
        found = home.tables()
    if as_json:
        screen.json("tables", {"tables": found})
    elif found:
        screen.show(stored_tables(found))
    else:
        screen.line("The store holds no table yet.")
        screen.advice("Next: steward ingest items.csv --table items")
