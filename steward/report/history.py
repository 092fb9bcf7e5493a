"""Tables of the store, change sets and journal lines for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from steward.report.terminal import Head, grid, shown
from steward.store import JournalLine, TableInfo
from steward.types import ChangeSet


def stored_tables(tables: Sequence[TableInfo]) -> Table:
    """One line a stored table."""
    heads = (
        Head("table"),
        Head("rows", right=True),
        Head("columns", right=True),
        Head("key", fold=True),
        Head("batches", right=True),
        Head("last delivery"),
        Head("source", fold=True),
        Head("content"),
    )
    return grid(heads, [_table_line(info) for info in tables])


def change_sets(sets: Sequence[ChangeSet]) -> Table:
    """One line a change set, as given."""
    heads = (
        Head("set"),
        Head("table"),
        Head("kind"),
        Head("at"),
        Head("fixes", right=True),
        Head("changes", right=True),
        Head("undone"),
        Head("note", fold=True),
    )
    rows = [
        (
            f"c{one.id}",
            one.table,
            one.kind,
            one.at[:19],
            len(one.fixes),
            one.cells,
            "yes" if one.undone else "",
            one.note,
        )
        for one in sets
    ]
    return grid(heads, rows)


def journal(lines: Sequence[JournalLine]) -> Table:
    """One line a cell (or row) that a change set wrote."""
    heads = (
        Head("row", right=True),
        Head("column"),
        Head("before", fold=True),
        Head("after", fold=True),
        Head("fix"),
        Head("what"),
    )
    rows = [
        (
            str(line.row),
            line.column or "(row)",
            shown(line.before),
            shown(line.after),
            f"f{line.fix}" if line.fix is not None else "",
            line.op,
        )
        for line in lines
    ]
    return grid(heads, rows)


def _table_line(info: TableInfo) -> tuple[object, ...]:
    last = info.batches[-1] if info.batches else None
    return (
        info.name,
        info.rows,
        len(info.columns),
        ", ".join(info.key),
        len(info.batches),
        last.ingested_at[:19] if last else "",
        f"set aside from {info.side_of}" if info.side_of else (last.source if last else ""),
        info.content_hash[:12],
    )
