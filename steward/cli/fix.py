"""`steward fix`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from steward.cli.drafting import drafter, drafting_document, tell_drafting
from steward.cli.options import AsJson, ChecksFile, DryRun, StorePath, TableName
from steward.cli.screen import Screen
from steward.cli.session import opened, session, the_table, user_checks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steward.job import Outcome
    from steward.types import Fix

EXAMPLES = (
    "steward fix --table items",
    "steward fix --table items --apply safe --dry-run",
    "steward fix --table items --apply safe",
    "steward fix --table items --agent --model http://127.0.0.1:8000/v1",
)


def fix(
    context: typer.Context,
    table: TableName = None,
    apply: Annotated[
        str | None, typer.Option(help="safe: apply what may be applied unseen.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Fixes to show; 0 shows all.")] = 40,
    checks: ChecksFile = None,
    agent: Annotated[
        bool, typer.Option("--agent", help="Let a model draft what statistics do not settle.")
    ] = False,
    model: Annotated[
        str | None,
        typer.Option("--model", help="Its server; default: STEWARD_MODEL_URL.", show_default=False),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Propose fixes with their evidence; apply the safe ones.

    With --apply safe: apply in one transaction, check again, take back what did not help.
    With --agent, a model drafts beside the statistics, and its backtest decides whether it counts.
    """
    from steward import job
    from steward.errors import UsageError
    from steward.types import Safety

    if apply not in (None, "safe"):
        raise UsageError(
            f"--apply takes safe, not {apply}.", hint="Others one by one: steward review, apply ID."
        )
    screen = session(context).screen
    outcome = None
    with opened(context, store) as home, screen.working() as step:
        name = the_table(home, table)
        user = user_checks(checks)
        asker = drafter(home, model, dry_run=dry_run, step=step) if agent or model else None
        fixes = job.propose(home, name, dry_run=dry_run, step=step, asker=asker)
        if apply:
            outcome = job.accept_and_apply(
                home,
                name,
                safety=Safety.SAFE,
                proposed=fixes if dry_run else None,
                user_checks=user,
                note="safe fixes, unseen",
                dry_run=dry_run,
                step=step,
            )
    if as_json:
        screen.json("fix", {**_document(name, fixes, outcome), **drafting_document(asker)})
    else:
        _show(screen, name, fixes, outcome, limit)
        tell_drafting(screen, asker)


def _document(name: str, fixes: Sequence[Fix], outcome: Outcome | None) -> dict[str, Any]:
    from steward.report.outcome import outcome_document

    applied = None if outcome is None else outcome_document(outcome)
    return {"table": name, "fixes": fixes, "outcome": applied}


def _show(
    screen: Screen, name: str, fixes: Sequence[Fix], outcome: Outcome | None, limit: int
) -> None:
    from steward.report.fixes import corrector_table, fix_table
    from steward.report.outcome import outcome_parts
    from steward.report.terminal import counted

    if not fixes:
        screen.line(f"There is nothing to propose for table {name}.")
    else:
        order = sorted(fixes, key=_weight)
        shown = order[:limit] if limit else order
        screen.show(fix_table(shown), "", corrector_table(fixes))
        if len(shown) < len(fixes):
            screen.advice(f"{len(fixes) - len(shown):,} more: --limit 0 shows all.")
        cells = sum(fix.cells for fix in fixes)
        screen.line(f"{counted(len(fixes), 'fix', 'fixes')}, {counted(cells, 'cell')}.")
    if outcome is None:
        if fixes:
            screen.advice(f"Next: steward fix --table {name} --apply safe, or steward review")
        return
    screen.show(*outcome_parts(outcome))
    if outcome.change_set is not None:
        screen.advice(f"Take it back: steward undo c{outcome.change_set}")


def _weight(fix: Fix) -> tuple[bool, int, int]:
    """Safe ones first, then those that write most cells, then the older."""
    return (fix.safety.value != "safe", -fix.cells, fix.id or 0)
