"""Tables out of the store, as they were delivered."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steward.engine.text import quote_identifier
from steward.sources import Chunk, Content, write_table, written_format
from steward.sources.delivery import CHUNK_ROWS
from steward.store.tables import TableInfo
from steward.types import BATCH, ROW


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
    known = _types(connection, info)
    content = Content(info.columns, lambda: _rows(connection, info, known), known.types, info.name)
    return write_table(content, target, format=kind, dialect=dialect, null=null or "")


def _dialect(info: TableInfo) -> dict[str, Any]:
    return dict(info.batches[0].dialect) if info.batches else {}


@dataclass(frozen=True, slots=True)
class _Types:
    """The types of columns, and where a mixed column holds strings because its batch did."""

    types: dict[str, str]
    strings: dict[int, tuple[int, ...]]


def _types(connection: sqlite3.Connection, info: TableInfo) -> _Types:
    """Types that every batch agrees on; JSON batches that differ make a mixed column."""
    rows = connection.execute(
        "select id, types from _steward_batches where table_name = ?", (info.side_of or info.name,)
    )
    held = {batch: json.loads(types) for batch, types in rows}
    types: dict[str, str] = {}
    strings: dict[int, tuple[int, ...]] = {}
    for number, column in enumerate(info.columns):
        found = {batch: given.get(column, "") for batch, given in held.items()}
        kinds = set(found.values())
        if len(kinds) == 1:
            types[column] = kinds.pop()
        elif all(kind.startswith("json ") for kind in kinds):
            types[column] = "json mixed"
            for batch, kind in found.items():
                if kind == "json string":
                    strings[batch] = (*strings.get(batch, ()), number)
    return _Types({column: kind for column, kind in types.items() if kind}, strings)


def _rows(connection: sqlite3.Connection, info: TableInfo, known: _Types) -> Iterator[Chunk]:
    names = ", ".join(quote_identifier(column) for column in info.columns)
    quoted = _quoted(connection, info)
    cursor = connection.execute(
        f"select {ROW}, {BATCH}, {names} from {quote_identifier(info.name)} order by {ROW}"
    )
    while rows := cursor.fetchmany(CHUNK_ROWS):
        marks: list[tuple[int, int]] = []
        if quoted or known.strings:
            for at, row in enumerate(rows):
                numbers = (*quoted.get(row[0], ()), *known.strings.get(row[1], ()))
                marks += [(at, number) for number in numbers]
        yield Chunk([row[2:] for row in rows], tuple(marks))


def _quoted(connection: sqlite3.Connection, info: TableInfo) -> dict[int, list[int]]:
    """Cells of mixed JSON columns that were strings though they look like something else."""
    held: dict[int, list[int]] = {}
    for row, column in connection.execute(
        'select row, "column" from _steward_quoted where table_name = ?',
        (info.side_of or info.name,),
    ):
        held.setdefault(row, []).append(info.columns.index(column))
    return held
