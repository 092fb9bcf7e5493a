"""Settings of a store: a name and a text each."""

from __future__ import annotations

import json
import sqlite3


def find(connection: sqlite3.Connection, name: str) -> str | None:
    """A setting, or None."""
    row = connection.execute(
        "select value from _steward_settings where name = ?", (name,)
    ).fetchone()
    return None if row is None else str(json.loads(row[0]))


def keep(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Keep a setting; it replaces what it was."""
    connection.execute(
        "insert or replace into _steward_settings values (?, ?)", (name, json.dumps(value))
    )
