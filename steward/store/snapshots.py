"""Snapshots of stored tables, kept as Parquet files beside the store by content hash."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from steward.engine import Snapshot, open_snapshot
from steward.errors import StoreLocked
from steward.store.tables import TableInfo

KEPT = 4
"""Snapshots kept for each table: whoever compares before and after still finds both."""

TRIES = 20


def cache_folder(database: Path) -> Path:
    """Where the snapshots of a store lie; the folder may be deleted at any time."""
    return database.with_name(database.name + ".steward-cache")


def take(database: Path, describe: Callable[[], TableInfo], *, writable: bool) -> Snapshot:
    """Return the table as it stands; `describe` looks it up anew.

    The file is made under another name and kept only if the table did not change meanwhile, so a
    snapshot is never half of one change set and half of the next.
    """
    for _ in range(TRIES):
        info = describe()
        if not writable:
            found = open_snapshot(database, info.name, info.columns, content_hash=info.content_hash)
            source = found.arrow
        else:
            source = _file(database, info)
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
