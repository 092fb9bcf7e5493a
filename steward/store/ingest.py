"""Deliveries into tables: append, and the checks that a delivery fits the table it is for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence

from steward.engine.text import quote_identifier
from steward.errors import InputError, UnknownColumn, UsageError
from steward.sources import Chunk, Delivery
from steward.store import hashing, tables
from steward.store.tables import TableInfo
from steward.types import BATCH, Batch

MODES = ("append", "upsert")


def prepare(
    connection: sqlite3.Connection,
    delivery: Delivery,
    table: str,
    *,
    key: Sequence[str],
    mode: str,
    at: str,
) -> TableInfo:
    """The table to fill, made when it is new; refuses a delivery that does not fit it."""
    if mode not in MODES:
        raise UsageError(f"There is no mode {mode!r}.", hint=f"Use {' or '.join(MODES)}.")
    tables.check_table_name(table)
    _check_key(delivery, key)
    info = tables.find(connection, table)
    if info is None:
        if mode == "upsert" and not key:
            raise UsageError("An upsert needs a key.", hint="Name its columns with --key.")
        return tables.create(connection, table, delivery.columns, key=key, at=at)
    _check_same_columns(delivery, info)
    if key and tuple(key) != info.key:
        raise UsageError(
            f"Table {info.name!r} has {_named_key(info.key)}, not the key {', '.join(key)}.",
            hint="Leave --key out: a table keeps the key it was made with.",
        )
    if mode == "upsert" and not info.key:
        raise UsageError(
            f"Table {info.name!r} has no key, so rows cannot be matched.",
            hint="Append instead, or ingest into a new table with --key.",
        )
    return info


def _named_key(key: Sequence[str]) -> str:
    return f"the key {', '.join(key)}" if key else "no key"


def _check_key(delivery: Delivery, key: Sequence[str]) -> None:
    for column in key:
        if column not in delivery.columns:
            raise UnknownColumn(
                f"{delivery.source} has no column {column!r} to be a key.",
                hint=f"It has: {', '.join(delivery.columns[:30])}.",
            )
    if len(set(key)) < len(key):
        raise UsageError("A column is twice in the key.", hint="Name each column once.")


def _check_same_columns(delivery: Delivery, info: TableInfo) -> None:
    if set(delivery.columns) == set(info.columns):
        return
    missing = [column for column in info.columns if column not in delivery.columns]
    new = [column for column in delivery.columns if column not in info.columns]
    said = [f"missing: {', '.join(missing[:20])}"] if missing else []
    said += [f"new: {', '.join(new[:20])}"] if new else []
    raise InputError(
        f"{delivery.source} does not have the columns of table {info.name!r} ({'; '.join(said)}).",
        hint="Deliver the same columns, or ingest it as another table with --table.",
    )


def start_batch(
    connection: sqlite3.Connection, delivery: Delivery, info: TableInfo, *, mode: str, at: str
) -> int:
    """Write the batch's line and return its number; rows and hash follow when they are known."""
    cursor = connection.execute(
        "insert into _steward_batches values (null, ?, ?, ?, 0, '', ?, ?, ?)",
        (info.name, delivery.source, at, mode, _json(delivery.dialect), _json(delivery.types)),
    )
    return int(cursor.lastrowid or 0)


def finish_batch(connection: sqlite3.Connection, batch: int, table: str, rows: int) -> Batch:
    """Note how many rows were delivered, and the content hash of the table with them."""
    connection.execute(
        "update _steward_batches set rows = ?,"
        " content_hash = (select hash from _steward_tables where name = ?) where id = ?",
        (rows, table, batch),
    )
    return next(b for b in tables.batches(connection, table) if b.id == batch)


def append(connection: sqlite3.Connection, delivery: Delivery, info: TableInfo, batch: int) -> int:
    """Add every delivered row under a new row id; returns how many there were."""
    writer = _RowWriter(connection, delivery, info, batch)
    width = len(info.columns) + 3
    sql = f"insert into {quote_identifier(info.name)} values ({', '.join('?' * width)})"
    for chunk in delivery.chunks():
        try:
            connection.executemany(sql, writer.rows(chunk))
        except sqlite3.IntegrityError:
            raise _bad_key(connection, delivery, info, writer) from None
        except UnicodeEncodeError as error:
            raise InputError(
                f"{delivery.source}: a row among {writer.count - len(chunk.rows) + 1:,} to "
                f"{writer.count:,} holds half a character (a lone surrogate).",
                hint="Mend it in the source.",
            ) from error
        writer.quoted(chunk)
    connection.execute(
        "update _steward_tables set next_row = ? where name = ?", (writer.next_row, info.name)
    )
    tables.count_change(connection, info.name, rows=writer.count, hash_change=writer.total)
    return writer.count


class _RowWriter:
    """Numbers and hashes rows on their way into the table."""

    def __init__(
        self, connection: sqlite3.Connection, delivery: Delivery, info: TableInfo, batch: int
    ) -> None:
        self.connection, self.info, self.batch = connection, info, batch
        self.next_row, self.count, self.total = info.next_row, 0, 0
        self.columns = delivery.columns
        self.order = [delivery.columns.index(column) for column in info.columns]
        self.key = [delivery.columns.index(column) for column in info.key]
        self.same = self.order == list(range(len(self.order)))

    def rows(self, chunk: Chunk) -> Iterator[tuple[object, ...]]:
        row_hash, batch, total = hashing.row_hash, self.batch, 0
        for row, cells in enumerate(chunk.rows, self.next_row):
            if self.key:
                self._check_key(cells)
            held = cells if self.same else [cells[i] for i in self.order]
            value = row_hash(row, held)
            total += value
            self.last = cells
            yield (row, batch, value, *held)
        self.total += total
        self.next_row += len(chunk.rows)
        self.count += len(chunk.rows)

    def _check_key(self, cells: Sequence[str | None]) -> None:
        for index in self.key:
            if not cells[index]:
                raise InputError(
                    f"A row has no value in the key column {self.columns[index]!r}: "
                    f"{shown(cells)}.",
                    hint="Mend the row, or choose a key that is always there.",
                )

    def quoted(self, chunk: Chunk) -> None:
        first = self.next_row - len(chunk.rows)
        self.connection.executemany(
            "insert into _steward_quoted values (?, ?, ?)",
            [(self.info.name, first + at, self.columns[index]) for at, index in chunk.quoted],
        )


def _bad_key(
    connection: sqlite3.Connection, delivery: Delivery, info: TableInfo, writer: _RowWriter
) -> InputError:
    values = [writer.last[index] for index in writer.key]
    named = ", ".join(f"{c}={v!r}" for c, v in zip(info.key, values, strict=True))
    same = " and ".join(f"{quote_identifier(column)} = ?" for column in info.key)
    held = connection.execute(
        f"select {BATCH} from {quote_identifier(info.name)} where {same}", values
    ).fetchone()
    if held is not None and held[0] == writer.batch:
        return InputError(
            f"{delivery.source}: the key {named} is there twice.",
            hint="Mend the rows, or choose a key that names one row.",
        )
    return InputError(
        f"{delivery.source}: the key {named} is in table {info.name!r} already.",
        hint="Match rows by their key instead: --mode upsert.",
    )


def shown(cells: Sequence[str | None]) -> str:
    """A row, short enough for a message."""
    text = ", ".join("null" if cell is None else cell for cell in cells)
    return text if len(text) <= 80 else text[:77] + "…"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=dict)
