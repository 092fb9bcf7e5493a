"""Reads a stored table out of SQLite: to Arrow, to a Parquet file kept by content hash."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from steward.engine.snapshot import Snapshot
from steward.engine.text import quote_identifier
from steward.types import BATCH, ROW, Batch

BATCH_ROWS = 65_536
WAIT = 10.0
"""Seconds to wait for a process that holds the file."""


def open_snapshot(
    database: Path,
    table: str,
    columns: Sequence[str],
    *,
    content_hash: str,
    cache: Path | None = None,
    batches: Sequence[Batch] = (),
    key: Sequence[str] = (),
    beside: Mapping[str, Snapshot] | None = None,
) -> Snapshot:
    """Return the table as it stands now.

    Args:
        database: the SQLite file.
        table: its name there.
        columns: the user's columns, in order.
        content_hash: names the content; with `cache`, a file of that name is read instead.
        cache: a folder for Parquet files. Without it the snapshot lives in memory.
        batches: the ingestions that brought the rows.
        key: the columns that name a row, if the user gave any.
        beside: other tables that checks may look into (foreign keys).
    """
    if cache is None:
        source: pa.Table | Path = pa.Table.from_batches(
            _read(database, table, columns), schema=_schema(columns)
        )
    else:
        source = _cached(cache, database, table, columns, content_hash)
    return Snapshot(
        table, source, content_hash=content_hash, batches=batches, key=key, beside=beside
    )


def _schema(columns: Sequence[str]) -> pa.Schema:
    text = [pa.field(name, pa.string()) for name in columns]
    return pa.schema([pa.field(ROW, pa.int64()), pa.field(BATCH, pa.int64()), *text])


def _read(database: Path, table: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows, `BATCH_ROWS` at a time.

    Through Python's own SQLite and no driver with another copy of it: two copies in one process
    release each other's locks on the file (docs/decisions/0003-one-sqlite.md).
    """
    names = ", ".join(quote_identifier(name) for name in (ROW, BATCH, *columns))
    query = f"select {names} from {quote_identifier(table)} order by {ROW}"
    schema = _schema(columns)
    address = f"file:{quote(str(database.resolve()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=WAIT)) as connection:
        cursor = connection.execute(query)
        while rows := cursor.fetchmany(BATCH_ROWS):
            arrays = [
                pa.array(cells, field.type)
                for cells, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _cached(
    cache: Path, database: Path, table: str, columns: Sequence[str], content_hash: str
) -> Path:
    path = cache / f"{table}-{content_hash}.parquet"
    if path.exists():
        return path
    cache.mkdir(parents=True, exist_ok=True)
    partial = cache / f".{path.name}.{os.getpid()}"
    try:
        with pq.ParquetWriter(partial, _schema(columns), compression="zstd") as writer:
            for batch in _read(database, table, columns):
                writer.write_batch(batch)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    for old in cache.glob(f"{table}-*.parquet"):
        if old != path:
            old.unlink(missing_ok=True)
    return path
