"""`steward balance`: a balanced training table of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.options import AsJson, DryRun, StorePath, TableName
from steward.cli.session import opened, session, the_table

if TYPE_CHECKING:
    from steward.job.augmenting_balance import Balanced

EXAMPLES = (
    "steward balance --table items --label category --dry-run",
    "steward balance --table items --label category --ratio 3",
    "steward balance --table items --label category --method generate",
)


def balance(
    context: typer.Context,
    label: Annotated[str, typer.Option(help="The column of classes.")],
    table: TableName = None,
    method: Annotated[
        str, typer.Option(help="repeat, drop, or generate (rows that pass a test).")
    ] = "repeat",
    ratio: Annotated[
        float, typer.Option(min=1.0, help="Largest class over smallest, afterwards.")
    ] = 1.0,
    part: Annotated[
        str, typer.Option(help="Column that says train, valid or test; default: found.")
    ] = "",
    into: Annotated[str, typer.Option(help="Name of the table to make.")] = "",
    seed: Annotated[int, typer.Option(help="Same seed, same rows.")] = 0,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Write a table in which every class has its share of rows, for training alone.

    Rows of validation and test are never touched, and the table itself stays as it is.
    """
    from steward.job.augmenting_balance import BalanceSettings, balance_table

    screen = session(context).screen
    settings = BalanceSettings(label, part, method, ratio, seed, into)
    with opened(context, store) as home, screen.working() as step:
        name = the_table(home, table)
        found = balance_table(home, name, settings, dry_run=dry_run, step=step)
    if as_json:
        screen.json("balance", {"balanced": found, "dry_run": dry_run})
        return
    from steward.report.augment import balance_parts

    screen.show(*balance_parts(found))
    total = sum(found.plan.after.values())
    verb = "Dry run: would write" if dry_run else "Wrote"
    screen.line(f"{verb} {found.written or total:,} rows into table {found.place.into}.")
    screen.advice(_next(found, dry_run))


def _next(found: Balanced, dry_run: bool) -> str:
    if dry_run:
        return "Leave --dry-run out to write them."
    return f"Next: steward profile --table {found.place.into}"
