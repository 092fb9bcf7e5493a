"""The only writer: tables as they were delivered, a journal of every change, and undo."""

from steward.store.journal import JournalLine
from steward.store.store import Store
from steward.store.tables import TableInfo

__all__ = ["JournalLine", "Store", "TableInfo"]
