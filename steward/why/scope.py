"""What an investigation looks at, and the proofs it gathers: every number comes from SQL run here.

Queries run in a DuckDB of their own over the same snapshots that `steward query` reads, so a proof
gives the same rows there.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward import job
from steward.answers import Proof
from steward.checks.finding import percent as as_percent
from steward.engine import Snapshot
from steward.engine.text import quote_identifier, quote_list, quote_literal
from steward.errors import UnknownColumn, UsageError
from steward.job.query import BATCHES
from steward.store import Store
from steward.store.snapshots import cache_folder
from steward.types import BATCH, ROW, ColumnProfile, Profile
from steward.why.words import say

if TYPE_CHECKING:
    import duckdb

Mask = npt.NDArray[np.bool_]


class Scope:
    """One table of a store under investigation."""

    def __init__(self, store: Store, table: str) -> None:
        self.store = store
        self.snapshot: Snapshot = store.snapshot(table)
        self.table = self.snapshot.name
        self.rows = self.snapshot.rows
        self.source_sql = quote_identifier(self.table)
        self._proofs: dict[str, Proof] = {}
        self.made: dict[str, Any] = {}
        """What is costly to make and used again, by column."""
        self._attached: set[str] = set()
        self._blank: dict[str, tuple[Mask, frozenset[str]]] = {}

    def must_have_rows(self) -> None:
        """Refuse to call a table healthy that holds nothing.

        Raises:
            UsageError: it has no rows.
        """
        if not self.rows:
            raise UsageError(
                f"Table {self.table} has no rows: there is nothing to explain.",
                hint=f"steward tables; steward ingest FILE --table {shlex.quote(self.table)}",
            )

    @cached_property
    def profile(self) -> Profile:
        """The stored profile, or a fresh one (kept where the store may be written)."""
        return job.profile(self.store, self.table, dry_run=self.store.read_only)

    def column(self, wanted: str) -> ColumnProfile:
        """The facts of a column, found whatever its case.

        Raises:
            UnknownColumn: the hint names the nearest.
        """
        from difflib import get_close_matches

        names = self.snapshot.columns
        by_case = {name.casefold(): name for name in names}
        name = wanted if wanted in names else by_case.get(wanted.casefold())
        if name is None:
            near = get_close_matches(wanted, names, n=3, cutoff=0.5) or list(names[:30])
            raise UnknownColumn(
                f"Table {self.table!r} has no column {wanted!r}.", hint=f"It has: {', '.join(near)}"
            )
        return self.profile.column(name)

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """What was proved so far, in order."""
        return tuple(self._proofs.values())

    def sql(self, query: str) -> pa.Table:
        """Run a query over the table, the others of the store, and the list of deliveries."""
        for other in (self.snapshot, *self.snapshot.beside.values()):
            if other.name not in self._attached and quote_identifier(other.name) in query:
                self._attached.add(other.name)
                other.attach(self.connection, in_place=True)
        return self.connection.sql(query).to_arrow_table()

    def prove(self, query: str, kind: str, **facts: Any) -> int:
        """Run a query, keep it as a proof, and return its position.

        `kind` and `facts` say in words what its rows show.
        """
        if query not in self._proofs:
            found = self.sql(query)
            tables = tuple(
                name
                for name in (self.table, *sorted(self.snapshot.beside))
                if quote_identifier(name) in query
            )
            value = _value(found)
            self._proofs[query] = Proof(query, tables, say(f"proof_{kind}", **facts), value)
        return list(self._proofs).index(query)

    def value(self, position: int) -> int:
        """The whole number that a proof shows."""
        return int(self.proofs[position].value or 0)

    def count(self, condition: str) -> str:
        """SQL that counts the rows of the table where a condition holds."""
        return f"select count(*) as n from {self.source_sql} where {condition}"

    def blank(self, column: str) -> Mask:
        """Rows whose cell is null, empty or nothing but white space."""
        return self._blanks(column)[0]

    def blank_sql(self, column: str) -> str:
        """The condition of `blank`, as short as the cells that are there allow."""
        name = quote_identifier(column)
        empty = self._blanks(column)[1]
        if not empty:
            return f"{name} is null"
        if empty == {""}:
            return f"({name} is null or {name} = '')"
        return f"({name} is null or {name} in {quote_list(sorted(empty))})"

    def _blanks(self, column: str) -> tuple[Mask, frozenset[str]]:
        """Rows without a value, and the texts that they hold instead of null."""
        if column not in self._blank:
            facts = self.profile.column(column)
            white = any(not (v.value or "").strip() for v in facts.disguised)
            self._blank[column] = (
                _find_blanks(self.snapshot.column(column))
                if facts.missing or white
                else (np.zeros(self.rows, bool), frozenset())
            )
        return self._blank[column]

    def batch_name(self, number: int) -> str:
        """The file that a delivery came from, without its folder."""
        found = {batch.id: batch.source for batch in self.snapshot.batches}
        return PurePath(found.get(number, "")).name

    def batches(self) -> Sequence[int]:
        """Numbers of the deliveries whose rows the table holds, in order."""
        return [int(n) for n in np.unique(self.snapshot.batch_ids)]

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB with the list of deliveries; tables join it when a query names them."""
        import duckdb

        connection = duckdb.connect(":memory:")
        connection.execute("set threads to 2; set preserve_insertion_order to true")
        # Conditions of people run here too: no file may be read but the snapshots themselves.
        folder = quote_literal(str(cache_folder(self.store.path)))
        connection.execute(f"set allowed_directories = [{folder}]")
        connection.execute("set enable_external_access to false")
        found = self.snapshot.batches
        listed = {
            BATCH: pa.array([one.id for one in found], pa.int64()),
            "table_name": pa.array([one.table for one in found], pa.string()),
            "source": pa.array([one.source for one in found], pa.string()),
            "ingested_at": pa.array([one.ingested_at for one in found], pa.string()),
            "mode": pa.array([one.mode for one in found], pa.string()),
            "rows": pa.array([one.rows for one in found], pa.int64()),
        }
        connection.register(BATCHES, pa.table(listed))
        return connection


def mask_of(scope: Scope, rows_sql: str) -> Mask:
    """Rows that a query selects, its first column the row id."""
    ids = scope.sql(f"select {ROW} from ({rows_sql}) as selected").column(0).to_numpy()
    mask = np.zeros(scope.rows, bool)
    mask[scope.snapshot.positions(np.unique(ids))] = True
    return mask


def _find_blanks(cells: pa.ChunkedArray) -> tuple[Mask, frozenset[str]]:
    empty = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(cells)), 0)
    mask = pc.fill_null(empty, True).to_numpy()
    held = pc.unique(cells.filter(pc.fill_null(empty, False))).to_pylist()
    return np.asarray(mask, bool), frozenset(held)


def _value(found: pa.Table) -> int | float | None:
    """The one cell of a result that counts, else its number of rows."""
    if found.num_rows == 1 and found.num_columns == 1:
        value = found.column(0)[0].as_py()
        if isinstance(value, (int, float)):
            return value
    return int(found.num_rows)


def percent(share: float) -> str:
    """A share as people read it; nothing is `0 %`."""
    return "0 %" if share == 0 else as_percent(share)
