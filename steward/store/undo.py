"""Taking fixes back: the journal, read backwards, as a change set of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from steward.engine.text import quote_identifier
from steward.errors import StaleFix, UndoBlocked, UsageError
from steward.store import cells, fixes, journal, tables
from steward.store.apply import write
from steward.store.cells import Mismatch
from steward.store.journal import DELETE, INSERT, UPDATE, JournalLine, SetRecord
from steward.store.tables import TableInfo
from steward.types import ROW, ChangeSet, Status

UNDO = "undo"
INGEST = "ingest"


def undo_fix(connection: sqlite3.Connection, fix: int, *, status: Status, at: str) -> ChangeSet:
    """Take one applied fix back, wherever in history it is. The caller holds the transaction."""
    fixes.find(connection, fix)
    row = connection.execute(
        "select max(p.change_set) from _steward_parts p join _steward_change_sets s"
        " on s.id = p.change_set where p.fix = ? and p.in_force and s.kind <> ?",
        (fix, UNDO),
    ).fetchone()
    if row[0] is None:
        raise UsageError(f"Fix {fix} is not applied.", hint="See: steward history")
    held = journal.record(connection, row[0])
    return _take_back(connection, held, [fix], status, f"fix {fix} of change set {held.id}", at)


def undo_fixes(
    connection: sqlite3.Connection,
    change_set: int,
    chosen: Sequence[int],
    *,
    status: Status,
    at: str,
) -> ChangeSet:
    """Take several fixes of one change set back together. The caller holds the transaction."""
    held = journal.record(connection, change_set)
    absent = sorted(set(chosen) - set(_parts_in_force(connection, change_set, chosen)))
    if absent:
        raise UsageError(f"Fix {absent[0]} is not in force in change set {change_set}.")
    what = f"{len(chosen)} fixes of change set {change_set}"
    return _take_back(connection, held, chosen, status, what, at)


def undo(connection: sqlite3.Connection, change_set: int, *, at: str) -> ChangeSet:
    """Take back what is in force of a change set; of an undo, that is a redo."""
    held = journal.record(connection, change_set)
    if held.kind == INGEST:
        raise UsageError(
            f"Change set {change_set} is a delivery, which cannot be undone.",
            hint="Ingest the earlier delivery again with --mode upsert.",
        )
    if journal.change_set(connection, change_set).undone:
        raise UsageError(f"Change set {change_set} is undone already.", hint="See: steward history")
    return _take_back(connection, held, None, Status.UNDONE, f"change set {change_set}", at)


def _take_back(
    connection: sqlite3.Connection,
    held: SetRecord,
    chosen: Sequence[int] | None,
    status: Status,
    what: str,
    at: str,
) -> ChangeSet:
    blocker = journal.later_touch(connection, held, chosen)
    if blocker is not None:
        raise _blocked(connection, what, blocker)
    info = tables.get(connection, held.table)
    opened = journal.open_set(
        connection, info.name, UNDO, at, note=f"undo of {what}", undoes=held.id
    )
    _lay_reverse(connection, info, held, chosen)
    _check_fits(connection, info, what, held)
    try:
        write(connection, info, opened)
    except StaleFix as error:
        raise UndoBlocked(f"Cannot undo {what}. {error.message}", hint=error.hint) from error
    touched = _parts_in_force(connection, held.id, chosen)
    _toggle(connection, held, touched, status)
    return journal.close_set(connection, opened, fixes=touched)


def _parts_in_force(
    connection: sqlite3.Connection, change_set: int, chosen: Sequence[int] | None
) -> list[int]:
    rows = connection.execute(
        "select fix from _steward_parts where change_set = ?1 and in_force"
        " and (?2 is null or fix in (select value from json_each(?2))) order by fix",
        (change_set, journal.listed(chosen)),
    )
    return [row[0] for row in rows]


def _lay_reverse(
    connection: sqlite3.Connection, info: TableInfo, held: SetRecord, chosen: Sequence[int] | None
) -> None:
    """Lay down the lines that are in force, the other way round."""
    cells.lay_down(connection)
    connection.execute(
        "create temp table if not exists _columns (name text primary key, col integer)"
    )
    connection.execute("delete from temp._columns")
    connection.executemany(
        "insert into temp._columns values (?, ?)", [(c, n) for n, c in enumerate(info.columns)]
    )
    lines = (
        " from _steward_journal j join _steward_parts p"
        " on p.change_set = j.change_set and p.fix = j.fix and p.in_force"
    )
    where = (
        " where j.seq between ?1 and ?2 and j.op = ?4"
        " and (?3 is null or j.fix in (select value from json_each(?3)))"
    )
    span = (held.first, held.last, journal.listed(chosen))
    connection.execute(
        f"insert into temp._cells select c.col, j.row, j.fix, j.after, j.before{lines}"
        f' join temp._columns c on c.name = j."column"{where}',
        (*span, UPDATE),
    )
    for op, reverse, packed in ((DELETE, INSERT, "before"), (INSERT, DELETE, "after")):
        connection.execute(
            f"insert into temp._rows select j.fix, j.row, ?5,"
            f" json_extract(j.{packed}, '$.side'), j.{packed}{lines}{where}",
            (*span, op, reverse),
        )


def _check_fits(
    connection: sqlite3.Connection, info: TableInfo, what: str, held: SetRecord
) -> None:
    """The table holds what the lines left there, or `UndoBlocked` names who changed it."""
    table = quote_identifier(info.name)
    row = connection.execute(
        f"""select fix, row from temp._rows r where
        (op = 'insert') = (row in (select {ROW} from {table})) limit 1"""
    ).fetchone()
    mismatch = None if row is None else Mismatch(row[0], row[1], "", None, None, True)
    mismatch = mismatch or _mismatch_outside_rows(connection, info)
    if mismatch is None:
        return
    line = _last_line(connection, info.name, mismatch, held.first)
    if line is not None:
        raise _blocked(connection, what, line)
    raise UndoBlocked(
        f"Cannot undo {what}: row {mismatch.row} of {info.name!r} was changed outside steward.",
        hint=f"Compare with: steward diff c{held.id}",
    )


def _mismatch_outside_rows(connection: sqlite3.Connection, info: TableInfo) -> Mismatch | None:
    """A cell that does not fit, rows that are about to come back aside."""
    coming = connection.execute("select 1 from temp._rows where op = 'insert' limit 1").fetchone()
    if coming is None:
        return cells.first_mismatch(connection, info)
    connection.execute("drop table if exists temp._aside")
    connection.execute(
        "create temp table _aside as select * from temp._cells"
        " where row in (select row from temp._rows where op = 'insert')"
    )
    connection.execute("delete from temp._cells where row in (select row from temp._aside)")
    mismatch = cells.first_mismatch(connection, info)
    connection.execute("insert into temp._cells select * from temp._aside")
    connection.execute("drop table temp._aside")
    return mismatch


def _last_line(
    connection: sqlite3.Connection, table: str, found: Mismatch, first: int
) -> JournalLine | None:
    row = connection.execute(
        """select j.seq, j.change_set, j.fix, j.row, j."column", j.before, j.after, j.op
        from _steward_journal j join _steward_change_sets s on s.id = j.change_set
        where s.table_name = ?1 and j.row = ?2 and j.seq > ?4
          and (?3 = '' or j."column" is null or j."column" = ?3)
        order by j.seq desc limit 1""",
        (table, found.row, found.column, first),
    ).fetchone()
    return None if row is None else journal.line(row, table)


def _blocked(connection: sqlite3.Connection, what: str, line: JournalLine) -> UndoBlocked:
    kind = journal.record(connection, line.change_set).kind
    by = f"change set {line.change_set}" + (f", fix {line.fix}" if line.fix else f" ({kind})")
    name = f"f{line.fix}" if line.fix else f"c{line.change_set}"
    where = f"row {line.row}" + (f", column {line.column!r}" if line.column else "")
    return UndoBlocked(
        f"Cannot undo {what}: {by} later changed {where} of {line.table!r}.",
        hint=f"Undo the later one first: steward undo {name}"
        if kind != INGEST
        else "The new delivery stands; propose again.",
    )


def _toggle(
    connection: sqlite3.Connection, held: SetRecord, touched: list[int], status: Status
) -> None:
    """Down the chain of undos: this set out of force, the one it undid in force, and so on."""
    link: SetRecord | None = held
    in_force = 0
    while link is not None:
        connection.executemany(
            "update _steward_parts set in_force = ? where change_set = ? and fix = ?",
            [(in_force, link.id, fix) for fix in touched],
        )
        if link.undoes is None:
            fixes.set_status(connection, touched, Status.APPLIED if in_force else status)
            return
        link = journal.record(connection, link.undoes)
        in_force = 1 - in_force
