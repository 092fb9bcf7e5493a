"""A table as it stood at one content hash, ready to be counted.

A snapshot is read-only and holds the row id, the batch number and the user's columns, all of them
text. Set-based work goes through `expr` (Ibis) or `sql` (DuckDB); statistics on distinct values
go through `codes`. Rows are always in row-id order.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from steward.engine.codes import Codes
from steward.types import BATCH, ROW, Batch

if TYPE_CHECKING:
    import duckdb
    import ibis


class Snapshot:
    """One table, frozen."""

    def __init__(
        self,
        name: str,
        source: pa.Table | Path,
        *,
        content_hash: str = "",
        batches: Sequence[Batch] = (),
        key: Sequence[str] = (),
        beside: Mapping[str, Snapshot] | None = None,
    ) -> None:
        """Wrap an Arrow table or a Parquet file that has the columns `ROW`, `BATCH` and text."""
        self.name = name
        self.content_hash = content_hash
        self.batches = tuple(batches)
        self.key = tuple(key)
        self.beside: dict[str, Snapshot] = dict(beside or {})
        self._source = source
        self._codes: dict[str, Codes] = {}
        self._lock = threading.Lock()

    @classmethod
    def from_columns(cls, name: str, columns: Mapping[str, Sequence[str | None]]) -> Snapshot:
        """Make a snapshot of plain lists, rows numbered from 1, all in batch 1."""
        arrays = {c: pa.array(list(v), pa.string()) for c, v in columns.items()}
        rows = len(next(iter(arrays.values()))) if arrays else 0
        ids = pa.array(np.arange(1, rows + 1, dtype=np.int64))
        batch = pa.array(np.ones(rows, dtype=np.int64))
        return cls(name, pa.table({ROW: ids, BATCH: batch, **arrays}))

    @cached_property
    def arrow(self) -> pa.Table:
        """The whole table in memory. Wide or long tables: prefer `expr`, or `column`."""
        return self._source if isinstance(self._source, pa.Table) else pq.read_table(self._source)

    @property
    def source(self) -> pa.Table | Path:
        """Where its rows are: an Arrow table, or a Parquet file."""
        return self._source

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The user's columns, in the order of the delivery."""
        return tuple(name for name in self._schema.names if name not in (ROW, BATCH))

    @cached_property
    def rows(self) -> int:
        """How many rows it has."""
        if isinstance(self._source, pa.Table):
            return int(self._source.num_rows)
        return int(pq.read_metadata(self._source).num_rows)

    @cached_property
    def row_ids(self) -> npt.NDArray[np.int64]:
        """Row ids (int64), ascending: position i of every column belongs to `row_ids[i]`."""
        return np.asarray(self.column(ROW).to_numpy(), dtype=np.int64)

    @cached_property
    def batch_ids(self) -> npt.NDArray[np.int64]:
        """Batch numbers (int64), one a row."""
        return np.asarray(self.column(BATCH).to_numpy(), dtype=np.int64)

    def column(self, name: str) -> pa.ChunkedArray:
        """One column; reads no other when the snapshot lies in a file."""
        if isinstance(self._source, pa.Table):
            return self._source.column(name)
        return pq.ParquetFile(self._source).read(columns=[name]).column(0)

    def codes(self, name: str) -> Codes:
        """One column, dictionary-encoded; kept for the next caller."""
        if name not in self._codes:
            self._codes[name] = Codes.of(self.column(name))
        return self._codes[name]

    def positions(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Positions of row ids that are in the table."""
        return np.searchsorted(self.row_ids, np.asarray(rows, dtype=np.int64))

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """An in-process DuckDB with this table, and those beside it, under their names."""
        import duckdb

        connection = duckdb.connect(":memory:")
        connection.execute("set threads to 2; set preserve_insertion_order to true")
        for other in (self, *self.beside.values()):
            other.attach(connection)
        connection.execute("set enable_external_access to false")
        return connection

    def attach(self, connection: duckdb.DuckDBPyConnection, *, in_place: bool = False) -> None:
        """Make the table known to a DuckDB connection under its name.

        `in_place` reads the file anew at every query, and of it only the columns asked for: less
        work for few queries, but the connection must keep its access to files.
        """
        quoted = '"' + self.name.replace('"', '""') + '"'
        if isinstance(self._source, pa.Table):
            connection.register(self.name, self._source)
        else:
            path = str(self._source).replace("'", "''")
            kind = "view" if in_place else "table"
            connection.execute(f"create {kind} {quoted} as select * from read_parquet('{path}')")

    @cached_property
    def expr(self) -> ibis.Table:
        """The table as an Ibis expression on DuckDB."""
        import ibis

        return ibis.duckdb.from_connection(self.connection).table(self.name)

    def sql(self, query: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """Run one DuckDB query over the snapshot and return its rows as an Arrow table."""
        with self._lock:
            return self.connection.sql(query, params=list(parameters)).to_arrow_table()

    def replace(self, columns: Mapping[str, pa.Array | Codes]) -> Snapshot:
        """Return a copy in memory in which some columns hold other values (no content hash)."""
        table = self.arrow
        for name, given in columns.items():
            values = given.decode() if isinstance(given, Codes) else given
            table = table.set_column(table.schema.get_field_index(name), name, values)
        copy = Snapshot(self.name, table, batches=self.batches, key=self.key, beside=self.beside)
        copy._codes = {c: codes for c, codes in self._codes.items() if c not in columns}
        copy._codes |= {c: given for c, given in columns.items() if isinstance(given, Codes)}
        return copy

    @cached_property
    def _schema(self) -> pa.Schema:
        if isinstance(self._source, pa.Table):
            return self._source.schema
        return pq.read_schema(self._source)
