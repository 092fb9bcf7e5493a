"""What labelling reads from the store: items, queries, the pairs to label, the human sample."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steward.engine import Snapshot
from steward.errors import InputError
from steward.job.merged import merged_items
from steward.label.click_log import ClickLog
from steward.label.votes import Pair
from steward.retrieval.data import SearchData, read_search_data
from steward.retrieval.item_fields import ItemFields, read_fields
from steward.retrieval.item_text import ItemText
from steward.store import Store

if TYPE_CHECKING:
    from steward.job.labelling import LabelPlan

NAMED = ("query", "search", "term", "keyword", "查询", "搜索", "关键词")
"""Parts of names that speak for the words of queries, where the values leave a choice."""


@dataclass(frozen=True)
class Inputs:
    """What was read; `known` are grades that people gave, `origin` names the tables' contents."""

    data: SearchData
    fields: ItemFields
    pairs: tuple[Pair, ...]
    known: dict[Pair, float]
    log: ClickLog | None
    origin: tuple[str, ...]
    notes: tuple[str, ...]


def read_inputs(store: Store, plan: LabelPlan) -> Inputs:
    """Read the tables of a plan.

    Raises:
        InputError: a table cannot be read as what it is said to be.
    """
    items, queries = store.snapshot(plan.items), store.snapshot(plan.queries)
    sample = None if plan.sample is None else store.snapshot(plan.sample)
    text = None if plan.text is None else ItemText(plan.text)
    asked = _ids_of(sample, queries)
    merged = merged_items(store, plan.items)
    data = read_search_data(items, sample, asked, text=text, columns=plan.columns, merged=merged)
    fields = read_fields(items, data)
    known = {(q, i): g for q, each in data.grades.items() for i, g in each.items()}
    log = _log(store, plan, queries, data)
    words = query_words(queries)
    pairs = _pairs(store, plan, data, words)
    # The sample is labelled too: what the model says of it is compared with what people say.
    every = tuple(dict.fromkeys([*pairs, *known]))
    notes = (f"{data.absent:,} judged pairs name no item",) if data.absent else ()
    origin = (items.content_hash, queries.content_hash)
    return Inputs(data, fields, every, known, log, origin, notes)


def query_words(queries: Snapshot) -> list[str]:
    """The words of the queries, each once, in row order.

    Raises:
        InputError: no column holds words.
    """
    held = {name: queries.codes(name).values for name in queries.columns}
    wordy = {name: values for name, values in held.items() if values and _share_words(values) > 0.5}
    if not wordy:
        raise InputError(
            f"No column of table {queries.name} holds the words of queries.",
            hint=f"Its columns: {', '.join(queries.columns)}",
        )
    name = max(wordy, key=lambda n: (len(wordy[n]), any(part in n.casefold() for part in NAMED)))
    return list(
        dict.fromkeys(v.strip() for v in queries.column(name).to_pylist() if v and v.strip())
    )


def _share_words(values: tuple[str, ...]) -> float:
    """The share of values that are words rather than codes (Q00017) or numbers."""
    code = re.compile(r"[A-Za-z]{0,4}[-_]?\d+([-_.:]\d+)*[A-Za-z]?|[\d\s:.TZ-]+")
    return sum(not code.fullmatch(value.strip()) for value in values) / len(values)


def _ids_of(judgments: Snapshot | None, queries: Snapshot) -> Snapshot | None:
    """The table of queries, when the judgments name them by an id rather than by their words."""
    if judgments is None:
        return None
    words = set(query_words(queries))
    said = max(len(words.intersection(judgments.codes(n).values)) for n in judgments.columns)
    return None if said else queries


def _log(store: Store, plan: LabelPlan, queries: Snapshot, data: SearchData) -> ClickLog | None:
    from steward.label.clicks import read_clicks

    if plan.impressions is None:
        return None
    shown = store.snapshot(plan.impressions)
    others = [None if n is None else store.snapshot(n) for n in (plan.clicks, plan.purchases)]
    return read_clicks(shown, *others, queries=_ids_of(shown, queries), ids=data.ids)


def _pairs(store: Store, plan: LabelPlan, data: SearchData, words: list[str]) -> list[Pair]:
    """The pairs of a table, else the best that words find for each query."""
    if plan.pairs is not None:
        return _named_pairs(store.snapshot(plan.pairs), set(words), data)
    from steward.retrieval.bm25 import WordIndex

    index = WordIndex.build(data.ids, list(data.texts.values()))
    return [(query, item) for query in words for item, _ in index.search(query, plan.depth)]


def _named_pairs(table: Snapshot, words: set[str], data: SearchData) -> list[Pair]:
    held = {name: table.codes(name).values for name in table.columns}
    query = max(held, key=lambda name: len(words.intersection(held[name])))
    item = max(held, key=lambda name: len(data.texts.keys() & set(held[name])))
    rows = zip(table.column(query).to_pylist(), table.column(item).to_pylist(), strict=True)
    pairs = [(q, i) for q, i in rows if q and i in data.texts]
    if query == item or not pairs:
        raise InputError(
            f"Table {table.name} does not name pairs of query and item.",
            hint="It needs a column with queries and one with the ids of items.",
        )
    return list(dict.fromkeys(pairs))
