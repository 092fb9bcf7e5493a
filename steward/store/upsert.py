"""Upsert."""

from __future__ import annotations

import sqlite3

from steward.sources import Delivery
from steward.store.tables import TableInfo


def upsert(connection: sqlite3.Connection, delivery: Delivery, info: TableInfo, batch: int) -> int:
    """Match rows by key."""
    raise NotImplementedError
