"""Which change sets a call has written, so that a call that is carried out again writes nothing.

The key of a call is noted in the transaction that writes its change set: killed at any instant,
both are there or neither is.
"""

from __future__ import annotations

import sqlite3


def note(connection: sqlite3.Connection, key: str | None, change_set: int) -> None:
    """Note that a call wrote a change set. The caller holds the transaction."""
    if key is not None:
        connection.execute("insert into _steward_calls values (?, ?)", (key, change_set))


def change_sets(connection: sqlite3.Connection, key: str) -> list[int]:
    """Change sets that a call has written, oldest first."""
    rows = connection.execute(
        "select change_set from _steward_calls where key = ? order by change_set", (key,)
    )
    return [row[0] for row in rows]
