"""Rows made from rows: the table they stand in, and the origin of each, the dropped ones too.

Rows and origins are written in one transaction. A table that was made is known as one, so that
nothing is made of it, and nothing is measured on it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from steward.sources import Chunk, Delivery
from steward.store import database, ingest, tables
from steward.types import Batch, RowId

if TYPE_CHECKING:
    from steward.store.store import Store

AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a made row comes from; `dropped_by` names the filter that kept it out."""

    row: RowId
    source: str
    text: str
    method: str
    detail: str = ""
    seed: int = 0
    dropped_by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Of which column of which table rows are made, and into which table they go."""

    table: str
    column: str
    into: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows for the table that is made: texts, None for null."""

    columns: tuple[str, ...]
    cells: Sequence[Sequence[str | None]]

    def delivery(self, source: str) -> Delivery:
        """The rows as a delivery of the store's own."""
        return Delivery(self.columns, source, self._chunks)

    def _chunks(self) -> Iterator[Chunk]:
        for start in range(0, len(self.cells), AT_ONCE):
            yield Chunk([list(row) for row in self.cells[start : start + AT_ONCE]])


def keep_augmented(
    store: Store, place: Place, rows: Rows, origins: Sequence[Origin]
) -> Batch | None:
    """Write the rows that were kept and the origin of every row, or nothing at all.

    Args:
        store: open for writing.
        place: where from, where to; the table is made when it is new.
        rows: those to add, in the order of the origins that were not dropped.
        origins: of all rows, the dropped ones too.

    Returns:
        The batch; None when no row was kept.
    """
    at = store._clock()
    with database.writing(store._db, store.path) as connection:
        name = tables.get(connection, place.table).name
        batch = _add(connection, rows, place, at) if rows.cells else None
        connection.executemany(
            'insert into _steward_augmented (table_name, "column", into_table, row, source, text,'
            " method, detail, seed, dropped_by, why, at) values (?,?,?,?,?,?,?,?,?,?,?,?)",
            [(name, place.column, place.into, *astuple(o), at) for o in origins],
        )
        return batch


def _add(connection: sqlite3.Connection, rows: Rows, place: Place, at: str) -> Batch:
    delivery = rows.delivery(f"made of {place.table}")
    info = ingest.prepare(connection, delivery, place.into, key=(), mode="append", at=at)
    number = ingest.start_batch(connection, delivery, info, mode="append", at=at)
    count = ingest.append(connection, delivery, info, number)
    return ingest.finish_batch(connection, number, info.name, count)


def origins(store: Store, table: str | None = None, *, kept: bool = False) -> list[Origin]:
    """The origins of rows made of a table (of every table when None), in the order made."""
    with database.reading(store._db, store.path) as connection:
        name = None if table is None else tables.get(connection, table).name
        rows = connection.execute(
            "select row, source, text, method, detail, seed, dropped_by, why"
            " from _steward_augmented where (? is null or table_name = ?)"
            " and (not ? or dropped_by = '') order by id",
            (name, name, kept),
        )
        return [Origin(*row) for row in rows]


def made_tables(store: Store) -> Mapping[str, Place]:
    """Every table that was made of another, by its name."""
    with database.reading(store._db, store.path) as connection:
        rows = connection.execute(
            'select distinct table_name, "column", into_table from _steward_augmented'
            " where dropped_by = '' order by into_table"
        )
        return {row[2]: Place(*row) for row in rows}
