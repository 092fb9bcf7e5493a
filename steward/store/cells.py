"""Set-based writes to the cells and rows of a table, with their journal lines.

What is to be written is first laid down in temporary tables; each column is then one guarded
`update … from`. The caller holds the transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from steward.engine.text import quote_identifier
from steward.store import hashing, tables
from steward.store.journal import DELETE, INSERT, UPDATE
from steward.store.tables import CHANGE_SET, TableInfo
from steward.types import HASH, ROW


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A cell that does not hold what was expected there; `found` is None for null or no row."""

    fix: int
    row: int
    column: str
    expected: str | None
    found: str | None
    gone: bool


def lay_down(connection: sqlite3.Connection) -> None:
    """Make the empty temporary tables of one write."""
    connection.execute("drop table if exists temp._cells")
    connection.execute("drop table if exists temp._rows")
    connection.execute(
        """create temp table _cells (col integer, row integer, fix integer, before text, after text,
        primary key (col, row)) without rowid"""
    )
    connection.execute(
        "create temp table _rows (fix integer, row integer, op text, side text, held text)"
    )


def lift(connection: sqlite3.Connection) -> None:
    """Drop the temporary tables."""
    connection.execute("drop table if exists temp._cells")
    connection.execute("drop table if exists temp._rows")


def columns_touched(connection: sqlite3.Connection) -> list[int]:
    """Numbers of the columns that have cells to write, ascending."""
    return [row[0] for row in connection.execute("select distinct col from temp._cells order by 1")]


def first_mismatch(connection: sqlite3.Connection, info: TableInfo) -> Mismatch | None:
    """The first cell, by column and order of proposal, that does not hold its `before`."""
    table = quote_identifier(info.name)
    for number in columns_touched(connection):
        column = info.columns[number]
        name = quote_identifier(column)
        row = connection.execute(
            f"""select d.fix, d.row, d.before, t.{name}, t.{ROW} is null
            from temp._cells d left join {table} t on t.{ROW} = d.row
            where d.col = ? and (t.{ROW} is null or t.{name} is not d.before) limit 1""",
            (number,),
        ).fetchone()
        if row is not None:
            return Mismatch(row[0], row[1], column, row[2], row[3], bool(row[4]))
    return None


def write_cells(connection: sqlite3.Connection, info: TableInfo, change_set: int) -> None:
    """Write the cells laid down, their journal lines, and the new hashes."""
    difference = hashing.watch(connection)
    table = quote_identifier(info.name)
    for number in columns_touched(connection):
        column = info.columns[number]
        connection.execute(
            'insert into _steward_journal (change_set, fix, row, "column", before, after, op)'
            " select ?, fix, row, ?, before, after, ? from temp._cells where col = ? order by row",
            (change_set, column, UPDATE, number),
        )
        value = hashing.row_hash_sql(info.columns, given={column: "d.after"})
        connection.execute(
            f"update {table} set {quote_identifier(column)} = d.after,"
            f" {HASH} = steward_moved({HASH}, {value})"
            f" from temp._cells d where d.col = ? and {table}.{ROW} = d.row",
            (number,),
        )
    tables.count_change(connection, info.name, hash_change=difference.total)


def remove_rows(
    connection: sqlite3.Connection, info: TableInfo, change_set: int, *, at: str
) -> None:
    """Take rows laid down with op *delete* out of the table, into the side table each names."""
    for row, fix, side in connection.execute(
        "select row, fix, side from temp._rows where op = ? order by row", (DELETE,)
    ).fetchall():
        held = _take(connection, info.name, row)
        if side is not None:
            suffix = str(side)[len(info.name) :]
            tables.side_table(connection, info, suffix, at)
            _put(connection, str(side), row, held, extra=(change_set,))
        _line(connection, change_set, fix, row, DELETE, _packed(held, side))


def restore_rows(connection: sqlite3.Connection, info: TableInfo, change_set: int) -> None:
    """Put rows laid down with op *insert* back, byte for byte, out of the side table."""
    for row, fix, side, packed in connection.execute(
        "select row, fix, side, held from temp._rows where op = ? order by row", (INSERT,)
    ).fetchall():
        plain = json.loads(packed)
        if side is not None:
            _take(connection, str(side), row)
        held = [plain["batch"], hashing.row_hash(row, plain["cells"]), *plain["cells"]]
        _put(connection, info.name, row, held)
        _line(connection, change_set, fix, row, INSERT, packed)


def _take(connection: sqlite3.Connection, table: str, row: int) -> list[object]:
    """Delete one row and return its batch, hash and cells."""
    name = quote_identifier(table)
    held = connection.execute(f"select * from {name} where {ROW} = ?", (row,)).fetchone()
    connection.execute(f"delete from {name} where {ROW} = ?", (row,))
    names = [d[0] for d in connection.execute(f"select * from {name} limit 0").description]
    tables.count_change(connection, table, rows=-1, hash_change=-held[2])
    skipped = 4 if CHANGE_SET in names else 3
    return [held[1], held[2], *held[skipped:]]


def _put(
    connection: sqlite3.Connection,
    table: str,
    row: int,
    held: Sequence[object],
    *,
    extra: Iterable[object] = (),
) -> None:
    values = [row, held[0], held[1], *extra, *held[2:]]
    marks = ", ".join("?" * len(values))
    connection.execute(f"insert into {quote_identifier(table)} values ({marks})", values)
    tables.count_change(connection, table, rows=1, hash_change=int(str(held[1])))


def _packed(held: Sequence[object], side: str | None) -> str:
    plain = {"batch": held[0], "cells": list(held[2:]), "side": side}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _line(
    connection: sqlite3.Connection, change_set: int, fix: int, row: int, op: str, packed: str
) -> None:
    before, after = (packed, None) if op == DELETE else (None, packed)
    connection.execute(
        "insert into _steward_journal (change_set, fix, row, before, after, op)"
        " values (?, ?, ?, ?, ?, ?)",
        (change_set, fix, row, before, after, op),
    )
