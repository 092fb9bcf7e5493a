"""Fixes into the table: all of them with their journal lines, or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from steward.engine.text import quote_identifier
from steward.errors import StaleFix, UsageError
from steward.store import cells, fixes, journal, tables
from steward.store.cells import Mismatch
from steward.store.journal import DELETE, SetRecord
from steward.store.tables import MERGED, QUARANTINE, TableInfo
from steward.types import ROW, Change, ChangeSet, Fix, FixKind, Status

AGAIN = "Propose again: steward fix --table {table}"


def apply(
    connection: sqlite3.Connection, wanted: Sequence[Fix], *, kind: str, note: str, at: str
) -> ChangeSet:
    """Write fixes of one table. The caller holds the transaction.

    Raises:
        StaleFix: a cell does not hold the value a fix expects, or two fixes want the same cell.
    """
    info = _table(connection, wanted)
    opened = journal.open_set(connection, info.name, kind, at, note=note)
    cells.lay_down(connection)
    _lay_cells(connection, info, wanted)
    _lay_rows(connection, info, wanted)
    _check_overlap(connection, info)
    mismatch = cells.first_mismatch(connection, info)
    if mismatch is not None:
        raise stale(mismatch, info.name)
    write(connection, info, opened)
    numbers = [fix.id for fix in wanted if fix.id is not None]
    fixes.set_status(connection, numbers, Status.APPLIED)
    return journal.close_set(connection, opened, fixes=numbers)


def write(connection: sqlite3.Connection, info: TableInfo, opened: SetRecord) -> None:
    """Write what is laid down: rows that come back, then cells, then rows that leave."""
    try:
        cells.restore_rows(connection, info, opened.id)
        cells.write_cells(connection, info, opened.id)
        cells.remove_rows(connection, info, opened.id, at=opened.at)
    except sqlite3.IntegrityError as error:
        raise StaleFix(
            f"Two rows of {info.name!r} would have the same key ({', '.join(info.key)}); "
            "nothing was changed.",
            hint="Merge the rows, or edit the fix.",
        ) from error
    cells.lift(connection)


def _table(connection: sqlite3.Connection, wanted: Sequence[Fix]) -> TableInfo:
    names = sorted({fix.table for fix in wanted})
    if len(names) != 1:
        said = f"They are for: {', '.join(names)}." if names else "There was no fix."
        raise UsageError(f"A change set holds fixes of one table. {said}")
    statuses = fixes.statuses(connection, names[0])
    for fix in wanted:
        if fix.id not in statuses:
            raise UsageError("A fix must be saved before it is applied.")
        if statuses[fix.id] in (Status.APPLIED, Status.REJECTED):
            raise UsageError(
                f"Fix {fix.id} is {statuses[fix.id]}.",
                hint="Choose fixes that are proposed or accepted.",
            )
    info = tables.get(connection, names[0])
    for fix in wanted:
        tables.check_columns_known(info, fix.columns)
        fixes.check_text(fix.changes)
    return info


def _lay_cells(connection: sqlite3.Connection, info: TableInfo, wanted: Sequence[Fix]) -> None:
    """Lay cells down column by column in row order, which is the order the table is written in."""
    by_column: dict[int, list[tuple[Fix, Change]]] = {}
    for fix in wanted:
        for change in () if fix.kind is FixKind.QUARANTINE else fix.changes:
            by_column.setdefault(info.columns.index(change.column), []).append((fix, change))
    for number, changes in sorted(by_column.items()):
        rows = np.concatenate([np.asarray(_written_rows(fix), np.int64) for fix, _ in changes])
        sizes = [len(_written_rows(fix)) for fix, _ in changes]
        owners = np.repeat(np.arange(len(changes)), sizes)
        order = np.argsort(rows, kind="stable")
        _check_once(info, number, changes, rows[order], owners[order])
        values = [(fix.id, change.before, change.after) for fix, change in changes]
        connection.executemany(
            "insert into temp._cells values (?, ?, ?, ?, ?)",
            (
                (number, row, *values[owner])
                for row, owner in zip(rows[order].tolist(), owners[order].tolist(), strict=True)
            ),
        )


def _written_rows(fix: Fix) -> Sequence[int]:
    return fix.rows[:1] if fix.kind is FixKind.MERGE else fix.rows


def _check_once(
    info: TableInfo,
    number: int,
    changes: Sequence[tuple[Fix, Change]],
    rows: npt.NDArray[np.int64],
    owners: npt.NDArray[np.int64],
) -> None:
    """No cell is written twice; `rows` are sorted."""
    again = np.flatnonzero(rows[1:] == rows[:-1])
    if again.size:
        at = int(again[0])
        first, second = (changes[int(owners[i])][0].id for i in (at, at + 1))
        where = f"row {rows[at]}, column {info.columns[number]!r}"
        raise _twice(second, first, where, info.name)


def _lay_rows(connection: sqlite3.Connection, info: TableInfo, wanted: Sequence[Fix]) -> None:
    for fix in wanted:
        if fix.kind not in (FixKind.MERGE, FixKind.QUARANTINE):
            continue
        merge = fix.kind is FixKind.MERGE
        side = info.name + (MERGED if merge else QUARANTINE)
        gone = fix.rows[1:] if merge else fix.rows
        connection.executemany(
            "insert into temp._rows values (?, ?, ?, ?, null)",
            [(fix.id, row, DELETE, side) for row in gone],
        )
        if merge:
            connection.execute(
                "insert into temp._rows values (?, ?, 'keep', null, null)", (fix.id, fix.rows[0])
            )


def _check_overlap(connection: sqlite3.Connection, info: TableInfo) -> None:
    """Every row that leaves, or is kept in a merge, is there; and it leaves once."""
    row = connection.execute(
        f"select fix, row from temp._rows where row not in"
        f" (select {ROW} from {quote_identifier(info.name)}) limit 1"
    ).fetchone()
    if row is not None:
        raise stale(Mismatch(row[0], row[1], "", None, None, True), info.name)
    row = connection.execute(
        "select max(fix), row, min(fix) from temp._rows group by row"
        " having count(*) > 1 and sum(op = 'delete') > 0 limit 1"
    ).fetchone()
    if row is not None:
        raise _twice(row[0], row[2], f"row {row[1]}", info.name)


def _twice(fix: int | None, other: int | None, where: str, table: str) -> StaleFix:
    return StaleFix(
        f"Fix {fix} and fix {other} both write {where} of {table!r}; nothing was changed.",
        hint="Apply one, then propose again.",
    )


def stale(found: Mismatch, table: str) -> StaleFix:
    """Say which fix does not fit, where, and what is there instead."""
    if found.gone:
        what = f"row {found.row} is not in {table!r} any more"
    else:
        what = (
            f"row {found.row}, column {found.column!r} of {table!r} holds {_quoted(found.found)}, "
            f"not {_quoted(found.expected)}"
        )
    return StaleFix(
        f"Fix {found.fix} is stale: {what}; nothing was changed.", hint=AGAIN.format(table=table)
    )


def _quoted(text: str | None) -> str:
    return "null" if text is None else repr(text if len(text) <= 60 else text[:57] + "…")
