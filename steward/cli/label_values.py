"""`steward label --task category`: a chance a value for each item, and cells likely wrong."""

from __future__ import annotations

from pathlib import Path

import typer

from steward.cli.session import opened, session, the_table
from steward.errors import UsageError


def label_a_column(
    context: typer.Context,
    store: Path | None,
    said: tuple[str | None, str | None, str | None, str | None],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Label a column; `said` is the table of items, its column, the sample and the text."""
    from steward.job.labelling_values import ValuePlan, label_values
    from steward.report.label_values import values_document, values_parts

    screen = session(context).screen
    items, label, sample, text = said
    with opened(context, store) as home, screen.working() as step:
        table, people = the_table(home, items), sample and the_table(home, sample)
        plan = ValuePlan(table, _column(label), people, text)
        found = label_values(home, plan, dry_run=dry_run, step=step)
    if as_json:
        screen.json("label", {"dry_run": dry_run, "task": plan.task, **values_document(found)})
        return
    screen.show(*values_parts(found))
    screen.line(f"Wrote {found.kept:,} labels." if found.kept else "Dry run: nothing was written.")
    screen.advice(f"Next: steward label audit --task category --items {table} --label {label}")


def audit_a_column(
    context: typer.Context,
    store: Path | None,
    said: tuple[str | None, str | None, str | None, str | None],
    *,
    limit: int,
    as_json: bool,
) -> None:
    """Show the cells of a column that are likely wrong; nothing is written."""
    from steward.job.labelling_values import ValuePlan, audit_values
    from steward.report.label_values import suspects_parts

    screen = session(context).screen
    items, label, sample, text = said
    with opened(context, store) as home, screen.working() as step:
        table, people = the_table(home, items), sample and the_table(home, sample)
        plan = ValuePlan(table, _column(label), people, text)
        read, suspects = audit_values(home, plan, step=step)
    if as_json:
        counted = {"task": plan.task, "items": len(read.votes.items), "suspects": len(suspects)}
        screen.json("label audit", {**counted, "cells": suspects[:limit]})
        return
    screen.show(*suspects_parts(read, suspects, limit))


def _column(label: str | None) -> str:
    if label is None:
        raise UsageError(
            "Say which column is to be labelled.", hint="--label COLUMN, a column of categories"
        )
    return label
