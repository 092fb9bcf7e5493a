"""A proof is made by running its SQL: the number is what came out, never what was expected."""

from __future__ import annotations

from steward.answers import Proof
from steward.job import query, tables_read
from steward.job.sqlguard import one_query
from steward.store import Store


def prove(store: Store, sql: str, shows: str, *, seconds: float | None = None) -> Proof:
    """Run a query and keep it with the number it proves.

    The number is the one cell of a result that is one number, else the count of its rows. SQL of a
    model gets so many `seconds`: see `steward.job.query`.

    Raises:
        UsageError: the query is refused.
    """
    rows = query(store, sql, limit=2, seconds=seconds).rows
    if rows.num_rows == 1 and rows.num_columns == 1:
        value = rows.column(0)[0].as_py()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Proof(sql, tables_read(sql), shows, value)
    number = f"select count(*) as n from (\n{one_query(sql)}\n)"
    counted = query(store, number, seconds=seconds).rows
    return Proof(sql, tables_read(sql), shows, counted.column(0)[0].as_py())
