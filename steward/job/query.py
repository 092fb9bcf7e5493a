"""One read-only question in SQL over snapshots of the stored tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import pyarrow as pa

from steward.engine import Snapshot
from steward.errors import UnknownTable, UsageError
from steward.store import Store, TableInfo
from steward.types import BATCH

ROW_LIMIT = 1000
BATCHES = "_steward_batches"
"""What each delivery was: joins with any table `using (_steward_batch)`."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The rows of a query, at most as many as were asked for."""

    rows: pa.Table
    cut: bool


def query(store: Store, sql: str, *, limit: int = ROW_LIMIT) -> Answer:
    """Run one SELECT in DuckDB over the tables it names. It can neither write nor leave the store.

    Raises:
        UsageError: not one statement, not a query, or DuckDB refuses it.
        UnknownTable: it names a table that the store does not have.
    """
    names = _tables(sql)
    infos = store.tables()
    known = {info.name.casefold(): info.name for info in infos}
    batches = _batches(infos) if BATCHES in names else None
    names = [name for name in names if name != BATCHES]
    for name in names:
        if name.casefold() not in known:
            raise _unknown(name, list(known.values()))
    snapshots = [store.snapshot(known[name.casefold()]) for name in names]
    rows = _run(snapshots, batches, f"select * from (\n{_bare(sql)}\n) limit {limit + 1}")
    return Answer(rows.slice(0, limit), rows.num_rows > limit)


def tables_read(sql: str) -> tuple[str, ...]:
    """The tables that a query reads, in order; `UsageError` when it is not one query."""
    return tuple(_tables(sql))


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


def _tables(sql: str) -> list[str]:
    """Names of the stored tables that one query reads, in order."""
    import sqlglot
    from sqlglot import exp

    try:
        parsed = sqlglot.parse(sql, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise UsageError(f"The SQL cannot be read: {_first_line(error)}") from None
    # A comment behind the last semicolon counts as a statement of its own.
    statements = [s for s in parsed if s is not None and not isinstance(s, exp.Semicolon)]
    if len(statements) != 1:
        raise UsageError(f"One statement at a time: this is {len(statements)}.")
    root = statements[0]
    if not isinstance(root, exp.Query) or list(root.find_all(exp.Into)):
        raise UsageError(
            "Only a query can be run (SELECT …, WITH … SELECT …).",
            hint="Change data with steward fix, apply and undo.",
        )
    local = {cte.alias.casefold() for cte in root.find_all(exp.CTE)}
    found = [t for t in root.find_all(exp.Table) if isinstance(t.this, exp.Identifier)]
    for table in found:
        if table.db:
            raise UsageError(f"{table.db}.{table.name} is not a table of the store.")
    return list(dict.fromkeys(t.name for t in found if t.name.casefold() not in local))


def _bare(sql: str) -> str:
    """The text before the semicolon that ends the one statement."""
    from sqlglot import TokenType, tokenize

    for token in tokenize(sql, read="duckdb"):
        if token.token_type is TokenType.SEMICOLON:
            return sql[: token.start]
    return sql


def _run(snapshots: list[Snapshot], batches: pa.Table | None, sql: str) -> pa.Table:
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set threads to 2")
        for snapshot in snapshots:
            snapshot.attach(connection)
        if batches is not None:
            connection.register(BATCHES, batches)
        connection.execute("set enable_external_access to false; set lock_configuration to true")
        return connection.sql(sql).to_arrow_table()
    except duckdb.Error as error:
        raise UsageError(f"DuckDB refuses the query: {_first_line(error)}") from None
    finally:
        connection.close()


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _unknown(name: str, known: list[str]) -> UnknownTable:
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Tables: {', '.join(sorted(known)) or 'none'}"
    return UnknownTable(f"There is no table {name} in the store.", hint=hint)
