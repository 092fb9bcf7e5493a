"""`steward fixes`."""

from __future__ import annotations

from typing import Annotated

import typer

from steward.cli.options import AsJson, StorePath, TableName
from steward.cli.session import opened, session, the_table

EXAMPLES = ("steward fixes", "steward fixes --table items --status proposed")


def fixes(
    context: typer.Context,
    table: TableName = None,
    status: Annotated[
        str | None,
        typer.Option(help="Only these: proposed, accepted, applied, …", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Fixes to show; 0 shows all.")] = 40,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """List the fixes and what became of them."""
    from steward.errors import UsageError
    from steward.report.fixes import fix_table
    from steward.report.terminal import counted
    from steward.types import Status

    known = [one.value for one in Status]
    if status is not None and status not in known:
        raise UsageError(f"There is no status {status}.", hint=f"One of: {', '.join(known)}.")
    screen = session(context).screen
    with opened(context, store, read_only=True) as home:
        name = None if table is None else the_table(home, table)
        found = home.fixes(name, status=None if status is None else Status(status))
    if as_json:
        screen.json("fixes", {"fixes": found})
        return
    shown = found[:limit] if limit else found
    if shown:
        screen.show(fix_table(shown))
    cut = f", {len(shown)} shown" if len(shown) < len(found) else ""
    screen.line(f"{counted(len(found), 'fix', 'fixes')}{cut}.")
    screen.advice("One in full: steward show ID" if found else "Next: steward fix")
