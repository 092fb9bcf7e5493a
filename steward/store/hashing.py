"""The content hash of a table: the sum of its rows' hashes, so that order does not matter.

A row's hash is eight bytes of BLAKE2b over its row id and its cells, null apart from empty. A sum
modulo 2^64 is a multiset hash (Clarke et al., 2003): a change of some rows is a subtraction and an
addition, whatever the size of the table. It tells versions apart; it is no defence against forgery.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from hashlib import blake2b

from steward.engine.text import quote_identifier
from steward.types import HASH, ROW

SPAN = 90
"""Columns in one call of the SQL function: SQLite may be built for 100 arguments at most."""

_NULL = "\udffe"  # a lone surrogate: no text that SQLite holds contains it
_WORD = 1 << 64


def _hash_span(start: int, *cells: str | None) -> int:
    texts = [_NULL if cell is None else cell for cell in cells] if None in cells else cells
    # NUL is refused in every cell, so it can part them.
    packed = "\0".join((str(start), *texts))
    digest = blake2b(packed.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def row_hash(row: int, cells: Sequence[str | None]) -> int:
    """Hash one row to a signed 64-bit number."""
    if len(cells) <= SPAN:
        return _hash_span(row, *cells)
    value = row
    for start in range(0, len(cells), SPAN):
        value = _hash_span(value, *cells[start : start + SPAN])
    return value


def register(connection: sqlite3.Connection) -> None:
    """Make `steward_hash` known to a connection."""
    connection.create_function("steward_hash", -1, _hash_span, deterministic=True)


class Difference:
    """Adds up by how much the hashes of rows moved in the updates that followed."""

    def __init__(self) -> None:
        self.total = 0

    def rehash(self, old: int, start: int, *cells: str | None) -> int:
        """Note one row's move from its old hash, and return its new one."""
        new = _hash_span(start, *cells)
        self.total += new - old
        return new


def watch(connection: sqlite3.Connection) -> Difference:
    """Begin to add up what `moved_hash_sql` returns in an update."""
    difference = Difference()
    connection.create_function("steward_rehash", -1, difference.rehash)
    return difference


def moved_hash_sql(columns: Sequence[str], given: dict[str, str]) -> str:
    """SQL of the new `row_hash` of a stored row, in one call a row where columns are few."""
    last = max(range(0, len(columns), SPAN), default=0)
    start = row_hash_sql(columns[:last], given=given) if last else ROW
    cells = ", ".join(given.get(name, quote_identifier(name)) for name in columns[last:])
    return f"steward_rehash({HASH}, {start}, {cells})"


def row_hash_sql(
    columns: Sequence[str], *, given: dict[str, str] | None = None, row: str = ROW
) -> str:
    """SQL of `row_hash` over a stored table; `given` replaces columns by other expressions."""
    expressions = {name: quote_identifier(name) for name in columns} | (given or {})
    value = row
    for start in range(0, len(columns), SPAN):
        cells = ", ".join(expressions[name] for name in columns[start : start + SPAN])
        value = f"steward_hash({value}, {cells})"
    return value


def sum_sql(hashes: str = HASH) -> str:
    """SQL of two sums, high and low half, that together never overflow."""
    return f"coalesce(sum({hashes} >> 32), 0), coalesce(sum({hashes} & 4294967295), 0)"


def joined(high: int, low: int) -> int:
    """The sum modulo 2^64 from its halves."""
    return ((high << 32) + low) % _WORD


def added(content_hash: str, difference: int) -> str:
    """A content hash with a sum added to it."""
    return f"{(int(content_hash, 16) + difference) % _WORD:016x}"


EMPTY = "0" * 16
"""The content hash of a table without rows."""
