"""Snapshots of stored tables, kept as Parquet files beside the store by content hash."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from steward.engine import Snapshot, open_snapshot
from steward.engine.text import quote_identifier
from steward.errors import StoreLocked
from steward.store.tables import TableInfo
from steward.types import BATCH, ROW

KEPT = 4
"""Snapshots kept for each table: whoever compares before and after still finds both."""

TRIES = 20


def cache_folder(database: Path) -> Path:
    """Where the snapshots of a store lie; the folder may be deleted at any time."""
    return database.with_name(database.name + ".steward-cache")


def take(
    database: Path, describe: Callable[[], TableInfo], connection: sqlite3.Connection
) -> Snapshot:
    """Return the table as it stands; `describe` looks it up anew.

    The file is made under another name and kept only if the table did not change meanwhile, so a
    snapshot is never half of one change set and half of the next.
    """
    writable = os.access(database.resolve().parent, os.W_OK)
    for _ in range(TRIES):
        info = describe()
        source = _file(database, info) if writable else _in_memory(connection, info)
        if describe().content_hash == info.content_hash:
            return Snapshot(
                info.name,
                source,
                content_hash=info.content_hash,
                batches=info.batches,
                key=info.key,
            )
        if isinstance(source, Path):
            source.unlink(missing_ok=True)
    raise StoreLocked(
        f"Table {info.name!r} keeps changing while it is read.", hint="Try again in a moment."
    )


def kept(database: Path, info: TableInfo, content_hash: str) -> Snapshot | None:
    """The snapshot of an earlier content, if its file has not been pruned."""
    path = cache_folder(database) / info.name / f"{content_hash}.parquet"
    if not path.exists():
        return None
    return Snapshot(info.name, path, content_hash=content_hash, batches=info.batches, key=info.key)


def _in_memory(connection: sqlite3.Connection, info: TableInfo) -> pa.Table:
    """The table without a file, for a store in a folder that cannot be written to."""
    kinds = {ROW: pa.int64(), BATCH: pa.int64()} | dict.fromkeys(info.columns, pa.string())
    names = ", ".join(quote_identifier(name) for name in kinds)
    rows = connection.execute(
        f"select {names} from {quote_identifier(info.name)} order by {ROW}"
    ).fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    arrays = [pa.array(held, kind) for held, kind in zip(columns, kinds.values(), strict=True)]
    return pa.Table.from_arrays(arrays, names=list(kinds))


def _file(database: Path, info: TableInfo) -> Path:
    folder = cache_folder(database) / info.name
    path = folder / f"{info.content_hash}.parquet"
    if path.exists():
        os.utime(path)
        return path
    partial = folder / f".partial-{os.getpid()}"
    partial.mkdir(parents=True, exist_ok=True)
    try:
        open_snapshot(
            database,
            info.name,
            info.columns,
            content_hash=info.content_hash,
            cache=partial,
        )
        made = next(partial.glob("*.parquet"))
        made.replace(path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    _prune(folder)
    return path


def _prune(folder: Path) -> None:
    files = sorted(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in files[KEPT:]:
        old.unlink(missing_ok=True)
