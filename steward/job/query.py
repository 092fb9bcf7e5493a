"""One read-only question in SQL over snapshots of the stored tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import pyarrow as pa

from steward.engine import Snapshot
from steward.errors import UnknownTable, UsageError
from steward.job.apart import run_apart
from steward.job.apart_child import LOCK
from steward.job.sqlguard import first_line, one_query, reads
from steward.store import Store, TableInfo
from steward.types import BATCH

ROW_LIMIT = 1000
STRANGERS_MEMORY = 1024**3
"""Bytes that a query of a stranger may use beside the tables it reads."""

BATCHES = "_steward_batches"
"""What each delivery was: joins with any table `using (_steward_batch)`."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The rows of a query, at most as many as were asked for."""

    rows: pa.Table
    cut: bool


def query(
    store: Store, sql: str, *, limit: int = ROW_LIMIT, seconds: float | None = None
) -> Answer:
    """Run one SELECT in DuckDB over the tables it names. It can neither write nor leave the store.

    Args:
        store: an open store.
        sql: one query in DuckDB's SQL.
        limit: rows at most.
        seconds: for SQL that a model or a stranger wrote: it runs in a process of its own, with
            `STRANGERS_MEMORY` beside the tables, and is killed after so long. None: it runs here
            and takes what it needs.

    Raises:
        UsageError: not one statement, not a query, DuckDB refuses it, or it takes too long or
            too much memory.
        UnknownTable: it names a table that the store does not have.
    """
    found = reads(sql)
    infos = store.tables()
    known = {info.name.casefold(): info.name for info in infos}
    chosen = []
    for name in found.names:
        if name.casefold() in known:
            chosen.append(known[name.casefold()])
        elif name.casefold() not in {*found.made, BATCHES}:
            raise _unknown(name, list(known.values()))
    batches = _batches(infos) if BATCHES in map(str.casefold, found.names) else None
    snapshots = [store.snapshot(name) for name in dict.fromkeys(chosen)]
    wanted = f"select * from (\n{one_query(sql)}\n) limit {limit + 1}"
    if seconds is None:
        rows = _run(snapshots, batches, wanted)
    else:
        tables = {snapshot.name: snapshot.source for snapshot in snapshots}
        tables |= {} if batches is None else {BATCHES: batches}
        rows = run_apart(tables, wanted, seconds=seconds, memory=STRANGERS_MEMORY)
    return Answer(rows.slice(0, limit), rows.num_rows > limit)


def tables_read(sql: str) -> tuple[str, ...]:
    """The tables that a query reads, in order; `UsageError` when it is not one query."""
    return reads(sql).tables


def _batches(infos: Sequence[TableInfo]) -> pa.Table:
    """One row a delivery: its number, table, source, time, mode and rows."""
    found = {batch.id: batch for info in infos for batch in info.batches}
    every = [found[number] for number in sorted(found)]
    return pa.table(
        {
            BATCH: pa.array([one.id for one in every], pa.int64()),
            "table_name": pa.array([one.table for one in every], pa.string()),
            "source": pa.array([one.source for one in every], pa.string()),
            "ingested_at": pa.array([one.ingested_at for one in every], pa.string()),
            "mode": pa.array([one.mode for one in every], pa.string()),
            "rows": pa.array([one.rows for one in every], pa.int64()),
        }
    )


def _run(snapshots: Sequence[Snapshot], batches: pa.Table | None, sql: str) -> pa.Table:
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set threads to 2")
        for snapshot in snapshots:
            snapshot.attach(connection)
        if batches is not None:
            connection.register(BATCHES, batches)
        connection.execute(LOCK)
        return connection.sql(sql).to_arrow_table()
    except duckdb.Error as error:
        raise UsageError(f"DuckDB refuses the query: {first_line(error)}") from None
    finally:
        connection.close()


def _unknown(name: str, known: list[str]) -> UnknownTable:
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Tables: {', '.join(sorted(known)) or 'none'}"
    return UnknownTable(f"There is no table {name} in the store.", hint=hint)
