"""`steward index`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.options import AsJson, DryRun, StorePath
from steward.cli.screen import Screen
from steward.cli.session import opened, session, the_table

if TYPE_CHECKING:
    from steward.retrieval.index_manifest import Manifest
    from steward.retrieval.judgments import JudgmentColumns

EXAMPLES = (
    "steward index --items items",
    "steward index --items items --encoder minilm",
    "steward index --items items --encoder minilm --judgments judgments --queries queries",
    "steward index --items items --text '{title} {brand}' --reranker http://127.0.0.1:8000",
)


def index(
    context: typer.Context,
    items: Annotated[
        str | None,
        typer.Option(
            *("--items", "--table", "-t"),
            help="The table to search; may be left out when there is only one.",
            show_default=False,
        ),
    ] = None,
    judgments: Annotated[
        str | None,
        typer.Option(
            help="A table of judged queries: a stage is used only if it won on them.",
            show_default=False,
        ),
    ] = None,
    queries: Annotated[
        str | None,
        typer.Option(
            help="A table with the words of queries, if judgments name them by id.",
            show_default=False,
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(help="QUERY,ITEM,GRADE of the judgments, if not told.", show_default=False),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(help="What an item says; default: the columns of words.", show_default=False),
    ] = None,
    item_id: Annotated[
        str | None, typer.Option(help="The column that names items.", show_default=False)
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            help="minilm, a folder, an address, or none; default: the promoted one.",
            show_default=False,
        ),
    ] = None,
    reranker: Annotated[
        str | None,
        typer.Option(
            help="A folder, an address, or none; default: the promoted one.", show_default=False
        ),
    ] = None,
    ranker: Annotated[
        str | None,
        typer.Option(help="A folder, or none; default: the promoted one.", show_default=False),
    ] = None,
    use_all: Annotated[
        bool, typer.Option("--use-all", help="Use every stage, whether it won or not.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Make a table searchable: by words, by vectors, and by what re-orders the best.

    The index of before is used until the new one is whole. With --judgments every stage is tried
    on held-out queries and used only where it won.
    """
    from steward.job.search_build import IndexPlan, build_index

    screen = session(context).screen
    with opened(context, store, read_only=True) as home, screen.working() as step:
        plan = IndexPlan(
            table=the_table(home, items),
            judgments=judgments and the_table(home, judgments),
            queries=queries and the_table(home, queries),
            columns=judgment_columns(columns),
            text=text,
            item_id=item_id,
            encoder=encoder,
            reranker=reranker,
            ranker=ranker,
            use_all=use_all,
        )
        manifest = build_index(home, plan, dry_run=dry_run, step=step)
    if as_json:
        screen.json("index", {"dry_run": dry_run, "index": manifest.document()})
    else:
        _show(screen, manifest, dry_run=dry_run)


def judgment_columns(said: str | None) -> JudgmentColumns | None:
    """Read QUERY,ITEM,GRADE as three names of columns; `UsageError` where they are not three."""
    from steward.errors import UsageError
    from steward.retrieval.judgments import JudgmentColumns

    if said is None:
        return None
    names = [name.strip() for name in said.split(",")]
    if len(names) != 3 or not all(names):
        raise UsageError("--columns takes three names.", hint="--columns query,item,grade")
    return JudgmentColumns(*names)


def _show(screen: Screen, manifest: Manifest, *, dry_run: bool) -> None:
    from steward.report.search import held_line, index_lines, trial_table

    for line in index_lines(manifest):
        screen.line(line)
    if manifest.trials:
        screen.show("", trial_table(manifest.trials))
        screen.line(held_line(manifest))
    if dry_run:
        screen.line("Dry run: nothing was written.")
    else:
        screen.advice(f'Next: steward search "words" --table {manifest.table}')
