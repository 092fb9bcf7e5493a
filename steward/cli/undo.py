"""`steward undo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.numbers import fix_number, is_fix, set_number
from steward.cli.options import AsJson, DryRun, StorePath
from steward.cli.session import opened, session

if TYPE_CHECKING:
    from steward.store import Store

EXAMPLES = (
    "steward undo c3        # a whole change set; a plain 3 means the same",
    "steward undo f12       # one fix inside its change set",
    "steward undo c3 --dry-run",
)


def undo(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A change set (c3 or 3) or a fix (f12).")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Take back a change set, or one fix of it.

    f12 is fix 12; c3, or a plain 3, is change set 3. Refused when a later change touched the same
    cells; the message names it. To undo an undo brings the change back.
    """
    from steward.report.terminal import counted

    screen = session(context).screen
    fix = is_fix(what)
    with opened(context, store, read_only=dry_run) as home, screen.working() as step:
        step(f"undoing {what}")
        if dry_run:
            cells, made = _cells(home, what), None
        else:
            made = home.undo_fix(fix_number(what)) if fix else home.undo(set_number(what))
            cells = made.cells
    if as_json:
        screen.json("undo", {"cells": cells, "change_set": made, "dry_run": dry_run})
    elif made is None:
        screen.line(f"Dry run: would take back {counted(cells, 'change')}; nothing was written.")
    else:
        name = f"fix f{fix_number(what)}" if fix else f"change set c{set_number(what)}"
        screen.line(f"Took back {name}: {counted(cells, 'change')}, in change set c{made.id}.")


def _cells(store: Store, what: str) -> int:
    from steward.errors import UsageError

    if is_fix(what):
        return store.fix(fix_number(what)).cells
    number = set_number(what)
    for one in store.history():
        if one.id == number:
            return one.cells
    raise UsageError(f"There is no change set c{number}.", hint="steward history lists them.")
