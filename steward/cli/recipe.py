"""`steward recipe`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steward.cli.options import AsJson, ChecksFile, StorePath, TableName
from steward.cli.session import CHECKS_FILE, opened, session, the_table, user_checks

EXAMPLES = (
    "steward recipe items.recipe.yaml --table items",
    "steward recipe --table items        # prints it",
)


def recipe(
    context: typer.Context,
    target: Annotated[
        Path | None, typer.Argument(help="The file to write; default: print it.")
    ] = None,
    table: TableName = None,
    checks: ChecksFile = None,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Write down what was decided, for the next delivery."""
    from steward import job
    from steward.errors import UsageError

    if target is not None and target.exists():
        raise UsageError(f"{target} is there already.", hint="Name another file, or move it away.")
    screen = session(context).screen
    own = checks or (CHECKS_FILE if CHECKS_FILE.is_file() else None)
    with opened(context, store, read_only=True) as home:
        made = job.export_recipe(home, the_table(home, table), checks=_text(own))
    if target is not None:
        target.write_text(made.to_yaml(), "utf-8")
    if as_json:
        screen.json("recipe", {"recipe": made, "target": target})
    elif target is None:
        screen.line(made.to_yaml().rstrip("\n"))
    else:
        screen.line(f"Wrote {len(made.steps):,} steps to {target}; {made.left_out} could not be.")
        screen.advice(f"Next delivery: steward replay {target} --table {made.table}")


def _text(own: Path | None) -> str:
    """The checks file as it is, once it is known to be right."""
    if own is None:
        return ""
    user_checks(own)
    return own.read_text("utf-8-sig")
