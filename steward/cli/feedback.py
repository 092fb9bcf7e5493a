"""`steward feedback`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from steward.cli.options import AsJson, DryRun, StorePath
from steward.cli.session import opened, session

if TYPE_CHECKING:
    from steward.cli.screen import Screen
    from steward.job.feedback import Feedback
    from steward.types import Batch

EXAMPLES = (
    "steward feedback --searches searches --clicks clicks",
    "steward feedback --searches searches --clicks clicks --judgments clicked",
    "steward feedback --searches sessions --queries queries --json",
)


def feedback(
    context: typer.Context,
    searches: Annotated[str, typer.Option(help="Table of what was shown: a row a result.")],
    clicks: Annotated[
        str | None,
        typer.Option(
            help="Table of clicks; none when --searches says what was clicked.", show_default=False
        ),
    ] = None,
    queries: Annotated[
        str | None,
        typer.Option(help="Table of queries, where others name them by id.", show_default=False),
    ] = None,
    items: Annotated[str, typer.Option(help="Table of items.")] = "items",
    text: Annotated[
        str | None,
        typer.Option(help="What is searched: '{title} {brand}'.", show_default=False),
    ] = None,
    judgments: Annotated[
        str | None,
        typer.Option(help="Write judgments told by clicks to this table.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Queries to show; 0 shows all.")] = 20,
    sql: Annotated[
        int | None, typer.Option(help="Show the query of this issue.", show_default=False)
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Learn from searches and clicks: which searches fail, and which cells are to blame.

    The fixes that wait tell what cells should hold, so run steward fix first. With --judgments,
    grades estimated from clicks, corrected for position, are kept as a table.
    """
    from steward.job.feedback import Logs, find_feedback, write_judgments
    from steward.retrieval.item_text import ItemText

    logs = Logs(searches, clicks, queries, items, ItemText(text) if text else None)
    screen = session(context).screen
    with opened(context, store, read_only=dry_run or judgments is None) as home:
        with screen.working() as step:
            found = find_feedback(home, logs, step=step)
        kept = None
        if judgments and not dry_run:
            kept = write_judgments(home, found, logs, judgments)
    if sql is not None:
        screen.line(_query(found, sql))
    elif as_json:
        screen.json("feedback", _document(found, kept, dry_run))
    else:
        _show(screen, found, kept, limit)


def _document(found: Feedback, kept: Batch | None, dry_run: bool) -> dict[str, Any]:
    judged = [
        {
            **{"query": one.query, "item": one.item, "grade": one.grade},
            **{"confidence": one.confidence, "attraction": one.estimate.value},
        }
        for one in found.judgments
    ]
    return {
        **{"table": found.table, "template": found.template, "dry_run": dry_run},
        **{"searches": found.searches, "queries": found.queries},
        **{"failing": found.failing, "issues": found.issues, "causes": found.causes},
        **{"unexplained": found.unexplained, "judgments": judged, "batch": kept},
    }


def _show(screen: Screen, found: Feedback, kept: Batch | None, limit: int) -> None:
    from steward.report.feedback import advice, feedback_parts
    from steward.report.terminal import counted

    screen.show(*feedback_parts(found, limit))
    if kept is not None:
        screen.line(f"{counted(kept.rows, 'judgment')} told by clicks are in table {kept.table}.")
    for line in advice(found):
        screen.advice(line)


def _query(found: Feedback, number: int) -> str:
    from steward.errors import UsageError

    if not 1 <= number <= len(found.issues):
        raise UsageError(f"There is no issue {number}.", hint=f"There are {len(found.issues)}.")
    return found.issues[number - 1].issue.sql
