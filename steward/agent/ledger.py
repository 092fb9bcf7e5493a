"""The proofs of a session, numbered [1], [2] … in the order they were found.

The same query with the same result keeps its number; after a change to the data it gets a new one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from steward.agent.reply import Ref
from steward.answers import Proof
from steward.errors import UsageError
from steward.store import Store

ROWS = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """A reference, opened: its rows as they are now, and whether its number still holds."""

    ref: Ref
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool


class Ledger:
    """The numbered proofs of one session."""

    def __init__(self, connection: sqlite3.Connection, session: int) -> None:
        self._connection = connection
        self._session = session

    def number(self, proofs: Sequence[Proof]) -> list[Ref]:
        """Give proofs their numbers, in order, and keep them."""
        return [self._number(proof) for proof in proofs]

    def get(self, ref: int) -> Ref:
        """One proof; `UsageError` when the session has none of that number."""
        row = self._connection.execute(f"{_SELECT} and ref = ?", (self._session, ref)).fetchone()
        if row is None:
            count = len(self.every())
            known = f"There are [1] to [{count}]." if count else "There are none yet."
            raise UsageError(f"This session has no reference [{ref}].", hint=known)
        return _ref(row)

    def every(self) -> list[Ref]:
        """All proofs of the session, by number."""
        rows = self._connection.execute(f"{_SELECT} order by ref", (self._session,))
        return [_ref(row) for row in rows]

    def open(self, store: Store, ref: int, *, limit: int = ROWS) -> Opened:
        """Run the query of a proof again and return its rows, `limit` at most."""
        from steward.job import query

        found = self.get(ref)
        answer = query(store, found.sql, limit=limit)
        columns = [column.to_pylist() for column in answer.rows.columns]
        rows = tuple(zip(*columns, strict=True))
        return Opened(found, tuple(answer.rows.column_names), rows, answer.cut)

    def _number(self, proof: Proof) -> Ref:
        value = json.dumps(proof.value)
        row = self._connection.execute(
            f"{_SELECT} and sql = ? and value = ?", (self._session, proof.sql, value)
        ).fetchone()
        if row is not None:
            return _ref(row)
        with self._connection:
            self._connection.execute(
                "insert into steward_refs select ?1, coalesce(max(ref), 0) + 1, ?2, ?3, ?4, ?5"
                " from steward_refs where session = ?1",
                (self._session, proof.sql, json.dumps(proof.tables), proof.shows, value),
            )
        return self._number(proof)


_SELECT = "select ref, shows, value, sql, tables from steward_refs where session = ?"


def _ref(row: tuple[Any, ...]) -> Ref:
    ref, shows, value, sql, tables = row
    return Ref(ref, shows, json.loads(value), sql, tuple(json.loads(tables)))
