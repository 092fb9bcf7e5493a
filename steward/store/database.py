"""One connection to the store, and its errors in the words of a person."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from steward.errors import NoStore, StewardError, StoreError, StoreFull, StoreLocked
from steward.store.hashing import register
from steward.store.migrations import APPLICATION_ID, check_version, migrate

if TYPE_CHECKING:
    from sqlite_utils import Database

WAIT = 10.0
"""Seconds to wait for another writer before `StoreLocked`."""


def create_database(path: Path) -> None:
    """Make an empty store; the file appears complete or not at all."""
    if path.exists():
        raise StoreError(
            f"{path} is there already.",
            hint="Use it as it is, or name another file with --store.",
        )
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with translated(path):
            connection = sqlite3.connect(partial, isolation_level=None)
            try:
                connection.execute("pragma journal_mode = wal")
                connection.execute("begin immediate")
                connection.execute(f"pragma application_id = {APPLICATION_ID}")
                migrate(connection)
                connection.execute("commit")
            finally:
                connection.close()
            partial.rename(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be made: {error.strerror or error}.", hint="Check the folder."
        ) from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            partial.with_name(partial.name + suffix).unlink(missing_ok=True)


def open_database(path: Path, *, read_only: bool = False, wait: float = WAIT) -> Database:
    """Open a store that is there, and bring its own tables up to date.

    Raises:
        NoStore: there is no such file.
        StoreError: it is no store, is damaged, or was written by a later steward.
    """
    from sqlite_utils import Database

    if not path.exists():
        raise NoStore(f"There is no store at {path}.", hint="Make one with: steward init")
    if path.is_dir():
        raise StoreError(f"{path} is a directory.", hint="Name a file with --store.")
    with translated(path):
        connection = _connect(path, read_only, wait)
        try:
            check_version(connection, path)
            register(connection)
            database = Database(connection, execute_plugins=False, recursive_triggers=False)
            if not read_only:
                connection.execute("pragma synchronous = normal")
                _migrate_if_needed(database, path)
            connection.execute("pragma cache_size = -65536")
        except BaseException:
            connection.close()
            raise
    return database


def _connect(path: Path, read_only: bool, wait: float) -> sqlite3.Connection:
    address = f"file:{quote(str(path.resolve()))}"
    if not read_only:
        return sqlite3.connect(f"{address}?mode=rw", timeout=wait, isolation_level=None, uri=True)
    # SQLite writes beside a database in WAL mode even to read it, unless nobody can; only one who
    # may write the database takes those files away again.
    folder = os.access(path.resolve().parent, os.W_OK)
    mode = "rw" if folder and os.access(path, os.W_OK) else "ro" if folder else "ro&immutable=1"
    connection = sqlite3.connect(
        f"{address}?mode={mode}", timeout=wait, isolation_level=None, uri=True
    )
    connection.execute("pragma query_only = on")
    return connection


def _migrate_if_needed(database: Database, path: Path) -> None:
    from steward.store.migrations import MIGRATIONS, version

    if version(database.conn) < len(MIGRATIONS):
        with writing(database, path):
            migrate(database.conn)


@contextmanager
def writing(database: Database, path: Path, *, keep: bool = True) -> Iterator[sqlite3.Connection]:
    """One transaction that writes: all of the block, or nothing of it; never, unless to `keep`."""
    connection = database.conn
    with translated(path):
        connection.execute("begin immediate")
        try:
            yield connection
            connection.execute("commit" if keep else "rollback")
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback")
            raise


@contextmanager
def reading(database: Database, path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction that reads: every query in the block sees the same moment."""
    connection = database.conn
    with translated(path):
        if connection.in_transaction:
            yield connection
            return
        connection.execute("begin")
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("rollback")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn errors of SQLite into errors that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path) from error


def _translate(error: sqlite3.Error, path: Path) -> StewardError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreLocked(
            f"Another process is writing to {path}.", hint="Wait until it is done and try again."
        )
    if "full" in text or "disk I/O" in text:
        return StoreFull(
            f"There is no room to write to {path} ({text}); nothing was changed.",
            hint="Free some space and try again.",
        )
    if "readonly" in text:
        return StoreError(
            f"{path} may only be read.", hint="Check the permissions of the file and its folder."
        )
    if "not a database" in text:
        return StoreError(
            f"{path} is not a store: it is no SQLite database.",
            hint="Name another file with --store.",
        )
    if "malformed" in text:
        return StoreError(
            f"{path} is damaged ({text}).", hint="Restore it from a copy, or ingest again."
        )
    return StoreError(f"{path}: {text}.", hint="Run steward doctor.")
