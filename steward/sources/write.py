"""Exports: written beside the target under another name, and renamed when complete."""

from __future__ import annotations

import errno
import gzip
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from steward.errors import InputError, StoreFull, UsageError
from steward.sources.delivery import Chunk

WRITTEN = ("csv", "tsv", "jsonl", "parquet", "sqlite")

_SUFFIXES = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be written: columns, rows, and the types the columns had in their source."""

    columns: tuple[str, ...]
    read: Callable[[], Iterator[Chunk]]
    types: Mapping[str, str] = field(default_factory=dict)
    name: str = "table"


def written_format(target: Path, wanted: str | None) -> str:
    """Return the format to write: as wanted, else as the name of the target says."""
    plain = target.with_suffix("") if target.suffix == ".gz" else target
    kind = wanted or _SUFFIXES.get(plain.suffix.lower())
    if kind not in WRITTEN:
        raise UsageError(
            f"Cannot tell in which format to write {target}."
            if kind is None
            else f"Cannot write the format {kind!r}.",
            hint=f"Use --format with one of {', '.join(WRITTEN)}.",
        )
    return kind


def write_table(
    content: Content,
    target: Path,
    *,
    format: str,
    dialect: Mapping[str, Any] | None = None,
    null: str = "",
) -> int:
    """Write a table and return its number of rows; the target appears only when complete.

    Args:
        content: columns and rows.
        target: the file; its folder must exist. Replaced if it is there.
        format: one of `WRITTEN`.
        dialect: of CSV: encoding, bom, delimiter, line_end, last_line_end.
        null: text that stands for null in CSV.
    """
    packed = target.suffix == ".gz"
    with _partial(target) as partial:
        if format in ("csv", "tsv"):
            style = {"delimiter": "\t" if format == "tsv" else ",", **(dialect or {})}
            with _open(partial, packed) as stream:
                return _write_csv(content, stream, style, null)
        if format == "jsonl":
            from steward.sources.jsonl import write_jsonl

            with _open(partial, packed) as stream:
                return write_jsonl(content.columns, content.read(), content.types, stream)
        if format == "parquet":
            from steward.sources.parquet import write_parquet

            return write_parquet(content.columns, content.read, content.types, partial)
        from steward.sources.sqlite_table import write_sqlite_table

        return write_sqlite_table(
            content.columns, content.read, content.types, partial, content.name
        )


def _write_csv(content: Content, stream: IO[bytes], dialect: Mapping[str, Any], null: str) -> int:
    from steward.sources.delimited import LineWriter

    writer, count = LineWriter(stream, dialect, null), 0
    try:
        writer.rows([content.columns])
        for chunk in content.read():
            writer.rows(chunk.rows)
            count += len(chunk.rows)
    except UnicodeEncodeError as error:
        raise InputError(
            f"{error.object[error.start]!r} cannot be written in {error.encoding}.",
            hint="Export in UTF-8 instead: leave out --as-source.",
        ) from error
    writer.close()
    return count


@contextmanager
def _open(path: Path, packed: bool) -> Iterator[IO[bytes]]:
    if not packed:
        with path.open("wb", buffering=1 << 20) as plain:
            yield plain
        return
    # No name and no time in the header: the same rows give the same bytes.
    with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as stream:
        yield cast(IO[bytes], stream)


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        if target.is_dir():
            raise UsageError(f"{target} is a directory.", hint="Name a file to write.")
        yield partial
        partial.replace(target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFull(f"No room to write {target}.", hint="Free some space.") from error
        raise UsageError(
            f"{target} cannot be written: {error.strerror or error}.",
            hint="Check the folder and its permissions.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
