"""Change sets whose checks have not run yet: noted with the write, struck out after the checks.

Whoever is killed between the two leaves the note behind, and the next process runs the checks.
"""

from __future__ import annotations

import sqlite3


def note(connection: sqlite3.Connection, change_set: int, profile: str) -> None:
    """Note a change set and the profile (JSON) its checks go by."""
    connection.execute("insert into _steward_unverified values (?, ?)", (change_set, profile))


def listed(connection: sqlite3.Connection, table: str) -> list[tuple[int, str]]:
    """Change sets of a table that are noted, oldest first, with their profiles."""
    return connection.execute(
        "select u.change_set, u.profile from _steward_unverified u"
        " join _steward_change_sets s on s.id = u.change_set"
        " where s.table_name = ? order by u.change_set",
        (table,),
    ).fetchall()


def strike(connection: sqlite3.Connection, change_set: int) -> None:
    """Strike out a change set whose checks have run."""
    connection.execute("delete from _steward_unverified where change_set = ?", (change_set,))
