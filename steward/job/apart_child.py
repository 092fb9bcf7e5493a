"""The process of `steward.job.apart`: reads a query on stdin, writes Arrow on stdout.

It is run as a file and imports nothing of steward. Before the query runs, the operating system is
told that it may write no file and take no more memory than was said.
"""

from __future__ import annotations

import sys
from typing import Any

OWN_MEMORY = 1_500_000_000
"""Bytes of address space that Python, DuckDB and their threads take without any data."""

LARGEST = 32_000_000
"""Bytes of an answer; nobody reads more."""

LOCK = """
set temp_directory = ''; set python_enable_replacements = false;
set autoinstall_known_extensions = false; set autoload_known_extensions = false;
set allow_community_extensions = false;
set enable_external_access = false; set lock_configuration = true
"""


def main() -> int:
    """Answer one query; 3 when it is refused, with the reason on stderr."""
    import duckdb
    import pyarrow as pa

    memory, sql, *pairs = sys.stdin.buffer.read().decode("utf-8", "surrogatepass").split("\0")
    connection = duckdb.connect(":memory:")
    try:
        _attach(connection, pairs)
        _limit(connection, int(memory))
        rows = connection.sql(sql).to_arrow_table()
    except duckdb.Error as error:
        return _refused(_first_line(error))
    if rows.nbytes > LARGEST:
        return _refused(f"The answer has {rows.nbytes:,} bytes; cut its texts with left(…, 100).")
    with pa.ipc.new_stream(sys.stdout.buffer, rows.schema) as writer:
        writer.write_table(rows)
    return 0


def _attach(connection: Any, pairs: list[str]) -> None:
    import pyarrow.feather as feather

    connection.execute("set threads to 2")
    for name, path in zip(pairs[::2], pairs[1::2], strict=True):
        if path.endswith(".arrow"):
            connection.register(name, feather.read_table(path))
        else:
            quoted, source = name.replace('"', '""'), path.replace("'", "''")
            connection.execute(
                f"create table \"{quoted}\" as select * from read_parquet('{source}')"
            )


def _limit(connection: Any, memory: int) -> None:
    used = int(
        connection.execute("select sum(memory_usage_bytes) from duckdb_memory()").fetchone()[0]
    )
    connection.execute(f"set memory_limit = '{used + memory} bytes'; {LOCK}")
    try:
        import resource
    except ImportError:  # not on Windows: there, DuckDB's own limit is the only one
        return
    most = OWN_MEMORY + 2 * used + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refused(why: str) -> int:
    sys.stderr.write(why)
    return 3


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason")


if __name__ == "__main__":
    sys.exit(main())
