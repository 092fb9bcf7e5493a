"""`steward label`: how relevant items are, which value an item has, which rows are the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steward.cli.label_match import (
    audit_the_matches,
    label_the_matches,
    refuse_kept_names,
    review_the_matches,
)
from steward.cli.label_values import (
    audit_a_column,
    label_a_column,
    refuse_of_columns,
    refuse_of_pairs,
)
from steward.cli.options import AsJson, DryRun, StorePath
from steward.cli.plotting import PlotFile, check_plot, write_plot
from steward.cli.session import opened, session, the_table
from steward.errors import UsageError

if TYPE_CHECKING:
    from steward.job.labelling import LabelPlan
    from steward.store import Store

EXAMPLES = (
    "steward label --queries queries --items items --dry-run",
    "steward label --queries queries --items items --sources rules,lexical --sample judgments",
    "steward label --queries queries --items items --sources clicks --impressions shown",
    "steward label --task category --items items --label colour --dry-run",
    "steward label --task match --items items --others offers --sample judged_pairs",
    "steward label audit --queries queries --items items --sample judgments",
    "steward label audit --task category --items items --label colour",
    "steward label audit --task match --items items --sample judged_pairs",
    "steward label audit --sample judgments --plot audit.svg",
    "steward label review",
    "steward label review --task match --items items",
)

app = typer.Typer(
    name="label",
    help="Label how relevant items are, which category an item has, or which rows are the same.",
    invoke_without_command=True,
    rich_markup_mode=None,
    epilog="\n".join(("\b", "Examples:", *(f"  {line}" for line in EXAMPLES))),
)

TABLES = ("sample", "impressions", "clicks", "purchases", "pairs")
PLAIN = ("depth", "encoder", "text", "task", "click_model")

Items = Annotated[str | None, typer.Option(help="The table of items.", show_default=False)]
Queries = Annotated[
    str | None, typer.Option(help="The table with the words of queries.", show_default=False)
]
Sources = Annotated[str, typer.Option(help="Some of rules,lexical,clicks,encoder.")]
Sample = Annotated[
    str | None, typer.Option(help="A table of judgments by people.", show_default=False)
]
Others = Annotated[
    str | None,
    typer.Option(
        help="With --task match: the other table; default: repeats within --items.",
        show_default=False,
    ),
]
Encoder = Annotated[
    str | None, typer.Option(help="minilm, a folder or an address.", show_default=False)
]
Text = Annotated[
    str | None,
    typer.Option(help="What an item says; default: the columns of words.", show_default=False),
]
Columns = Annotated[
    str | None,
    typer.Option(
        help="Of the sample: QUERY,ITEM,GRADE (match: LEFT,RIGHT,SAME).", show_default=False
    ),
]
Task = Annotated[
    str,
    typer.Option(
        help="category labels a column (--label), match pairs of rows; any other name is of "
        "relevance, kept under it."
    ),
]
Column = Annotated[
    str | None,
    typer.Option("--label", help="With --task category: the column.", show_default=False),
]


@app.callback()
def label(
    context: typer.Context,
    queries: Queries = None,
    items: Items = None,
    task: Task = "relevance",
    column: Column = None,
    others: Others = None,
    sources: Sources = "rules,lexical",
    sample: Sample = None,
    impressions: Annotated[
        str | None, typer.Option(help="A table of what was shown.", show_default=False)
    ] = None,
    clicks: Annotated[
        str | None, typer.Option(help="A table of clicks, if apart.", show_default=False)
    ] = None,
    purchases: Annotated[
        str | None, typer.Option(help="A table of purchases.", show_default=False)
    ] = None,
    click_model: Annotated[
        str, typer.Option(help="What no click means: position or dbn (the last click).")
    ] = "position",
    pairs: Annotated[
        str | None, typer.Option(help="A table naming the pairs to label.", show_default=False)
    ] = None,
    depth: Annotated[int, typer.Option(min=1, help="Items a query, without --pairs.")] = 20,
    encoder: Encoder = None,
    text: Text = None,
    columns: Columns = None,
    model: Annotated[
        str | None,
        typer.Option("--model", help="A model server that judges too.", show_default=False),
    ] = None,
    least: Annotated[
        float, typer.Option(help="The κ with people that a model must surely reach.")
    ] = 0.4,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Label pairs of query and item (one chance a grade), or a column (one chance a value).

    With --sample (judgments by people) it says how far each source and all together agree with
    them. A model behind --model judges that sample first, and labels nothing if it does badly.
    With --task category, the cell, its row's other columns, the words of its texts and the people
    of --sample (item, value) are joined. With --task match, titles, codes, numbers and columns say
    how likely two rows are the same thing, within --items or between it and --others.
    """
    if context.invoked_subcommand is not None:
        return
    refuse_kept_names(task)
    if task == "category":
        refuse_of_pairs(context)
        said = (items, column, sample, text)
        label_a_column(context, store, said, dry_run=dry_run, as_json=as_json)
        return
    if task == "match":
        label_the_matches(context, store, dry_run=dry_run, as_json=as_json)
        return
    refuse_of_columns(context)
    from steward.job.labelling import label_pairs
    from steward.label.compare import compare_sources
    from steward.report.label import comparison_parts, labelled_document, labelled_parts

    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        plan = _plan(home, context.params)
        if model is not None:
            _judge(context, home, plan, (model, least), dry_run=dry_run, as_json=as_json)
        found = label_pairs(home, plan, dry_run=dry_run, step=step)
        step("comparing the sources")
        compared = compare_sources(found.votes, found.known) if found.fitted.losses else None
    if as_json:
        screen.json("label", {"dry_run": dry_run, **labelled_document(found, compared)})
        return
    screen.show(*labelled_parts(found), *(comparison_parts(compared) if compared else ()))
    done = f"Wrote {found.kept:,} labels." if found.kept else "Dry run: nothing was written."
    screen.line(done)
    screen.advice("Next: steward label audit, or steward label review")


@app.command()
def audit(
    context: typer.Context,
    queries: Queries = None,
    items: Items = None,
    task: Task = "relevance",
    column: Column = None,
    others: Others = None,
    sources: Sources = "rules,lexical",
    sample: Sample = None,
    encoder: Encoder = None,
    text: Text = None,
    columns: Columns = None,
    limit: Annotated[int, typer.Option(min=0, help="Labels in doubt to show.")] = 20,
    plot: PlotFile = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Find labels that are likely wrong, who disagrees, and what a person should judge first.

    The queue is kept for steward label review. --plot draws how far the chances may be believed,
    and how many wrong labels, planted among these, are found along the queue. With --task category:
    cells that are likely wrong, and no queue; with match: verdicts on pairs of rows.
    """
    check_plot(plot)
    refuse_kept_names(task)
    if task == "category":
        refuse_of_pairs(context)
        said = (items, column, sample, text)
        audit_a_column(context, store, said, limit=limit, as_json=as_json)
        return
    if task == "match":
        audit_the_matches(context, store, limit=limit, dry_run=dry_run, as_json=as_json)
        return
    refuse_of_columns(context)
    from steward.job.labelling_audit import audit_labels
    from steward.report.label import audit_document, audit_parts

    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        plan = _plan(home, context.params)
        found = audit_labels(home, plan, dry_run=dry_run, step=step)
        if plot is not None:
            from steward.evaluate.audit_plots import label_audit_svg

            step("planting wrong labels, to see how many are found")
            write_plot(plot, label_audit_svg(found.unseen))
    if as_json:
        screen.json("label audit", {**audit_document(found, limit), "plot": plot})
        return
    screen.show(*audit_parts(found, limit))
    if plot is not None:
        screen.line(f"Wrote {plot}.")
    if found.queue:
        screen.advice("Next: steward label review")


@app.command()
def review(
    context: typer.Context,
    queries: Queries = None,
    items: Items = None,
    task: Task = "relevance",
    others: Others = None,
    person: Annotated[
        str | None, typer.Option("--as", help="Who judges; default: the login.", show_default=False)
    ] = None,
    again: Annotated[
        int, typer.Option(min=0, help="After so many pairs, one that others judged; 0: never.")
    ] = 5,
    language: Annotated[str, typer.Option(help="Of the guidelines: en or zh.")] = "en",
    text: Text = None,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Judge the queue, a key a pair; kept at once.

    1 exact, 2 substitute, 3 complement, 4 irrelevant; u takes the last back, s skips, g shows the
    guidelines, q quits. With --task match: 1 the same, 2 not the same.
    """
    from steward.cli.label_review import LabelReview

    refuse_kept_names(task)
    if task == "match":
        review_the_matches(context, store, as_json=as_json)
        return
    if others is not None:
        refuse_of_columns(context)
    if language not in ("en", "zh"):
        raise UsageError(f"There are no guidelines in {language!r}.", hint="--language en or zh")
    screen = session(context).screen
    with opened(context, store) as home:
        rounds = LabelReview.of(
            home, _texts(home, items, text), screen, (person, task, again, language), silent=as_json
        )
        rounds.run()
    if as_json:
        screen.json("label review", rounds.document())
    else:
        screen.line(rounds.summary())


def _plan(store: Store, asked: Mapping[str, Any]) -> LabelPlan:
    """What the options ask for; `asked` maps their names to values, not each command has all."""
    from steward.cli.index import judgment_columns
    from steward.job.labelling import LabelPlan

    said: dict[str, Any] = {name: asked[name] for name in PLAIN if name in asked}
    for name in TABLES:
        said[name] = asked.get(name) and the_table(store, asked[name])
    return LabelPlan(
        *_tables(store, asked["items"], asked["queries"]),
        sources=tuple(name.strip() for name in asked["sources"].split(",") if name.strip()),
        columns=judgment_columns(asked["columns"]),
        **said,
    )


def _tables(store: Store, items: str | None, queries: str | None) -> tuple[str, str]:
    """Items and queries: as named, else by the names that tables usually have."""
    names = {info.name for info in store.tables()}
    return (
        the_table(store, items or ("items" if "items" in names else None)),
        the_table(store, queries or ("queries" if "queries" in names else None)),
    )


def _texts(store: Store, items: str | None, text: str | None) -> dict[str, str]:
    from steward.retrieval.data import read_search_data
    from steward.retrieval.item_text import ItemText

    names = {info.name for info in store.tables()}
    name = the_table(store, items or ("items" if "items" in names else None))
    template = None if text is None else ItemText(text)
    return dict(read_search_data(store.snapshot(name), text=template).texts)


def _judge(
    context: typer.Context,
    store: Store,
    plan: LabelPlan,
    wanted: tuple[str, float],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Let a model judge, if it passes the gate; `GateError` otherwise."""
    from steward.job.labelling_judge import judge_pairs
    from steward.report.label_judge import judged_parts

    screen = session(context).screen
    with screen.working() as step:
        judged = judge_pairs(store, plan, *wanted, dry_run=dry_run, step=step)
    if not as_json:
        screen.show(*judged_parts(judged))
    judged.refuse()
