"""`steward replay`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steward.cli.options import AsJson, ChecksFile, DryRun, StorePath
from steward.cli.session import opened, session, the_table

EXAMPLES = (
    "steward replay items.recipe.yaml",
    "steward replay items.recipe.yaml --table items_april --dry-run",
)


def replay(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A recipe, as steward recipe writes it.")],
    table: Annotated[
        str | None,
        typer.Option("--table", "-t", help="The table; default: the recipe's.", show_default=False),
    ] = None,
    checks: ChecksFile = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Make a recipe's decisions again on a new delivery.

    A step is made where its old values are found; the checks run again, and what did not help is
    taken back.
    """
    from steward import job
    from steward.report.outcome import outcome_parts, replay_document

    made = job.read_recipe(file)
    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        name = the_table(home, table or made.table)
        user = job.recipe_checks(made, checks)
        done = job.replay(home, name, made, user_checks=user, dry_run=dry_run, step=step)
    if as_json:
        screen.json("replay", replay_document(done))
        return
    found = len(done.matched) - done.unmatched
    screen.line(f"{found:,} of {len(done.matched):,} steps found their old values in {name}.")
    screen.show(*outcome_parts(done.outcome))
