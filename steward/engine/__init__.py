"""Where rows are counted: snapshots of stored tables in DuckDB, through Arrow and Ibis."""

from steward.engine.codes import Codes
from steward.engine.snapshot import Snapshot
from steward.engine.sqlite import open_snapshot

__all__ = ["Codes", "Snapshot", "open_snapshot"]
