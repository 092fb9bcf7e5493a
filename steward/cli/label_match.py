"""`steward label --task match`: the chance that two rows are one thing, and verdicts in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from steward.cli.label_values import refuse_but
from steward.cli.session import opened, session, the_table
from steward.errors import UsageError

if TYPE_CHECKING:
    from steward.job.labelling_match import MatchPlan
    from steward.store import Store

OF_MATCHES = (
    *("items", "others", "sample", "pairs", "encoder", "text", "columns", "task"),
    *("limit", "dry_run", "as_json", "store", "person", "again"),
)
"""The options that mean something when pairs of rows are labelled."""


def refuse_of_grades(context: typer.Context) -> None:
    """Refuse options that say nothing about pairs of rows.

    Raises:
        UsageError: naming the option.
    """
    known = [name for name in OF_MATCHES[:7] if name in context.params]
    hint = f"With --task match: {', '.join(f'--{name}' for name in known)}."
    refuse_but(context, OF_MATCHES, "pairs of rows that match", hint)


def refuse_kept_names(task: str) -> None:
    """Refuse a name under which labels of pairs or values are kept, where a kind is meant.

    Raises:
        UsageError: `match:items` is no kind; taken for relevance, it would mix grades into them.
    """
    kind = task.partition(":")[0]
    if kind != task and kind in ("match", "category"):
        raise UsageError(
            f"{task} is a name of kept labels.", hint=f"--task {kind}, and the tables by --items"
        )


def label_the_matches(
    context: typer.Context, store: Path | None, *, dry_run: bool, as_json: bool
) -> None:
    """Label pairs of rows."""
    refuse_of_grades(context)
    from steward.job.labelling_match import label_matches
    from steward.report.label_match import matches_document, matches_parts

    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        plan = match_plan(home, context.params)
        found = label_matches(home, plan, dry_run=dry_run, step=step)
    if as_json:
        screen.json("label", {"dry_run": dry_run, "task": plan.task, **matches_document(found)})
        return
    screen.show(*matches_parts(found))
    screen.line(f"Wrote {found.kept:,} labels." if found.kept else "Dry run: nothing was written.")
    verb = "audit" if found.read.known else "review"
    screen.advice(f"Next: steward label {verb} --task match, with the same tables")


def audit_the_matches(
    context: typer.Context, store: Path | None, *, limit: int, dry_run: bool, as_json: bool
) -> None:
    """Show the verdicts that are likely wrong, and keep them for review."""
    refuse_of_grades(context)
    from steward.job.labelling_match import audit_matches
    from steward.report.label_match import match_audit_document, match_audit_parts

    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        plan = match_plan(home, context.params)
        found = audit_matches(home, plan, dry_run=dry_run, step=step)
    if as_json:
        told = match_audit_document(found, limit)
        screen.json("label audit", {"task": plan.task, **told})
        return
    screen.show(*match_audit_parts(found, limit))
    if found.suspects and not dry_run:
        screen.advice("Next: steward label review --task match, with the same tables")


def review_the_matches(context: typer.Context, store: Path | None, *, as_json: bool) -> None:
    """Let a person judge the queue, two rows beside each other."""
    from steward.cli.label_match_review import MatchReview

    refuse_of_grades(context)
    screen = session(context).screen
    with opened(context, store) as home:
        plan = match_plan(home, context.params)
        person, again = context.params["person"], context.params["again"]
        rounds = MatchReview.over(home, plan, screen, (person, again), silent=as_json)
        rounds.run()
    if as_json:
        screen.json("label review", {"task": plan.task, **rounds.document()})
    else:
        screen.line(rounds.summary())


def match_plan(store: Store, asked: Mapping[str, Any]) -> MatchPlan:
    """What the options ask for."""
    from steward.cli.index import judgment_columns
    from steward.job.labelling_match import MatchPlan

    names = {info.name for info in store.tables()}
    items = the_table(store, asked["items"] or ("items" if "items" in names else None))
    tables = {
        name: asked.get(name) and the_table(store, asked[name])
        for name in ("others", "sample", "pairs")
    }
    return MatchPlan(
        items,
        encoder=asked.get("encoder"),
        text=asked["text"],
        columns=judgment_columns(asked.get("columns")),
        **tables,
    )
