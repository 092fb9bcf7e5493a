"""What a training reads: tables of the store, as they are or as they were, and the split.

Clicks teach, they never examine: pairs estimated from clicks are added to training queries only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from steward.engine import Snapshot
from steward.errors import InputError, UnknownColumn, UsageError
from steward.job.feedback import Logs, query_words, read_logs
from steward.job.feedback_judgments import BEST, grade_clicks
from steward.job.merged import merged_items
from steward.job.steps import Step, quiet
from steward.job.training_augmented import WithMade, refuse_made, with_made
from steward.label.clicks import relevance
from steward.retrieval.data import SearchData, guess_columns, read_search_data
from steward.retrieval.item_text import ItemText
from steward.retrieval.judgments import Grades, JudgmentColumns, relevant_queries
from steward.retrieval.merged import MergedItems
from steward.retrieval.split import Split, group_queries, leaks, split_queries
from steward.store import Store

SURE = 0.5
"""Least chance that a grade estimated from clicks is right, for it to be learnt from."""

FEWEST = 3
"""Queries with a relevant item that each part needs."""

SHARES = (0.6, 0.2, 0.2)


@dataclass(frozen=True, slots=True)
class Sources:
    """The tables to learn from, and how to read them.

    Attributes:
        items: a row an item.
        judgments: a row a judged pair.
        queries: the words of queries, where judgments or searches name them by an id.
        searches: what was shown; `clicks` what was clicked of it, when that is a table apart.
        text: template of the item texts; by default the columns that hold words.
        item_id: the column that names items.
        columns: query, item and grade of the judgments, when they cannot be told.
        seed: of the split.
        split_time: a column of the judgments that holds times: the latest queries are held out.
        augmented: a table that `steward augment` made: its rows teach, they never examine.
    """

    items: str
    judgments: str | None = None
    queries: str | None = None
    searches: str | None = None
    clicks: str | None = None
    text: str | None = None
    item_id: str | None = None
    columns: tuple[str, str, str] | None = None
    seed: int = 0
    split_time: str = ""
    augmented: str | None = None

    @property
    def tables(self) -> list[str]:
        """Every table that is read."""
        named = (*self.examining.values(), self.augmented)
        return [name for name in dict.fromkeys(named) if name]

    @property
    def examining(self) -> dict[str, str | None]:
        """Option to table, of those in which people wrote or did something."""
        held = {"items": self.items, "judgments": self.judgments, "queries": self.queries}
        return {**held, "searches": self.searches, "clicks": self.clicks}


@dataclass(frozen=True)
class Prepared:
    """What a training learns from, and where that came from.

    Attributes:
        items: the table of items.
        data: texts and grades; those of training queries hold what clicks told too.
        split: of the queries; each part has near duplicates of no other.
        judged: queries of the held-out part that have a relevant item, and that taught nothing to
            a model that the training starts from.
        leaks: near duplicates across training and held-out queries: none, or something is wrong.
        from_clicks: pairs that clicks added.
        tables: their content hashes.
        change_sets: in force, by table.
        augmented: what was made by `steward augment` and added to the training part.
    """

    items: Snapshot
    data: SearchData
    split: Split
    judged: tuple[str, ...]
    leaks: tuple[tuple[str, str], ...]
    from_clicks: int
    tables: Mapping[str, str] = field(default_factory=dict)
    change_sets: Mapping[str, Sequence[int]] = field(default_factory=dict)
    augmented: Mapping[str, Any] = field(default_factory=dict)

    @property
    def split_digest(self) -> str:
        """Names the split: the same queries in the same parts."""
        return digest_of([self.split.train, self.split.valid, self.split.test])

    @property
    def pairs(self) -> int:
        """Graded pairs of training queries."""
        return sum(len(self.data.grades.get(query, ())) for query in self.split.train)


def prepare(
    store: Store,
    sources: Sources,
    *,
    hashes: Mapping[str, str] | None = None,
    step: Step = quiet,
) -> Prepared:
    """Read the tables and split the queries.

    Args:
        store: holds the tables.
        sources: which, and how.
        hashes: content hashes that the tables must have, from a card; a table that changed since
            is taken as it was, if that snapshot is still kept.
        step: told what is done.

    Raises:
        UsageError: neither judgments nor searches were named, or too few queries are left.
        InputError: a table cannot be read, or is not as the card says.
    """
    if sources.judgments is None and sources.searches is None:
        raise UsageError("There is nothing to learn from.", hint="--judgments or --searches TABLE")
    refuse_made(store, sources.examining)
    step("reading " + ", ".join(sources.tables))
    tables = {name: _snapshot(store, name, hashes) for name in sources.tables}
    merged = merged_items(store, sources.items)
    data = _read(tables, sources, merged)
    name = data.origin["item_id"] or None
    moved = merged.ids(tables[sources.items], name) if merged else {}
    clicked = _clicked(store, sources, data, moved) if sources.searches else {}
    split = _split(sources, tables, data.grades or clicked, clicked)
    taught, added = _taught(data, clicked, split)
    made = WithMade(taught, split)
    if sources.augmented:
        made = with_made(store, tables[sources.augmented], taught, split)
    taught, split = made.data, made.split
    found = Prepared(
        tables[sources.items],
        taught,
        split,
        tuple(q for q in split.test if q in relevant_queries(taught.grades)),
        tuple(leaks(split.train, [*split.valid, *split.test])),
        added,
        {name: snapshot.content_hash for name, snapshot in tables.items()},
        {name: _in_force(store, name) for name in sources.tables},
        made.about,
    )
    _enough(found)
    return found


def digest_of(value: Any) -> str:
    """Sixteen hexadecimal digits that name a value made of lists, texts and numbers."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _snapshot(store: Store, name: str, hashes: Mapping[str, str] | None) -> Snapshot:
    wanted = (hashes or {}).get(name)
    now = store.content_hash(name)
    if wanted is None or wanted == now:
        return store.snapshot(name)
    before = store.kept_snapshot(name, wanted)
    if before is None:
        raise InputError(
            f"Table {name} is not as the card says: its content is {now}, then {wanted}.",
            hint="Bring it back with steward undo, or train without --from-card.",
        )
    return before


def _read(
    tables: Mapping[str, Snapshot], sources: Sources, merged: MergedItems | None
) -> SearchData:
    return read_search_data(
        tables[sources.items],
        tables[sources.judgments] if sources.judgments else None,
        tables[sources.queries] if sources.queries and sources.judgments else None,
        text=ItemText(sources.text) if sources.text else None,
        item_id=sources.item_id,
        columns=JudgmentColumns(*sources.columns) if sources.columns else None,
        merged=merged,
    )


def _clicked(
    store: Store, sources: Sources, data: SearchData, moved: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """Grades told by clicks, on the scale of the judgments; `moved`: merged item to its twin."""
    logs = Logs(sources.searches or "", sources.clicks, sources.queries, sources.items)
    log, _ = read_logs(store, logs)
    highest = max((g for items in data.grades.values() for g in items.values()), default=BEST)
    found: dict[str, dict[str, float]] = {}
    for one in grade_clicks(relevance(log)):
        item = moved.get(one.item, one.item)
        if one.confidence >= SURE and item in data.texts:
            held = found.setdefault(one.query, {})
            held[item] = max(held.get(item, 0.0), one.grade * highest / BEST)
    return found


def _split(
    sources: Sources, tables: Mapping[str, Snapshot], examined: Grades, clicked: Grades
) -> Split:
    """Split every query; only those that were judged are held out."""
    every = list(dict.fromkeys([*examined, *clicked]))
    if sources.split_time:
        split = _by_time(every, _times(sources, tables))
    else:
        split = split_queries(every, shares=SHARES, seed=sources.seed)
    valid, test = (tuple(q for q in part if q in examined) for part in (split.valid, split.test))
    return Split(split.train, valid, test, split.groups)


def _by_time(queries: Sequence[str], times: Mapping[str, str]) -> Split:
    """The latest queries held out; a near duplicate goes with the earliest of its group."""
    groups = group_queries(queries)
    order = sorted(groups, key=lambda group: (min(times.get(q, "") for q in group), group[0]))
    train: list[str] = []
    valid: list[str] = []
    test: list[str] = []
    for group in order:
        place = (len(train) + len(valid) + len(test)) / len(queries)
        (train if place < SHARES[0] else valid if place < sum(SHARES[:2]) else test).extend(group)
    return Split(tuple(train), tuple(valid), tuple(test), len(groups))


def _times(sources: Sources, tables: Mapping[str, Snapshot]) -> dict[str, str]:
    """When each query was first judged."""
    if sources.judgments is None:
        raise UsageError("--split-time names a column of the judgments.", hint="--judgments TABLE")
    judged = tables[sources.judgments]
    if sources.split_time not in judged.columns:
        raise UnknownColumn(
            f"Table {judged.name} has no column {sources.split_time}.",
            hint=f"Columns: {', '.join(judged.columns)}",
        )
    items = tables[sources.items]
    ids = dict.fromkeys((v for name in items.columns for v in _texts(items, name)), "")
    query = sources.columns[0] if sources.columns else guess_columns(judged, ids).query
    asked = _texts(judged, query)
    told = query_words(tables[sources.queries], set(asked)) if sources.queries else {}
    first: dict[str, str] = {}
    for ident, at in zip(asked, _texts(judged, sources.split_time), strict=True):
        words = told.get(ident, ident)
        first[words] = min(first.get(words, at), at)
    return first


def _texts(table: Snapshot, name: str) -> list[str]:
    return [value or "" for value in table.column(name).to_pylist()]


def _taught(data: SearchData, clicked: Grades, split: Split) -> tuple[SearchData, int]:
    """The data with what clicks tell of training queries, where nobody judged the pair."""
    if not data.grades:
        return replace(data, grades=clicked), sum(map(len, clicked.values()))
    grades = {query: dict(items) for query, items in data.grades.items()}
    added = 0
    for query in split.train:
        for item, grade in clicked.get(query, {}).items():
            held = grades.setdefault(query, {})
            added += item not in held
            held.setdefault(item, grade)
    return replace(data, grades=grades), added


def _in_force(store: Store, table: str) -> list[int]:
    """Change sets of a table that were not taken back."""
    return [one.id for one in store.history(table) if not one.undone and one.kind != "undo"]


def _enough(found: Prepared) -> None:
    relevant = relevant_queries(found.data.grades)
    for part in ("train", "valid", "test"):
        count = sum(query in relevant for query in getattr(found.split, part))
        if count < FEWEST:
            raise InputError(
                f"Only {count} queries with a relevant item fall to the {part} part.",
                hint=f"Each part needs {FEWEST}: judge more queries, or try another --split-seed.",
            )
