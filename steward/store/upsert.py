"""Upsert: a delivery matched to the table by key, three ways for each cell.

What was delivered before, what is delivered now, what the table holds: a cell whose delivery did
not change keeps what the table holds (its fix); a changed one takes the delivery, as a change set
of kind *ingest*. A row that lies in a side table, and is delivered as it was, stays there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from steward.engine.text import quote_identifier
from steward.errors import InputError
from steward.sources import Chunk, Delivery
from steward.store import cells, hashing, journal, tables
from steward.store.ingest import shown
from steward.store.journal import UPDATE
from steward.store.tables import MERGED, QUARANTINE, TableInfo
from steward.types import ROW

INGEST = "ingest"
_ASIDE = -1


def upsert(connection: sqlite3.Connection, delivery: Delivery, info: TableInfo, batch: int) -> int:
    """Bring a delivery in by key; returns how many rows were delivered."""
    count = _lay_down(connection, delivery, info)
    _find_base(connection, info)
    _match(connection, info)
    for suffix in (MERGED, QUARANTINE):
        side = tables.find(connection, info.name + suffix)
        if side is not None:
            _leave_aside(connection, info, side)
    _change_cells(connection, info, batch)
    _insert_new(connection, info, batch)
    _keep_quoted(connection, info)
    for name in ("_in", "_in_quoted", "_base"):
        connection.execute(f"drop table temp.{name}")
    return count


def _lay_down(connection: sqlite3.Connection, delivery: Delivery, info: TableInfo) -> int:
    """The delivery as a temporary table, its columns c0, c1 … in the order of the table's."""
    listed = ", ".join(f"c{number} text" for number in range(len(info.columns)))
    connection.execute(f"create temp table _in (pos integer primary key, row integer, {listed})")
    connection.execute("create temp table _in_quoted (pos integer, col integer)")
    names = ", ".join(f"c{info.columns.index(column)}" for column in info.key)
    connection.execute(f"create unique index temp._in_key on _in ({names})")
    order = [delivery.columns.index(column) for column in info.columns]
    insert = f"insert into temp._in values ({', '.join('?' * (len(order) + 2))})"
    reader = _KeyedRows(delivery, info, order)
    for chunk in delivery.chunks():
        try:
            connection.executemany(insert, reader.rows(chunk))
        except sqlite3.IntegrityError:
            raise InputError(
                f"{delivery.source}: the key of this row is there twice: {shown(reader.last)}.",
                hint="Mend the key in the source.",
            ) from None
        connection.executemany(
            "insert into temp._in_quoted values (?, ?)",
            [
                (reader.count - len(chunk.rows) + at, order.index(index))
                for at, index in chunk.quoted
            ],
        )
    return reader.count


class _KeyedRows:
    """Numbers delivered rows, and refuses one without its key."""

    def __init__(self, delivery: Delivery, info: TableInfo, order: list[int]) -> None:
        self.source, self.info, self.order = delivery.source, info, order
        self.key = [order[info.columns.index(column)] for column in info.key]
        self.count = 0
        self.last: list[str | None] = []

    def rows(self, chunk: Chunk) -> Iterator[tuple[object, ...]]:
        for row in chunk.rows:
            self.last = list(row)
            if not all(row[index] for index in self.key):
                raise InputError(
                    f"{self.source}: a row has no value in its key "
                    f"({', '.join(self.info.key)}): {shown(self.last)}.",
                    hint="Mend the row in the source.",
                )
            yield (self.count, None, *[row[index] for index in self.order])
            self.count += 1


def _find_base(connection: sqlite3.Connection, info: TableInfo) -> None:
    """What was last delivered in every cell that was changed since: the foot of its journal."""
    connection.execute(
        'create temp table _base (row integer, "column" text, value text,'
        ' primary key (row, "column")) without rowid'
    )
    for which, kept, kind in (("min", "before", "%"), ("max", "after", INGEST)):
        connection.execute(
            f"""insert or replace into temp._base
            select j.row, j."column", j.{kept} from _steward_journal j where j.seq in (
                select {which}(l.seq) from _steward_journal l
                join _steward_change_sets s on s.id = l.change_set
                where s.table_name = ? and s.kind like ? and l.op = ? group by l.row, l."column"
            )""",
            (info.name, kind, UPDATE),
        )


def _match(connection: sqlite3.Connection, info: TableInfo) -> None:
    same = _same_key(info)
    connection.execute(
        f"update temp._in set row ="
        f" (select t.{ROW} from {quote_identifier(info.name)} t where {same})"
    )


def _same_key(info: TableInfo) -> str:
    return " and ".join(
        f"t.{quote_identifier(column)} = _in.c{info.columns.index(column)}" for column in info.key
    )


def _leave_aside(connection: sqlite3.Connection, info: TableInfo, side: TableInfo) -> None:
    """Rows that were merged or quarantined and are delivered unchanged stay where they are."""
    connection.execute("drop table if exists temp._candidates")
    connection.execute(
        f"create temp table _candidates as select _in.pos as pos, t.{ROW} as row"
        f" from temp._in join {quote_identifier(side.name)} t on {_same_key(info)}"
        " where _in.row is null"
    )
    for number, column in enumerate(info.columns):
        connection.execute(
            f"delete from temp._candidates where (pos, row) in ("
            f"select k.pos, k.row from temp._candidates k join temp._in on _in.pos = k.pos"
            f" join {quote_identifier(side.name)} t on t.{ROW} = k.row"
            f" {_differs(number, column)})",
            (column,),
        )
    connection.execute(
        "update temp._in set row = ? where pos in (select pos from temp._candidates)", (_ASIDE,)
    )
    connection.execute("drop table temp._candidates")


def _differs(number: int, column: str) -> str:
    """SQL that keeps the cells whose delivered text is not what was delivered before."""
    name = quote_identifier(column)
    return (
        f'left join temp._base b on b.row = t.{ROW} and b."column" = ?'
        f" where _in.c{number} is not (case when b.row is null then t.{name} else b.value end)"
    )


def _change_cells(connection: sqlite3.Connection, info: TableInfo, batch: int) -> None:
    cells.lay_down(connection)
    for number, column in enumerate(info.columns):
        connection.execute(
            f"insert into temp._cells select ?, t.{ROW}, 0, t.{quote_identifier(column)},"
            f" _in.c{number} from temp._in join {quote_identifier(info.name)} t"
            f" on t.{ROW} = _in.row {_differs(number, column)}",
            (number, column),
        )
    if cells.columns_touched(connection):
        at = connection.execute(
            "select ingested_at from _steward_batches where id = ?", (batch,)
        ).fetchone()[0]
        opened = journal.open_set(connection, info.name, INGEST, at, note=f"batch {batch}")
        cells.write_cells(connection, info, opened.id)
        journal.close_set(connection, opened)
    cells.lift(connection)


def _insert_new(connection: sqlite3.Connection, info: TableInfo, batch: int) -> None:
    connection.execute("drop table if exists temp._new")
    connection.execute(
        "create temp table _new as select pos, ? - 1 + row_number() over (order by pos) as row"
        " from temp._in where row is null",
        (info.next_row,),
    )
    listed = [f"_in.c{number}" for number in range(len(info.columns))]
    given = dict(zip(info.columns, listed, strict=True))
    value = hashing.row_hash_sql(info.columns, given=given, row="k.row")
    connection.execute(
        f"insert into {quote_identifier(info.name)} select k.row, ?, {value}, {', '.join(listed)}"
        " from temp._new k join temp._in on _in.pos = k.pos order by k.row",
        (batch,),
    )
    connection.execute("update temp._in set row = k.row from temp._new k where k.pos = _in.pos")
    added = connection.execute("select count(*) from temp._new").fetchone()[0]
    sums = connection.execute(
        f"select {hashing.sum_sql()} from {quote_identifier(info.name)} where {ROW} >= ?",
        (info.next_row,),
    ).fetchone()
    tables.count_change(connection, info.name, rows=added, hash_change=hashing.joined(*sums))
    connection.execute(
        "update _steward_tables set next_row = next_row + ? where name = ?", (added, info.name)
    )
    connection.execute("drop table temp._new")


def _keep_quoted(connection: sqlite3.Connection, info: TableInfo) -> None:
    """Which JSON strings look like numbers, as this delivery had it."""
    connection.execute(
        "delete from _steward_quoted where table_name = ? and row in (select row from temp._in)",
        (info.name,),
    )
    for number, column in enumerate(info.columns):
        connection.execute(
            "insert into _steward_quoted select ?, n.row, ? from temp._in_quoted q"
            " join temp._in n on n.pos = q.pos where q.col = ? and n.row > 0",
            (info.name, column, number),
        )
