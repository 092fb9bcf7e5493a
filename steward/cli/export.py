"""`steward export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steward.cli.options import AsJson, DryRun, StorePath, TableName
from steward.cli.session import opened, session, the_table

EXAMPLES = (
    "steward export --table items clean.csv",
    "steward export --table items clean.parquet",
    "steward export --table items same.csv --as-source",
)


def export(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="The file to write.")],
    table: TableName = None,
    format: Annotated[
        str | None, typer.Option(help="csv, tsv, jsonl, parquet or sqlite; default: from the name.")
    ] = None,
    as_source: Annotated[
        bool,
        typer.Option("--as-source", help="In the encoding, delimiter and line ends it came in."),
    ] = False,
    null: Annotated[str, typer.Option(help="How a CSV writes null.")] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if it is there.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Write a table to a file, complete or not at all."""
    from steward.errors import UsageError
    from steward.report.terminal import counted

    screen = session(context).screen
    with opened(context, store, read_only=True) as home, screen.working() as step:
        name = the_table(home, table)
        if target.exists() and not force:
            raise UsageError(f"{target} is there already.", hint="--force replaces it.")
        step(f"writing {target}")
        rows = home.table(name).rows
        if not dry_run:
            rows = home.export(name, target, format=format, as_source=as_source, null=null)
    if as_json:
        screen.json("export", {"table": name, "target": target, "rows": rows, "dry_run": dry_run})
        return
    verb = "Dry run: would write" if dry_run else "Wrote"
    screen.line(f"{verb} {counted(rows, 'row')} of table {name} to {target}.")
