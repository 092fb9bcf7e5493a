"""`steward profile`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steward.cli.options import AsJson, StorePath, TableName
from steward.cli.session import opened, session, the_table, user_checks

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
    lang: Annotated[str, typer.Option(help="Language of the report: en or zh.")] = "en",
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Measure a table: types, missing values, ranges, keys, quality."""
    from steward import job
    from steward.errors import UsageError
    from steward.report.columns import profile_parts

    if lang not in ("en", "zh"):
        raise UsageError(f"There is no report in {lang}.", hint="--lang en or --lang zh.")
    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        name = the_table(home, table)
        measured = job.profile(home, name, step=step)
        issues = job.check(home, name, user_checks(None), step=step) if html else []
    if html is not None:
        from steward.report.profile_html import render_html

        html.write_text(render_html(measured, issues, lang="zh" if lang == "zh" else "en"), "utf-8")
    if as_json:
        screen.json("profile", {"profile": measured, "html": html})
        return
    screen.show(*profile_parts(measured))
    if html is not None:
        screen.line(f"Wrote {html}.")
    screen.advice(f"Next: steward check --table {measured.table}")
