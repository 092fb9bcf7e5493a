"""`steward diff`."""

from __future__ import annotations

from typing import Annotated

import typer

from steward.cli.numbers import set_number
from steward.cli.options import AsJson, StorePath
from steward.cli.session import opened, session

EXAMPLES = ("steward diff c1", "steward diff c1 --limit 0 --json")


def diff(
    context: typer.Context,
    change_set: Annotated[str, typer.Argument(help="A change set (3 or c3).")],
    limit: Annotated[int, typer.Option(min=0, help="Lines to show; 0 shows all.")] = 40,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Show every cell that a change set wrote."""
    from steward.report.history import journal

    screen = session(context).screen
    with opened(context, store, read_only=True) as home:
        lines = home.diff(set_number(change_set))
    shown = lines[:limit] if limit else lines
    if as_json:
        screen.json(
            "diff", {"change_set": set_number(change_set), "lines": shown, "of": len(lines)}
        )
        return
    if shown:
        screen.show(journal(shown))
    screen.line(
        f"{len(lines):,} lines" + (f", {len(shown)} shown." if len(shown) < len(lines) else ".")
    )
