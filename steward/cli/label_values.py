"""`steward label --task category`: a chance a value for each item, and cells likely wrong."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from steward.cli.session import opened, session, the_table
from steward.errors import UsageError

if TYPE_CHECKING:
    from steward.job.labelling_values import ValuePlan
    from steward.store import Store

Said = tuple[str | None, str | None, str | None, str | None]
"""The table of items, its column, the sample and the text, as a person gave them."""
OF_COLUMNS = ("items", "column", "sample", "text", "task", "limit", "dry_run", "as_json", "store")
"""The options that mean something when a column is labelled."""


def refuse_of_pairs(context: typer.Context) -> None:
    """Refuse options that say nothing about a column: none is passed over in silence.

    Raises:
        UsageError: naming the option.
    """
    hint = "With --task category: --items, --label, --sample and --text."
    refuse_but(context, OF_COLUMNS, "the labels of a column", hint)


def refuse_of_columns(context: typer.Context) -> None:
    """Refuse --label and --others where pairs of query and item are labelled.

    Raises:
        UsageError: always when one was given.
    """
    if context.params.get("column") is not None:
        raise UsageError(
            "--label names a column, and pairs of query and item were asked for.",
            hint="Add --task category to label the column, or leave --label out.",
        )
    if context.params["others"] is not None:
        raise UsageError(
            "--others names a table to match, and pairs of query and item were asked for.",
            hint="Add --task match to label pairs of rows, or leave --others out.",
        )


def refuse_but(context: typer.Context, kept: Collection[str], of: str, hint: str) -> None:
    """Refuse every option that was given and is not one of these.

    Raises:
        UsageError: naming the option.
    """
    for name in context.params:
        source = context.get_parameter_source(name)
        given = source is not None and source.name != "DEFAULT"
        if given and name not in kept:
            option = {"column": "label"}.get(name, name).replace("_", "-")
            raise UsageError(f"--{option} says nothing about {of}.", hint=hint)


def label_a_column(
    context: typer.Context,
    store: Path | None,
    said: Said,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Label a column."""
    from steward.job.labelling_values import label_values
    from steward.report.label_values import values_document, values_parts

    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        plan = _plan(home, said)
        found = label_values(home, plan, dry_run=dry_run, step=step)
    if as_json:
        screen.json("label", {"dry_run": dry_run, "task": plan.task, **values_document(found)})
        return
    screen.show(*values_parts(found))
    screen.line(f"Wrote {found.kept:,} labels." if found.kept else "Dry run: nothing was written.")
    screen.advice(
        f"Next: steward label audit --task category --items {plan.items} --label {plan.label}"
    )


def audit_a_column(
    context: typer.Context,
    store: Path | None,
    said: Said,
    *,
    limit: int,
    as_json: bool,
) -> None:
    """Show the cells of a column that are likely wrong; nothing is written."""
    from steward.job.labelling_values import audit_values
    from steward.report.label_values import suspects_parts

    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        plan = _plan(home, said)
        read, suspects = audit_values(home, plan, step=step)
    if as_json:
        counted = {"task": plan.task, "items": len(read.votes.items), "suspects": len(suspects)}
        screen.json("label audit", {**counted, "cells": suspects[:limit]})
        return
    screen.show(*suspects_parts(read, suspects, limit))


def _plan(store: Store, said: Said) -> ValuePlan:
    from steward.job.labelling_values import ValuePlan

    items, label, sample, text = said
    if label is None:
        raise UsageError(
            "Say which column is to be labelled.", hint="--label COLUMN, a column of categories"
        )
    people = sample and the_table(store, sample)
    return ValuePlan(the_table(store, items), label, people, text)
