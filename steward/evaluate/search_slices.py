"""Which judged queries the study `search` tells apart: words, kinds, fixed rows, how often."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from steward.evaluate.study import Bench, table_named

if TYPE_CHECKING:
    from steward.engine import Snapshot
    from steward.evaluate.search import SearchOptions
    from steward.retrieval.data import SearchData
    from steward.retrieval.item_fields import ItemFields
    from steward.retrieval.slices import Slices


def slices_of(
    options: SearchOptions, data: SearchData, tables: tuple[Snapshot, ItemFields], bench: Bench
) -> Slices:
    """Group the judged queries.

    Args:
        options: may name a log of searches, which tells the head of queries from the tail.
        data: the queries and what is relevant to them.
        tables: of the items, and their columns that hold kinds.
        bench: its store knows which rows of a table of it were fixed.
    """
    from steward.retrieval.judgments import relevant_queries
    from steward.retrieval.slices import slice_queries

    items, fields = tables
    kinds = {
        name: dict(zip(fields.ids, values, strict=True)) for name, values in fields.kinds.items()
    }
    return slice_queries(
        relevant_queries(data.grades),
        kinds=kinds,
        asked=_asked(options, data, bench) if options.searches else None,
        fixed=_fixed(options, data, items, bench),
    )


def _asked(options: SearchOptions, data: SearchData, bench: Bench) -> dict[str, int]:
    """How many searches there were of each query."""
    from steward.label.click_reading import read_clicks

    shown = table_named(options.searches, bench)
    clicks = table_named(options.clicks, bench) if options.clicks else None
    words = table_named(options.queries, bench) if options.queries else None
    log = read_clicks(shown, clicks, queries=words, ids=set(data.texts))
    lists = set(zip(log.session.tolist(), log.query.tolist(), strict=True))
    return dict(Counter(log.queries[query] for _, query in lists))


def _fixed(
    options: SearchOptions, data: SearchData, items: Snapshot, bench: Bench
) -> frozenset[str]:
    """Items whose row a change set in force changed; none where the items are a file."""
    if Path(options.items).is_file():
        return frozenset()
    from steward.store import Store

    with Store(bench.store, read_only=True) as home:
        sets = [one.id for one in home.history(items.name) if not one.undone and one.kind != "undo"]
        rows = {line.row for number in sets for line in home.diff(number)}
    name = data.origin["item_id"]
    numbers = [int(row) for row in items.row_ids]
    ids = items.column(name).to_pylist() if name else list(map(str, numbers))
    return frozenset(str(item) for row, item in zip(numbers, ids, strict=True) if row in rows)
