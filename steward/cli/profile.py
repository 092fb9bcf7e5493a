"""`steward profile`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steward.cli.options import AsJson, StorePath, TableName
from steward.cli.session import opened, session, the_table

EXAMPLES = (
    "steward profile --table items",
    "steward profile --table items --html report.html",
    "steward profile --table items --json",
)


def profile(
    context: typer.Context,
    table: TableName = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a report as one HTML file.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Measure a table: types, missing values, ranges, keys, quality."""
    from steward import job
    from steward.report.columns import profile_parts

    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        measured = job.profile(home, the_table(home, table), step=step)
    if html is not None:
        from steward.report.profile_html import html_report

        html.write_text(html_report(measured), "utf-8")
    if as_json:
        screen.json("profile", {"profile": measured, "html": html})
        return
    screen.show(*profile_parts(measured))
    if html is not None:
        screen.line(f"Wrote {html}.")
    screen.advice(f"Next: steward check --table {measured.table}")
