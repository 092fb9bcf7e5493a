"""`steward why`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from steward.cli.options import AsJson, StorePath, TableName
from steward.cli.session import opened, session, the_table

if TYPE_CHECKING:
    from steward.answers import Explanation
    from steward.store import Store

EXAMPLES = (
    "steward why category_path --table items",
    "steward why price --wrong",
    "steward why --duplicates",
    "steward why --changes --since 4",
    "steward why --where \"supplier = 'S04'\"",
    "steward why --fit --language zh",
    "steward why --row 12",
)


def why(
    context: typer.Context,
    column: Annotated[
        str | None, typer.Argument(help="Why does it lack values?", show_default=False)
    ] = None,
    table: TableName = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="Why are its values wrong?")] = False,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Why do rows repeat others?")
    ] = False,
    changes: Annotated[bool, typer.Option("--changes", help="What changed since --since?")] = False,
    since: Annotated[
        str | None,
        typer.Option(help="A batch, or a day (2024-05-01); default: the last.", show_default=False),
    ] = None,
    where: Annotated[
        str | None, typer.Option(help="How do rows with this condition differ?", show_default=False)
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(help="The rows to compare with; default: all others.", show_default=False),
    ] = None,
    fit: Annotated[bool, typer.Option("--fit", help="Is it fit to train on?")] = False,
    row: Annotated[
        int | None, typer.Option(help="Where does this row come from?", show_default=False)
    ] = None,
    measure: Annotated[
        bool, typer.Option("--measure", help="Propose fixes now, to count what can be fixed.")
    ] = False,
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    sql: Annotated[
        int | None, typer.Option(help="Show the query of this proof.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Find out why: where, since when, by what cause, with proof. No model is asked.

    Numbers in brackets are proofs: queries that steward query runs to the same rows.
    """
    from steward.errors import UsageError
    from steward.report.why import explanation_text, in_language

    if language not in ("en", "zh"):
        raise UsageError(f"Unknown language {language}.", hint="--language en or zh.")
    spoken = cast(Literal["en", "zh"], language)
    asked = {
        "wrong": wrong, "duplicates": duplicates, "changes": changes or since is not None,
        "where": where is not None, "fit": fit, "row": row is not None,
    }  # fmt: skip
    question = _question(column, [name for name, given in asked.items() if given])
    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        name = the_table(home, table)
        step(f"looking into {name}")
        if question == "changes":
            found = _changes(home, name, since)
        elif question == "where":
            found = _slices(home, name, where or "", against)
        elif question == "row" and row is not None:
            found = _row(home, name, row, column)
        else:
            found = _explain(home, name, question, column, measure=measure)
    if sql is not None:
        screen.line(_query(found, sql))
    elif as_json:
        screen.json("why", {"explanation": in_language(found, spoken)})
    else:
        screen.show(explanation_text(found, spoken))


def _question(column: str | None, asked: list[str]) -> str:
    """Which of the questions is asked; a column alone asks why it lacks values."""
    from steward.errors import UsageError

    if len(asked) > 1:
        raise UsageError(f"One question at a time, not --{' and --'.join(asked)}.")
    if asked == ["wrong"] and column is None:
        raise UsageError("Which column is wrong?", hint="steward why price --wrong")
    if not asked and column is None:
        raise UsageError(
            "Why what?", hint="steward why COLUMN, or --duplicates, --changes, --fit …"
        )
    return asked[0] if asked else "missing"


def _explain(
    store: Store, table: str, question: str, column: str | None, *, measure: bool
) -> Explanation:
    from steward import why

    if question == "duplicates":
        return why.explain_duplicates(store, table)
    if question == "fit":
        return why.judge_fitness(store, table)
    if question == "wrong":
        return why.explain_wrong(store, table, column or "", measure=measure)
    return why.explain_missing(store, table, column or "", measure=measure)


def _changes(store: Store, table: str, since: str | None) -> Explanation:
    from steward.why import explain_changes

    return explain_changes(store, table, since)


def _slices(store: Store, table: str, where: str, against: str | None) -> Explanation:
    from steward.why import compare_slices

    return compare_slices(store, table, where, against)


def _row(store: Store, table: str, row: int, column: str | None) -> Explanation:
    from steward.why import trace_lineage

    return trace_lineage(store, table, row, column)


def _query(found: Explanation, number: int) -> str:
    from steward.errors import UsageError

    if not 1 <= number <= len(found.proofs):
        raise UsageError(f"There is no proof {number}.", hint=f"1 to {len(found.proofs)}.")
    return found.proofs[number - 1].sql
