"""Reading the journal: change sets, their lines, and what later touched the same cells."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from steward.errors import UsageError
from steward.types import ChangeSet

UPDATE, DELETE, INSERT = "update", "delete", "insert"


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One cell or one row that a change set changed.

    `op` is *update* (a cell: `column`, `before`, `after`), *delete* (a row left the table:
    `before` is its JSON) or *insert* (a row came back: `after` is its JSON).
    """

    seq: int
    change_set: int
    fix: int
    table: str
    row: int
    column: str | None
    before: str | None
    after: str | None
    op: str


@dataclass(frozen=True, slots=True)
class SetRecord:
    """A change set as the journal keeps it; its lines are `first` to `last`."""

    id: int
    table: str
    kind: str
    at: str
    note: str
    undoes: int | None
    first: int
    last: int


_SET = (
    "select id, table_name, kind, at, note, undoes, first_seq, last_seq from _steward_change_sets"
)


def record(connection: sqlite3.Connection, change_set: int) -> SetRecord:
    """One change set; `UsageError` when there is none of that number."""
    row = connection.execute(f"{_SET} where id = ?", (change_set,)).fetchone()
    if row is None:
        raise UsageError(f"There is no change set {change_set}.", hint="See: steward history")
    return SetRecord(*row)


def change_set(connection: sqlite3.Connection, number: int) -> ChangeSet:
    """One change set with its fixes and whether nothing of it is in force."""
    return _change_set(connection, record(connection, number))


def history(connection: sqlite3.Connection, table: str | None) -> list[ChangeSet]:
    """Change sets, oldest first."""
    rows = connection.execute(
        f"{_SET} where ?1 is null or table_name = ?1 order by id", (table,)
    ).fetchall()
    return [_change_set(connection, SetRecord(*row)) for row in rows]


def _change_set(connection: sqlite3.Connection, held: SetRecord) -> ChangeSet:
    parts = connection.execute(
        "select fix, cells, in_force from _steward_parts where change_set = ? order by fix",
        (held.id,),
    ).fetchall()
    return ChangeSet(
        held.id,
        held.table,
        held.kind,
        held.at,
        tuple(fix for fix, _, _ in parts if fix),
        sum(cells for _, cells, _ in parts),
        not any(in_force for _, _, in_force in parts),
        held.note,
    )


def lines(connection: sqlite3.Connection, number: int) -> list[JournalLine]:
    """Every line of a change set, in the order written."""
    held = record(connection, number)
    rows = connection.execute(
        'select seq, change_set, fix, row, "column", before, after, op from _steward_journal'
        " where seq between ? and ? order by seq",
        (held.first, held.last),
    )
    return [line(row, held.table) for row in rows]


def line(row: Sequence[Any], table: str) -> JournalLine:
    """A line from its columns in the journal, which knows the table by its change set."""
    seq, number, fix, *rest = row
    return JournalLine(seq, number, fix, table, *rest)


def open_set(
    connection: sqlite3.Connection,
    table: str,
    kind: str,
    at: str,
    *,
    note: str = "",
    undoes: int | None = None,
) -> SetRecord:
    """Begin a change set; the lines that follow are its own until `close_set`."""
    first = 1 + int(
        connection.execute("select coalesce(max(seq), 0) from _steward_journal").fetchone()[0]
    )
    cursor = connection.execute(
        "insert into _steward_change_sets values (null, ?, ?, ?, ?, ?, ?, ?)",
        (table, kind, at, note, undoes, first, first - 1),
    )
    return record(connection, int(cursor.lastrowid or 0))


def close_set(
    connection: sqlite3.Connection, opened: SetRecord, *, fixes: Sequence[int] = ()
) -> ChangeSet:
    """Note the last line and the parts of a change set; a fix without a line is a part too."""
    connection.execute(
        "update _steward_change_sets set last_seq ="
        " (select coalesce(max(seq), 0) from _steward_journal) where id = ?",
        (opened.id,),
    )
    connection.execute(
        "insert or ignore into _steward_parts select change_set, fix, count(*), 1"
        " from _steward_journal where seq >= ? group by change_set, fix",
        (opened.first,),
    )
    connection.executemany(
        "insert or ignore into _steward_parts values (?, ?, 0, 1)", [(opened.id, n) for n in fixes]
    )
    return change_set(connection, opened.id)


def listed(fixes: Sequence[int] | None) -> str | None:
    """Numbers as JSON, for `json_each`; None stays null and means all."""
    return None if fixes is None else json.dumps(list(fixes))


def later_touch(
    connection: sqlite3.Connection, held: SetRecord, chosen: Sequence[int] | None
) -> JournalLine | None:
    """The first later line, still in force, on a cell or row that this change set touched.

    Args:
        connection: the store.
        held: the change set to be undone.
        chosen: only the lines of these fixes, or those of the whole set. Within the set, other
            fixes count as later.
    """
    row = connection.execute(
        """
        select b.seq, b.change_set, b.fix, b.row, b."column", b.before, b.after, b.op
        from _steward_journal b
        join _steward_change_sets s on s.id = b.change_set
        join _steward_parts p on p.change_set = b.change_set and p.fix = b.fix
        join _steward_journal a on a.row = b.row
        where a.seq between :first and :last
          and (:fixes is null or a.fix in (select value from json_each(:fixes)))
          and b.seq > :first and b.seq > a.seq
          and (b.change_set <> :id or (:fixes is not null
               and b.fix not in (select value from json_each(:fixes))))
          and s.table_name = :table and s.kind <> 'undo' and p.in_force
          and (a."column" is null or b."column" is null or a."column" = b."column")
        order by b.seq limit 1
        """,
        {
            "first": held.first,
            "last": held.last,
            "fixes": listed(chosen),
            "id": held.id,
            "table": held.table,
        },
    ).fetchone()
    return None if row is None else line(row, held.table)
