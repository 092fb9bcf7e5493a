"""Tables out of the store, as they were delivered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from steward.engine.text import quote_identifier
from steward.sources import Chunk, Content, write_table, written_format
from steward.sources.delivery import CHUNK_ROWS
from steward.store.tables import TableInfo
from steward.types import ROW


def export_table(
    connection: sqlite3.Connection,
    info: TableInfo,
    target: Path,
    *,
    format: str | None,
    as_source: bool,
    null: str | None,
) -> int:
    """Write a table; see `Store.export`."""
    dialect = _dialect(info) if as_source else {}
    if as_source and dialect.get("format") == "csv":
        format = format or "csv"
        null = dialect.get("null") if null is None else null
    kind = written_format(target, format)
    content = Content(
        info.columns, lambda: _rows(connection, info), _types(connection, info), info.name
    )
    return write_table(content, target, format=kind, dialect=dialect, null=null or "")


def _dialect(info: TableInfo) -> dict[str, Any]:
    return dict(info.batches[0].dialect) if info.batches else {}


def _types(connection: sqlite3.Connection, info: TableInfo) -> dict[str, str]:
    """Types that every batch agrees on; a column they differ on is text."""
    rows = connection.execute(
        "select types from _steward_batches where table_name = ?", (info.side_of or info.name,)
    )
    held = [json.loads(types) for (types,) in rows]
    return {
        column: held[0][column]
        for column in info.columns
        if held
        and column in held[0]
        and all(types.get(column) == held[0][column] for types in held)
    }


def _rows(connection: sqlite3.Connection, info: TableInfo) -> Iterator[Chunk]:
    names = ", ".join(quote_identifier(column) for column in info.columns)
    quoted = _quoted(connection, info)
    cursor = connection.execute(
        f"select {ROW}, {names} from {quote_identifier(info.name)} order by {ROW}"
    )
    while rows := cursor.fetchmany(CHUNK_ROWS):
        marks = (
            tuple((at, index) for at, row in enumerate(rows) for index in quoted.get(row[0], ()))
            if quoted
            else ()
        )
        yield Chunk([row[1:] for row in rows], marks)


def _quoted(connection: sqlite3.Connection, info: TableInfo) -> dict[int, list[int]]:
    held: dict[int, list[int]] = {}
    for row, column in connection.execute(
        'select row, "column" from _steward_quoted where table_name = ?',
        (info.side_of or info.name,),
    ):
        held.setdefault(row, []).append(info.columns.index(column))
    return held
