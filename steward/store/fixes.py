"""Fixes kept in the store: proposed, reviewed, and what became of them."""

from __future__ import annotations

import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace

from steward.errors import UsageError
from steward.store import codec, tables
from steward.types import Change, Fix, FixKind, Status

_COLUMNS = "id, run, status, body, rows"
_KEPT_APART = ("id", "run", "status", "rows")


def signature(fix: Fix) -> str:
    """What a fix writes, whichever rows it writes it in."""
    return f"{fix.kind} {codec.to_json(fix.changes)}"


def save(
    connection: sqlite3.Connection, table: str, fixes: Sequence[Fix], *, beside: bool = False
) -> list[Fix]:
    """Number the fixes of one run; heeds what was decided.

    Replaces what is still proposed, unless the run goes `beside` it.

    A fix equal to a rejected one stays rejected, one equal to an accepted one is that one. Equal
    means: same kind and changes, and rows in common (for a merge or quarantine: the same rows).
    """
    info = tables.get(connection, table)
    if info.side_of is not None:
        raise UsageError(
            f"{info.name!r} holds rows set aside; they are not fixed there.",
            hint="Bring a row back first: steward undo",
        )
    for fix in fixes:
        _check(fix, info)
    if not beside:
        connection.execute(
            "delete from _steward_fixes where table_name = ? and status = ?",
            (info.name, Status.PROPOSED),
        )
    decided = _decided(connection, info.name)
    run = 1 + connection.execute("select coalesce(max(run), 0) from _steward_fixes").fetchone()[0]
    run = max(run, 1 + int(_setting(connection, "last_run") or 0))
    connection.execute(
        "insert or replace into _steward_settings values ('last_run', ?)", (str(run),)
    )
    return [_save_one(connection, replace(fix, run=run), decided) for fix in fixes]


def _setting(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute(
        "select value from _steward_settings where name = ?", (name,)
    ).fetchone()
    return None if row is None else str(row[0])


def _check(fix: Fix, info: tables.TableInfo) -> None:
    if fix.table.lower() != info.name.lower():
        raise UsageError(f"A fix for table {fix.table!r} cannot be saved for {info.name!r}.")
    tables.check_columns_known(info, fix.columns)
    check_text(fix.changes)


def check_text(changes: Iterable[Change]) -> None:
    """Refuse text that SQLite or an export could not hold, with `UsageError`."""
    for change in changes:
        text = change.after or ""
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise UsageError(f"The new value {text!r} is not plain text.", hint="Edit the fix.")


def _decided(connection: sqlite3.Connection, table: str) -> dict[str, list[Fix]]:
    held: dict[str, list[Fix]] = {}
    for fix in _select(
        connection, "table_name = ? and status in (?, ?)", (table, "rejected", "accepted")
    ):
        held.setdefault(signature(fix), []).append(fix)
    return held


def _save_one(connection: sqlite3.Connection, fix: Fix, decided: dict[str, list[Fix]]) -> Fix:
    status = Status.PROPOSED
    for other in decided.get(signature(fix), ()):
        if not _equal(fix, other):
            continue
        if other.status is Status.ACCEPTED:
            return other
        status = Status.REJECTED
    cursor = connection.execute(
        "insert into _steward_fixes values (null, ?, ?, ?, ?, ?, ?)",
        (
            fix.table,
            fix.run,
            status,
            signature(fix),
            codec.to_json(fix, without=_KEPT_APART),
            _pack(fix.rows),
        ),
    )
    return replace(fix, id=int(cursor.lastrowid or 0), status=status)


def _equal(fix: Fix, other: Fix) -> bool:
    if fix.kind in (FixKind.MERGE, FixKind.QUARANTINE):
        return fix.rows == other.rows
    return not set(fix.rows).isdisjoint(other.rows)


def _pack(rows: Sequence[int]) -> bytes:
    """Row ids as compressed 64-bit numbers; a fix may name a million."""
    return zlib.compress(array("q", rows).tobytes(), 1)


def _unpack(packed: bytes) -> tuple[int, ...]:
    rows = array("q")
    rows.frombytes(zlib.decompress(packed))
    return tuple(rows)


def _select(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> list[Fix]:
    rows = connection.execute(
        f"select {_COLUMNS} from _steward_fixes where {where} order by id", tuple(values)
    )
    return [
        codec.from_json(Fix, body, id=number, run=run, status=Status(status), rows=_unpack(packed))
        for number, run, status, body, packed in rows
    ]


def find(connection: sqlite3.Connection, number: int) -> Fix:
    """One fix; `UsageError` when there is none of that number."""
    for fix in _select(connection, "id = ?", (number,)):
        return fix
    raise UsageError(f"There is no fix {number}.", hint="See: steward fix --table NAME")


def select(connection: sqlite3.Connection, table: str | None, status: Status | None) -> list[Fix]:
    """Fixes by table and status, in the order they were proposed."""
    return _select(
        connection,
        "(?1 is null or table_name = ?1 collate nocase) and (?2 is null or status = ?2)",
        (table, status),
    )


def statuses(connection: sqlite3.Connection, table: str) -> dict[int | None, Status]:
    """Where every fix of a table is on its way."""
    rows = connection.execute(
        "select id, status from _steward_fixes where table_name = ? collate nocase", (table,)
    )
    return {number: Status(status) for number, status in rows}


def set_status(connection: sqlite3.Connection, numbers: Iterable[int], status: Status) -> None:
    """Write where fixes are on their way."""
    connection.executemany(
        "update _steward_fixes set status = ? where id = ?", [(status, n) for n in numbers]
    )


def review(
    connection: sqlite3.Connection,
    number: int,
    status: Status,
    *,
    changes: Sequence[Change] | None,
    by: str,
    at: str,
) -> Fix:
    """Accept or reject a fix; `changes` are its changes with other new values."""
    fix = find(connection, number)
    if status not in (Status.ACCEPTED, Status.REJECTED):
        raise UsageError("A review accepts or rejects.")
    if fix.status is Status.APPLIED:
        raise UsageError(
            f"Fix {number} is applied.", hint=f"Take it back first: steward undo f{number}"
        )
    if changes is not None:
        fix = replace(fix, changes=_edited(fix, changes))
    connection.execute(
        "update _steward_fixes set status = ?, signature = ?, body = ? where id = ?",
        (status, signature(fix), codec.to_json(fix, without=_KEPT_APART), number),
    )
    connection.execute(
        "insert into _steward_reviews values (null, ?, ?, ?, ?, ?)",
        (number, status, by, at, None if changes is None else codec.to_json(fix.changes)),
    )
    return find(connection, number)


def _edited(fix: Fix, changes: Sequence[Change]) -> tuple[Change, ...]:
    expected = [(change.column, change.before) for change in fix.changes]
    if [(change.column, change.before) for change in changes] != expected:
        raise UsageError(
            f"An edit of fix {fix.id} may only change the new values.",
            hint="Keep its columns and old values.",
        )
    check_text(changes)
    return tuple(changes)
