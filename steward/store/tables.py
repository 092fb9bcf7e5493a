"""The catalogue: which tables the store holds, and how each is laid out."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from steward.engine.text import quote_identifier
from steward.errors import UnknownColumn, UnknownTable, UsageError
from steward.store import hashing
from steward.types import BATCH, HASH, RESERVED, ROW, Batch

CHANGE_SET = "_steward_change_set"
"""Column of a side table: the change set that moved the row there."""

MERGED, QUARANTINE = "__merged", "__quarantine"

_NAME = re.compile(r"\w[\w .\-]{0,99}")


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What the store knows of a table without looking at its rows."""

    name: str
    rows: int
    columns: tuple[str, ...]
    key: tuple[str, ...]
    content_hash: str
    batches: tuple[Batch, ...] = ()
    side_of: str | None = None
    next_row: int = 1


def check_table_name(name: str) -> None:
    """Refuse a name that a table of a user may not have, with `UsageError`."""
    reserved = name.lower().startswith((RESERVED, "sqlite_")) or name.lower().endswith(
        (MERGED, QUARANTINE)
    )
    if reserved or not _NAME.fullmatch(name):
        why = "belongs to the store" if reserved else "is no name for a table"
        raise UsageError(
            f"{name!r} {why}.", hint="Use letters, digits, _ and -, for example items."
        )


def find(connection: sqlite3.Connection, name: str) -> TableInfo | None:
    """Look a table up, or return None."""
    row = connection.execute(
        "select name, rows, columns, key, hash, side_of, next_row from _steward_tables"
        " where name = ? collate nocase",
        (name,),
    ).fetchone()
    return None if row is None else _info(connection, row)


def get(connection: sqlite3.Connection, name: str) -> TableInfo:
    """Look a table up; `UnknownTable` names those there are."""
    info = find(connection, name)
    if info is None:
        names = [other.name for other in every(connection) if other.side_of is None]
        there = (
            f"There are: {', '.join(names)}." if names else "The store is empty: steward ingest."
        )
        raise UnknownTable(f"There is no table {name!r} in the store.", hint=there)
    return info


def every(connection: sqlite3.Connection) -> list[TableInfo]:
    """All tables by name; side tables follow the table they belong to."""
    rows = connection.execute(
        "select name, rows, columns, key, hash, side_of, next_row from _steward_tables"
        " order by coalesce(side_of, name), side_of is not null, name"
    ).fetchall()
    return [_info(connection, row) for row in rows]


def _info(connection: sqlite3.Connection, row: Sequence[object]) -> TableInfo:
    name, rows, columns, key, content_hash, side_of, next_row = row
    return TableInfo(
        str(name),
        int(str(rows)),
        tuple(json.loads(str(columns))),
        tuple(json.loads(str(key))),
        str(content_hash),
        tuple(batches(connection, str(side_of or name))),
        None if side_of is None else str(side_of),
        int(str(next_row)),
    )


def batches(connection: sqlite3.Connection, table: str) -> list[Batch]:
    """The ingestions of a table, oldest first."""
    rows = connection.execute(
        "select id, table_name, source, ingested_at, rows, content_hash, mode, dialect"
        " from _steward_batches where table_name = ? order by id",
        (table,),
    )
    return [_batch(row) for row in rows]


def _batch(row: Sequence[Any]) -> Batch:
    *plain, dialect = row
    return replace(Batch(*plain), dialect=json.loads(dialect))


def check_columns_known(info: TableInfo, columns: Sequence[str]) -> None:
    """Refuse columns the table does not have, with `UnknownColumn`."""
    for column in columns:
        if column not in info.columns:
            raise UnknownColumn(
                f"Table {info.name!r} has no column {column!r}.",
                hint=f"It has: {', '.join(info.columns[:30])}.",
            )


def create(
    connection: sqlite3.Connection,
    name: str,
    columns: Sequence[str],
    *,
    key: Sequence[str] = (),
    side_of: str | None = None,
    at: str,
) -> TableInfo:
    """Make a table; columns hold text as delivered, so none has a type that converts."""
    own = [f"{ROW} integer primary key", f"{BATCH} integer not null", f"{HASH} integer not null"]
    if side_of is not None:
        own.append(f"{CHANGE_SET} integer not null")
    text = [f"{quote_identifier(column)} text" for column in columns]
    connection.execute(f"create table {quote_identifier(name)} ({', '.join([*own, *text])})")
    if key:
        names = ", ".join(quote_identifier(column) for column in key)
        index = quote_identifier(f"_steward_key_{name}")
        connection.execute(f"create unique index {index} on {quote_identifier(name)} ({names})")
    connection.execute(
        "insert into _steward_tables values (?, ?, ?, ?, 0, 1, ?, ?)",
        (name, _json(columns), _json(key), hashing.EMPTY, side_of, at),
    )
    return get(connection, name)


def side_table(connection: sqlite3.Connection, info: TableInfo, suffix: str, at: str) -> TableInfo:
    """The side table of a table, made when first needed."""
    name = info.name + suffix
    return find(connection, name) or create(
        connection, name, info.columns, side_of=info.name, at=at
    )


def count_change(
    connection: sqlite3.Connection, table: str, *, rows: int = 0, hash_change: int = 0
) -> None:
    """Keep the row count and the content hash of the catalogue in step with the table."""
    old = connection.execute("select hash from _steward_tables where name = ?", (table,)).fetchone()
    connection.execute(
        "update _steward_tables set rows = rows + ?, hash = ? where name = ?",
        (rows, hashing.added(old[0], hash_change), table),
    )


def _json(names: Sequence[str]) -> str:
    return json.dumps(list(names), ensure_ascii=False)
