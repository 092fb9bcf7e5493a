"""A proof is made by running its SQL: the number is what came out, never what was expected."""

from __future__ import annotations

from steward.answers import Proof
from steward.job import query, tables_read
from steward.store import Store


def prove(store: Store, sql: str, shows: str) -> Proof:
    """Run a query and keep it with the number it proves.

    The number is the one cell of a result that is one number, else the count of its rows.

    Raises:
        UsageError: the query is refused.
    """
    rows = query(store, sql, limit=2).rows
    if rows.num_rows == 1 and rows.num_columns == 1:
        value = rows.column(0)[0].as_py()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Proof(sql, tables_read(sql), shows, value)
    counted = query(store, f"select count(*) as n from (\n{sql.rstrip().rstrip(';')}\n)").rows
    return Proof(sql, tables_read(sql), shows, counted.column(0)[0].as_py())
