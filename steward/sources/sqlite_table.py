"""A table of another SQLite file, in and out."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from steward.errors import InputError
from steward.sources.columns import check_columns
from steward.sources.delivery import CHUNK_ROWS, Chunk, Delivery, Row

INTEGER = "sqlite integer"
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")


def open_sqlite_table(path: Path, table: str | None) -> Delivery:
    """Look at a table of an SQLite file, and return it ready to be read."""
    try:
        with closing(_connect(path)) as connection:
            name = _choose(connection, path, table)
            listed = connection.execute(f"select * from {_quoted(name)} limit 0").description
            columns = check_columns([column[0] for column in listed], f"{path}, table {name}")
            types = {column: INTEGER for column in columns if _is_integer(connection, name, column)}
    except sqlite3.Error as error:
        raise _broken(path, error) from error
    dialect = {"format": "sqlite", "table": name}
    source = f"{path}#{name}"
    return Delivery(columns, source, lambda: _chunks(path, name, columns), dialect, types)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _broken(path: Path, error: sqlite3.Error) -> InputError:
    return InputError(
        f"{path} cannot be read as SQLite ({error}).", hint="Check the file, and who has it open."
    )


def _choose(connection: sqlite3.Connection, path: Path, table: str | None) -> str:
    rows = connection.execute(
        "select name from sqlite_master where type in ('table', 'view')"
        " and name not like 'sqlite\\_%' escape '\\' order by name"
    )
    names = [str(row[0]) for row in rows]
    if table is None and len(names) == 1:
        return names[0]
    if table in names:
        return str(table)
    what = f"has no table {table!r}" if table else f"holds {len(names)} tables"
    raise InputError(
        f"{path} {what}.",
        hint=f"Name one with --source-table: {', '.join(names[:20])}." if names else "It is empty.",
    )


def _is_integer(connection: sqlite3.Connection, table: str, column: str) -> bool:
    rows = connection.execute(f"select distinct typeof({_quoted(column)}) from {_quoted(table)}")
    kinds = {row[0] for row in rows} - {"null"}
    return kinds == {"integer"}


def _chunks(path: Path, table: str, columns: Sequence[str]) -> Iterator[Chunk]:
    try:
        with closing(_connect(path)) as connection:
            cursor = connection.execute(f"select * from {_quoted(table)}")
            while rows := cursor.fetchmany(CHUNK_ROWS):
                yield Chunk([_texts(row, columns, path) for row in rows])
    except sqlite3.Error as error:
        raise _broken(path, error) from error


def _texts(row: Sequence[object], columns: Sequence[str], path: Path) -> Row:
    for value, column in zip(row, columns, strict=True):
        if isinstance(value, bytes) or (isinstance(value, str) and "\0" in value):
            raise InputError(
                f"{path}: column {column!r} holds binary data.", hint="Leave it out with a view."
            )
    return [value if value is None or isinstance(value, str) else str(value) for value in row]


def write_sqlite_table(
    columns: Sequence[str],
    read: Callable[[], Iterator[Chunk]],
    types: Mapping[str, str],
    target: Path,
    name: str,
) -> int:
    """Write one table into a new SQLite file; whole numbers only where they were such."""
    wanted = {number for number, column in enumerate(columns) if types.get(column) == INTEGER}
    if wanted:
        for chunk in read():
            wanted = {n for n in wanted if all(_whole(row[n]) for row in chunk.rows)}
    kinds = ["integer" if number in wanted else "text" for number in range(len(columns))]
    listed = ", ".join(f"{_quoted(c)} {k}" for c, k in zip(columns, kinds, strict=True))
    count = 0
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = off")
        connection.execute("begin")
        connection.execute(f"create table {_quoted(name)} ({listed})")
        insert = f"insert into {_quoted(name)} values ({', '.join('?' * len(columns))})"
        for chunk in read():
            connection.executemany(insert, chunk.rows)
            count += len(chunk.rows)
        connection.execute("commit")
    return count


def _whole(cell: str | None) -> bool:
    return cell is None or _WHOLE.fullmatch(cell) is not None
