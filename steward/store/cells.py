"""Set-based writes to the cells and rows of a table, with their journal lines.

What is to be written is first laid down in temporary tables; each column is then one guarded
`update … from`. The caller holds the transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from steward.engine.text import quote_identifier
from steward.store import hashing, tables
from steward.store.journal import DELETE, INSERT, UPDATE
from steward.store.tables import TableInfo
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
        value = hashing.moved_hash_sql(info.columns, {column: "d.after"})
        connection.execute(
            f"update {table} set {quote_identifier(column)} = d.after,"
            f" {HASH} = {value}"
            f" from temp._cells d where d.col = ? and {table}.{ROW} = d.row",
            (number,),
        )
    tables.count_change(connection, info.name, hash_change=difference.total)


def remove_rows(
    connection: sqlite3.Connection, info: TableInfo, change_set: int, *, at: str
) -> None:
    """Take rows laid down with op *delete* out of the table, into the side table each names."""
    for side in _sides(connection, DELETE):
        leaving = connection.execute(
            f"select r.fix, t.* from temp._rows r join {quote_identifier(info.name)} t"
            f" on t.{ROW} = r.row where r.op = ? and r.side is ? order by r.row",
            (DELETE, side),
        ).fetchall()
        total = sum(held[3] for held in leaving)
        if side is not None:
            tables.side_table(connection, info, side[len(info.name) :], at)
            _insert(connection, side, [(*held[1:4], change_set, *held[4:]) for held in leaving])
            tables.count_change(connection, side, rows=len(leaving), hash_change=total)
        connection.executemany(
            _LINE.format("before"),
            [(change_set, x[0], x[1], _packed(x[2], x[4:], side), DELETE) for x in leaving],
        )
        tables.count_change(connection, info.name, rows=-len(leaving), hash_change=-total)
    connection.execute(
        f"delete from {quote_identifier(info.name)}"
        f" where {ROW} in (select row from temp._rows where op = ?)",
        (DELETE,),
    )


def restore_rows(connection: sqlite3.Connection, info: TableInfo, change_set: int) -> None:
    """Put rows laid down with op *insert* back, byte for byte, out of the side table."""
    for side in _sides(connection, INSERT):
        coming = connection.execute(
            "select fix, row, held from temp._rows where op = ? and side is ? order by row",
            (INSERT, side),
        ).fetchall()
        rows = [_unpacked(row, packed) for _, row, packed in coming]
        total = sum(int(str(row[2])) for row in rows)
        if side is not None:
            connection.execute(
                f"delete from {quote_identifier(side)} where {ROW} in"
                " (select row from temp._rows where op = ? and side = ?)",
                (INSERT, side),
            )
            tables.count_change(connection, side, rows=-len(rows), hash_change=-total)
        _insert(connection, info.name, rows)
        connection.executemany(
            _LINE.format("after"),
            [(change_set, fix, row, packed, INSERT) for fix, row, packed in coming],
        )
        tables.count_change(connection, info.name, rows=len(rows), hash_change=total)


_LINE = "insert into _steward_journal (change_set, fix, row, {}, op) values (?, ?, ?, ?, ?)"


def _sides(connection: sqlite3.Connection, op: str) -> list[str | None]:
    rows = connection.execute("select distinct side from temp._rows where op = ? order by 1", (op,))
    return [row[0] for row in rows]


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[object]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into {quote_identifier(table)} values ({marks})", rows)


def _packed(batch: int, texts: Sequence[str | None], side: str | None) -> str:
    plain = {"batch": batch, "cells": list(texts), "side": side}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _unpacked(row: int, packed: str) -> tuple[object, ...]:
    plain = json.loads(packed)
    return (row, plain["batch"], hashing.row_hash(row, plain["cells"]), *plain["cells"])
