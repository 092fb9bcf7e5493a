"""`steward ingest`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs, urlparse

import typer

from steward.cli.options import AsJson, DryRun, StorePath
from steward.cli.session import opened, session

if TYPE_CHECKING:
    from steward.sources import Delivery

EXAMPLES = (
    "steward ingest items.csv --table items --key item_id",
    "steward ingest march.csv --table items --mode upsert",
    "steward ingest old.txt --table items --encoding gb18030 --delimiter ';'",
    "steward ingest 'postgresql://me@db/shop?table=items' --table items",
)


def ingest(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="A file, or the URL of a database table.")],
    table: Annotated[
        str | None,
        typer.Option(
            "--table", "-t", help="Name in the store; default: the file's.", show_default=False
        ),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="Names a row; repeat for several, or write a,b.",
            show_default=False,
        ),
    ] = None,
    mode: Annotated[
        str, typer.Option(help="append, or upsert: replace rows of the same key.")
    ] = "append",
    format: Annotated[
        str | None,
        typer.Option(help="csv, tsv, jsonl, parquet, xlsx or sqlite; default: from the name."),
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a text file; default: detected.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Of a CSV file; default: detected.")] = None,
    null: Annotated[str | None, typer.Option(help="Text that means null in a CSV file.")] = None,
    source_table: Annotated[
        str | None, typer.Option(help="The table of a database, or the sheet of a workbook.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Take a delivery into the store, exactly as it came.

    Every cell keeps its text. A delivery that cannot be read is refused whole.
    """
    from steward.errors import UsageError
    from steward.report.terminal import counted
    from steward.sources import open_delivery

    if mode not in ("append", "upsert"):
        raise UsageError(f"There is no mode {mode}.", hint="--mode append or --mode upsert.")
    name = table or _name_of(source)
    delivery = open_delivery(
        source,
        format=format,
        encoding=encoding,
        delimiter=delimiter,
        null=null,
        source_table=source_table,
    )
    columns = tuple(part.strip() for given in key or () for part in given.split(","))
    screen = session(context).screen
    with opened(context, store, read_only=dry_run) as home, screen.working() as step:
        step(f"reading {source}")
        if dry_run:
            payload = _counted(delivery, name)
        else:
            batch = home.ingest(delivery, name, key=columns, mode=mode)
            payload = {"batch": batch, "table": name, "rows": batch.rows}
    payload |= {"columns": delivery.columns, "dialect": delivery.dialect, "dry_run": dry_run}
    if as_json:
        screen.json("ingest", payload)
        return
    verb = "Dry run: would take" if dry_run else "Took"
    size = f"{counted(payload['rows'], 'row')} × {counted(len(delivery.columns), 'column')}"
    screen.line(
        f"{verb} {size} from {source} into table {name}"
        + ("." if dry_run else f", batch {payload['batch'].id}.")
    )
    screen.advice(f"Next: steward profile --table {name}, steward check --table {name}")


def _counted(delivery: Delivery, name: str) -> dict[str, Any]:
    """Read the whole delivery, so that a dry run finds what a real one would refuse."""
    return {"table": name, "rows": sum(batch.num_rows for batch in delivery.batches())}


def _name_of(source: str) -> str:
    """A table name from a path or URL: letters of any script, digits and underscores."""
    if "://" in source:
        stem = parse_qs(urlparse(source).query).get("table", ["table"])[0]
    else:
        stem = Path(source).name.split(".")[0]
    return re.sub(r"\W+", "_", stem).strip("_") or "table"
