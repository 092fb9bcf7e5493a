"""`steward query`."""

from __future__ import annotations

from typing import Annotated

import typer

from steward.cli.options import AsJson, StorePath
from steward.cli.session import opened, session

EXAMPLES = (
    "steward query 'select brand, count(*) as n from items group by 1 order by 2 desc'",
    "steward query 'select source, ingested_at, count(*) as n from items "
    "join _steward_batches using (_steward_batch) where brand is null group by all'",
    "steward query \"select * from items where price = ''\" --limit 20 --json",
)


def query(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(help="One SELECT, in DuckDB's SQL.")],
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="Rows at most.")] = 100,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Ask a question in SQL; it can change nothing.

    DuckDB's SQL over snapshots of the tables. Rows carry _steward_row and _steward_batch; the
    table _steward_batches says where and when each batch came from.
    """
    from steward import job
    from steward.report.terminal import Head, grid, shown

    screen = session(context).screen
    with opened(context, store, read_only=True) as home, screen.working() as step:
        step("asking")
        answer = job.query(home, sql, limit=limit)
    names = answer.rows.column_names
    # By position: two columns of a query may have one name.
    rows = list(zip(*(column.to_pylist() for column in answer.rows.columns), strict=True))
    if as_json:
        screen.json("query", {"columns": names, "rows": rows, "cut": answer.cut})
        return
    cells = [[shown(None if v is None else str(v)) for v in row] for row in rows]
    screen.show(grid([Head(name, fold=True) for name in names], cells))
    more = f"; there are more than --limit {limit}" if answer.cut else ""
    screen.line(f"{len(rows):,} rows{more}.")
