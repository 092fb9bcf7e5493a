"""`steward check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.options import AsJson, ChecksFile, DryRun, StorePath, TableName
from steward.cli.screen import Screen
from steward.cli.session import opened, session, the_table, user_checks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steward.store import Store
    from steward.types import Issue

EXAMPLES = (
    "steward check --table items",
    "steward check --table items --write checks.yaml",
    "steward check --table items --sql 3",
    "steward check --table items --quarantine 3",
    "steward check --table items --fail",
)


def check(
    context: typer.Context,
    table: TableName = None,
    checks: ChecksFile = None,
    write: Annotated[
        Path | None,
        typer.Option(
            help="Write the inferred checks to a file, to keep, edit or mute.", show_default=False
        ),
    ] = None,
    quarantine: Annotated[
        str | None,
        typer.Option(
            help="Move the rows of this issue (number or name) aside.", show_default=False
        ),
    ] = None,
    sql: Annotated[
        str | None, typer.Option(help="Show the query of this issue.", show_default=False)
    ] = None,
    fail: Annotated[
        bool, typer.Option("--fail", help="Leave with code 8 if there is an issue.")
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="Issues to show; 0 shows all.")] = 40,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Find what is wrong: inferred checks, and your own.

    Each issue has a number, its rows, and the query that shows them.
    """
    from steward import job
    from steward.errors import GateError
    from steward.report.terminal import counted

    screen = session(context).screen
    with opened(context, store) as home:
        name = the_table(home, table)
        with screen.working() as step:
            issues = job.check(home, name, user_checks(checks), dry_run=dry_run, step=step)
        if write is not None:
            _write(issues, write, dry_run=dry_run)
        if quarantine is not None:
            _quarantine(home, name, issues, quarantine, screen, dry_run=dry_run, as_json=as_json)
            return
    if sql is not None:
        screen.line(job.find_issue(issues, sql).sql)
    elif as_json:
        screen.json("check", {"table": name, "issues": issues, "written": write})
    else:
        _show(screen, name, issues, write, limit)
    if fail and issues:
        raise GateError(
            f"{counted(len(issues), 'issue')} in table {name}.", hint=f"steward fix --table {name}"
        )


def _show(
    screen: Screen, name: str, issues: Sequence[Issue], written: Path | None, limit: int
) -> None:
    from steward.report.issues import issue_table
    from steward.report.terminal import counted

    if issues:
        screen.show(issue_table(issues[:limit] if limit else issues))
    rows = sum(issue.rows for issue in issues)
    cut = f", {limit} shown" if 0 < limit < len(issues) else ""
    flag = "it flags" if len(issues) == 1 else "they flag"
    found = f"{counted(len(issues), 'issue')} in table {name}{cut}"
    screen.line(f"{found}; {flag} {counted(rows, 'row')} in all." if issues else f"{found}.")
    if written is not None:
        screen.line(f"Wrote {written}.")
    if issues:
        screen.advice(f"Next: steward fix --table {name}; rows of one: steward check --sql 1")


def _write(issues: Sequence[Issue], target: Path, *, dry_run: bool) -> None:
    from steward.checks import inferred_yaml
    from steward.errors import UsageError

    if target.exists():
        raise UsageError(f"{target} is there already.", hint="Name another file, or move it away.")
    if not dry_run:
        target.write_text(inferred_yaml(issues), "utf-8")


def _quarantine(
    store: Store,
    name: str,
    issues: Sequence[Issue],
    wanted: str,
    screen: Screen,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    from steward import job
    from steward.report.outcome import outcome_document
    from steward.report.terminal import counted

    issue = job.find_issue(issues, wanted)
    with screen.working() as step:
        outcome = job.quarantine(store, name, issue, dry_run=dry_run, step=step)
    if as_json:
        screen.json("check", outcome_document(outcome))
        return
    rows = len(outcome.judged[0].fix.rows)
    if dry_run:
        screen.line(
            f"Dry run: would move {counted(rows, 'row')} of {name} aside; nothing was written."
        )
        return
    screen.line(
        f"Moved {counted(rows, 'row')} of {name} aside in change set c{outcome.change_set}."
    )
    screen.advice(f"Take them back: steward undo c{outcome.change_set}")
