"""Labels of query and item, one of each judge a pair, with who made them; what is meant is a view.

A judge is a person (`anna`), the label model (`label-model`) or a language model by its name and
prompt. Judging a pair again replaces one's own label and nobody else's.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steward.store import database

if TYPE_CHECKING:
    from steward.store.store import Store

PEOPLE, MODEL, JUDGE, FUNCTION = "people", "model", "judge", "function"


@dataclass(frozen=True, slots=True)
class Label:
    """What one judge says of one pair: a query and an item, or a value and an item.

    Attributes:
        query: its words; for values, the value.
        item: its id.
        judge: who says so.
        source: `people`, `model` (the label model), `judge` (a language model) or, for values,
            `function` (one label function).
        grade: 0 irrelevant, 1 complement, 2 substitute, 3 exact; for values the chance, 0 to 1.
        chances: of each grade; empty for a person.
        made_by: what the judge went by: sources, versions, digests.
        at: when; empty until it is kept.
    """

    query: str
    item: str
    judge: str
    source: str
    grade: float
    chances: tuple[float, ...] = ()
    made_by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """The label of a pair: the mean of what people say, else the label model's.

    `people` and `judges` are how many judged it; `chances` are the label model's, if any.
    """

    query: str
    item: str
    grade: float
    people: int
    judges: int
    chances: tuple[float, ...]


def keep_labels(
    store: Store,
    labels: Iterable[Label],
    *,
    task: str = "relevance",
    instead_of: Sequence[str] = (),
) -> int:
    """Keep labels, in one transaction; how many there were. A judge's earlier one is replaced.

    Args:
        store: where.
        labels: of any judges.
        task: what is labelled.
        instead_of: sources all of whose earlier labels of this task go.
    """
    at = store._clock()
    with database.writing(store._db, store.path) as connection:
        connection.executemany(
            "delete from _steward_labels where task = ? and source = ?",
            [(task, source) for source in instead_of],
        )
        last = connection.execute("select coalesce(max(seq), 0) from _steward_labels").fetchone()[0]
        rows = [_row(task, label, at, last + n) for n, label in enumerate(labels, 1)]
        connection.executemany(
            "insert or replace into _steward_labels values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
        )
    return len(rows)


def labels_of(
    store: Store, *, task: str = "relevance", source: str | None = None, judge: str | None = None
) -> list[Label]:
    """Every judge's labels, in the order given."""
    wanted = [("task", task), ("source", source), ("judge", judge)]
    tests = " and ".join(f"{name} = ?" for name, value in wanted if value is not None)
    with database.reading(store._db, store.path) as connection:
        rows = connection.execute(
            "select query, item, judge, source, grade, chances, made_by, at"
            f" from _steward_labels where {tests} order by seq",
            [value for _, value in wanted if value is not None],
        ).fetchall()
    return [
        Label(query, item, judge, source, grade, tuple(json.loads(chances)), made_by, at)
        for query, item, judge, source, grade, chances, made_by, at in rows
    ]


def meant_labels(store: Store, *, task: str = "relevance") -> list[Meant]:
    """The label of every pair, by query and item."""
    with database.reading(store._db, store.path) as connection:
        rows = connection.execute(
            "select query, item, grade, people, judges, chances from _steward_label_view"
            " where task = ? order by query, item",
            (task,),
        ).fetchall()
    return [
        Meant(query, item, grade, people, judges, tuple(json.loads(chances or "[]")))
        for query, item, grade, people, judges, chances in rows
    ]


def take_back_label(store: Store, query: str, item: str, judge: str, *, task: str) -> bool:
    """Drop what a judge said of a pair; whether there was anything."""
    with database.writing(store._db, store.path) as connection:
        return _dropped(connection, (task, query, item, judge))


def drop_labels(store: Store, judge: str, *, task: str = "relevance") -> int:
    """Drop everything a judge said; how many labels."""
    with database.writing(store._db, store.path) as connection:
        return connection.execute(
            "delete from _steward_labels where task = ? and judge = ?", (task, judge)
        ).rowcount


def _dropped(connection: sqlite3.Connection, key: Sequence[str]) -> bool:
    done = connection.execute(
        "delete from _steward_labels where task = ? and query = ? and item = ? and judge = ?", key
    )
    return done.rowcount > 0


def _row(task: str, label: Label, at: str, seq: int) -> tuple[object, ...]:
    chances = json.dumps([round(chance, 4) for chance in label.chances])
    pair = (task, label.query, label.item, label.judge, label.source)
    return (*pair, label.grade, chances, label.made_by, label.at or at, seq)
