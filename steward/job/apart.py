"""Runs SQL that a stranger wrote in a process of its own, which can be stopped at any instant.

DuckDB looks for an interruption between blocks of rows only: one call of one function on one row
may take minutes, and memory that DuckDB does not count. The process has hard limits instead.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather

from steward.errors import UsageError

CHILD = Path(__file__).with_name("apart_child.py")
_KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "HOME", "LANG")
_REFUSED = 3


def run_apart(
    tables: Mapping[str, pa.Table | Path], sql: str, *, seconds: float, memory: int
) -> pa.Table:
    """Run one query over Arrow tables and Parquet files, and return its rows.

    Args:
        tables: what the query may read, by name.
        sql: the query, already looked at by `steward.job.sqlguard`.
        seconds: after so long it is killed.
        memory: bytes it may use beside the tables; never less than the process itself needs.

    Raises:
        UsageError: DuckDB refuses it, or it needs more time or memory.
    """
    with tempfile.TemporaryDirectory(prefix="steward-query-") as folder:
        paths = [_file(Path(folder), n, t) for n, t in enumerate(tables.values())]
        words = [str(memory), sql, *(w for pair in zip(tables, paths, strict=True) for w in pair)]
        return _result(_child(words, seconds), seconds)


def _file(folder: Path, number: int, table: pa.Table | Path) -> str:
    if isinstance(table, Path):
        return str(table.resolve())
    path = folder / f"{number}.arrow"
    feather.write_feather(table, str(path), compression="uncompressed")
    return str(path)


def _child(words: list[str], seconds: float) -> subprocess.CompletedProcess[bytes] | None:
    """The finished process, or None when it was killed for taking too long."""
    given = b"\0".join(word.encode("utf-8", "surrogatepass") for word in words)
    try:
        return subprocess.run(
            [sys.executable, "-P", str(CHILD)],
            input=given,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        return None


def _result(done: subprocess.CompletedProcess[bytes] | None, seconds: float) -> pa.Table:
    if done is None:
        raise UsageError(
            f"The query took longer than {seconds:g} seconds and was stopped.",
            hint="Ask for less: a condition, a group, a join on a key.",
        )
    if done.returncode == 0:
        return pa.ipc.open_stream(done.stdout).read_all()
    if done.returncode == _REFUSED:
        raise UsageError(f"DuckDB refuses the query: {done.stderr.decode('utf-8', 'replace')}")
    raise UsageError(
        "The query needs too much memory and was stopped.",
        hint="Ask for less: a condition, a group, shorter texts.",
    )
