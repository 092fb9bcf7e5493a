"""`steward apply`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.numbers import fix_number
from steward.cli.options import AsJson, ChecksFile, DryRun, StorePath, TableName
from steward.cli.session import opened, session, the_table, user_checks

if TYPE_CHECKING:
    from steward.store import Store

EXAMPLES = ("steward apply 12", "steward apply 12 14 15 --dry-run", "steward apply all")


def apply(
    context: typer.Context,
    fixes: Annotated[
        list[str], typer.Argument(help="Numbers of fixes, or all: what review accepted.")
    ],
    table: TableName = None,
    checks: ChecksFile = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Apply fixes, verify them, take back what did not help.

    All in one transaction. A fix whose old value is gone is refused.
    """
    from steward import job
    from steward.report.outcome import outcome_document, outcome_parts
    from steward.types import Status

    screen = session(context).screen
    outcomes = []
    with opened(context, store) as home, screen.working() as step:
        user = user_checks(checks)
        for name, numbers in _chosen(home, fixes, table).items():
            outcomes.append(
                job.accept_and_apply(
                    home,
                    name,
                    fixes=numbers,
                    status=Status.ACCEPTED if numbers is None else None,
                    user_checks=user,
                    dry_run=dry_run,
                    step=step,
                )
            )
    if as_json:
        screen.json("apply", {"outcomes": [outcome_document(one) for one in outcomes]})
        return
    if not outcomes:
        screen.line("No fix is accepted and waiting.")
        screen.advice("Next: steward review")
    for outcome in outcomes:
        screen.show(*outcome_parts(outcome))


def _chosen(store: Store, given: list[str], table: str | None) -> dict[str, list[int] | None]:
    """The fixes to apply, by table; None for all that were accepted."""
    from steward.errors import UsageError
    from steward.types import Status

    if given == ["all"]:
        name = None if table is None else the_table(store, table)
        return dict.fromkeys(fix.table for fix in store.fixes(name, status=Status.ACCEPTED))
    if "all" in given:
        raise UsageError("Either all, or numbers of fixes.")
    chosen: dict[str, list[int] | None] = {}
    for fix in [store.fix(fix_number(one)) for one in given]:
        numbers = chosen.setdefault(fix.table, [])
        assert numbers is not None
        numbers.append(fix.id or 0)
    return chosen
