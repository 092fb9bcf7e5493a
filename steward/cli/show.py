"""`steward show`."""

from __future__ import annotations

from typing import Annotated

import typer

from steward.cli.numbers import fix_number
from steward.cli.options import AsJson, StorePath
from steward.cli.session import opened, session

EXAMPLES = ("steward show 12",)


def show(
    context: typer.Context,
    fix: Annotated[str, typer.Argument(help="The number of a fix (12 or f12).")],
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Show one fix in full: values, evidence, query."""
    from steward.report.fixes import fix_lines

    screen = session(context).screen
    with opened(context, store, read_only=True) as home:
        found = home.fix(fix_number(fix))
    if as_json:
        screen.json("show", {"fix": found})
        return
    for name, text in fix_lines(found):
        screen.line(f"{name:>16}  {text}")
