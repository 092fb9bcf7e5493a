"""A table of a PostgreSQL or MySQL server, read as the text the server itself makes of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlencode, urlsplit, urlunsplit

from steward.errors import InputError, MissingExtra
from steward.sources.columns import check_columns
from steward.sources.delivery import CHUNK_ROWS, Chunk, Delivery

_EXAMPLE = "Write postgresql://user@host/database?table=items, or mysql://…"


def open_server_table(location: str, table: str | None) -> Delivery:
    """Look at a table on a server, and return it ready to be read.

    Raises:
        InputError: the address is wrong, or the server refuses.
        MissingExtra: the driver is not installed.
    """
    address, name = _address(location, table)
    server = _Postgres(address) if address.scheme.startswith("postgres") else _MySql(address)
    with closing(server.connect()) as connection:
        cursor = connection.cursor()
        server.run(cursor, f"select * from {server.quoted(name)} limit 0")
        columns = check_columns([column[0] for column in cursor.description], server.shown)
    source = f"{server.shown}?table={name}"
    dialect = {"format": address.scheme, "table": name}
    return Delivery(columns, source, lambda: server.chunks(name, columns), dialect)


def _address(location: str, table: str | None) -> tuple[SplitResult, str]:
    try:
        address = urlsplit(location)
        query = parse_qs(address.query)
        address.port  # noqa: B018 - reading it checks it
    except ValueError as error:
        raise InputError(f"The address is not well formed ({error}).", hint=_EXAMPLE) from error
    if address.scheme not in ("postgresql", "postgres", "mysql"):
        raise InputError(f"Nothing can be read from {address.scheme}:// addresses.", hint=_EXAMPLE)
    name = table or (query.pop("table", None) or [""])[0]
    query.pop("table", None)
    if not name or not address.hostname:
        missing = "table" if not name else "host"
        raise InputError(f"The address names no {missing}.", hint=_EXAMPLE)
    return address._replace(query=urlencode(query, doseq=True)), name


class _Server(ABC):
    """What the two servers share; `quote` is the mark around names."""

    quote = '"'
    driver = ""
    casted = ""

    def __init__(self, address: SplitResult) -> None:
        self.address = address
        host = address.hostname or ""
        place = host + (f":{address.port}" if address.port else "")
        self.shown = urlunsplit((address.scheme, place, address.path, "", ""))

    def quoted(self, name: str) -> str:
        mark = self.quote
        return ".".join(mark + part.replace(mark, mark * 2) + mark for part in name.split("."))

    @abstractmethod
    def connect(self) -> Any:
        """Open a connection, or refuse in a person's words."""

    @abstractmethod
    def stream(self, connection: Any) -> Any:
        """A cursor that holds a block of rows at a time, not the whole table."""

    def run(self, cursor: Any, query: str) -> None:
        try:
            cursor.execute(query)
        except Exception as error:  # each driver has an error tree of its own
            raise self.refused(error) from error

    def refused(self, error: Exception) -> InputError:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        return InputError(
            f"{self.shown} refused: {first}.", hint="Check address, table and rights."
        )

    def chunks(self, name: str, columns: tuple[str, ...]) -> Iterator[Chunk]:
        listed = ", ".join(self.casted.format(self.quoted_name(column)) for column in columns)
        with (
            closing(self.connect()) as connection,
            closing(self.stream(connection)) as cursor,
        ):
            self.run(cursor, f"select {listed} from {self.quoted(name)}")
            while rows := cursor.fetchmany(CHUNK_ROWS):
                yield Chunk(list(rows))

    def quoted_name(self, column: str) -> str:
        return self.quote + column.replace(self.quote, self.quote * 2) + self.quote


class _Postgres(_Server):
    casted = "{}::text"

    def connect(self) -> Any:
        try:
            import psycopg
        except ImportError:
            raise MissingExtra("Reading from PostgreSQL", "postgres") from None
        try:
            return psycopg.connect(urlunsplit(self.address))
        except psycopg.Error as error:
            raise self.refused(error) from error

    def stream(self, connection: Any) -> Any:
        return connection.cursor("steward")  # a named cursor stays on the server


class _MySql(_Server):
    quote = "`"
    casted = "cast({} as char)"

    def connect(self) -> Any:
        try:
            import pymysql
        except ImportError:
            raise MissingExtra("Reading from MySQL", "mysql") from None
        try:
            return pymysql.connect(
                host=self.address.hostname,
                port=self.address.port or 3306,
                user=unquote(self.address.username or ""),
                password=unquote(self.address.password or ""),
                database=unquote(self.address.path.lstrip("/")),
                charset="utf8mb4",
            )
        except pymysql.Error as error:
            raise self.refused(error) from error

    def stream(self, connection: Any) -> Any:
        from pymysql.cursors import SSCursor

        return connection.cursor(SSCursor)
