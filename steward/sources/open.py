"""From a path or address to a delivery."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from steward.errors import InputError, UsageError
from steward.sources.delivery import Delivery

FORMATS = ("csv", "tsv", "jsonl", "parquet", "xlsx", "sqlite")

_SUFFIXES = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}


def open_delivery(
    location: str,
    *,
    format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    null: str | None = None,
    source_table: str | None = None,
) -> Delivery:
    """Look at a delivery and return it ready to be read.

    Args:
        location: a path, or a URL `postgresql://…?table=x` or `mysql://…?table=x`.
        format: one of `FORMATS`; without it the name tells, then the first bytes.
        encoding: of a text file; without it, it is detected.
        delimiter: of a CSV file; without it, it is detected.
        null: text that means null in a CSV file. Without it, no cell of a CSV is null.
        source_table: the table of a database, or the sheet of a workbook.

    Raises:
        InputError: it cannot be read; the message says where and why.
        MissingExtra: the driver of that database server is not installed.
    """
    if "://" in location:
        from steward.sources.server import open_server_table

        return open_server_table(location, source_table)
    path = Path(location)
    _check_file(path)
    kind = _format(path, format)
    if delimiter is not None and len(delimiter) != 1:
        raise UsageError(
            f"A delimiter is one character, not {delimiter!r}.", hint="Try --delimiter ';'."
        )
    readers: dict[str, Callable[[], Delivery]] = {
        "csv": lambda: _csv(path, encoding, delimiter, null),
        "jsonl": lambda: _jsonl(path, encoding),
        "parquet": lambda: _parquet(path),
        "xlsx": lambda: _xlsx(path, source_table),
        "sqlite": lambda: _sqlite(path, source_table),
    }
    return readers[kind]()


def _check_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise InputError(f"{path} is a directory.", hint="Name one file in it.")
        if not path.exists():
            raise InputError(f"There is no file {path}.", hint="Check the path.")
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.", hint="Check the path."
        ) from error


def _format(path: Path, wanted: str | None) -> str:
    if wanted is not None:
        if wanted not in FORMATS:
            raise UsageError(
                f"There is no format {wanted!r}.", hint=f"Use one of {', '.join(FORMATS)}."
            )
        return "csv" if wanted == "tsv" else wanted
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    suffix = plain.suffix.lower()
    if suffix in (".xls", ".ods", ".zip", ".pdf", ".feather", ".orc", ".avro"):
        raise InputError(
            f"{path}: {suffix} files cannot be read.",
            hint="Save it as CSV, JSONL, Parquet or .xlsx.",
        )
    return _SUFFIXES.get(suffix) or _by_first_bytes(path)


def _by_first_bytes(path: Path) -> str:
    from steward.sources.encoding import open_bytes

    with open_bytes(path) as stream:
        head = stream.read(16)
    signs = ((b"PAR1", "parquet"), (b"SQLite format 3\0", "sqlite"), (b"PK\x03\x04", "xlsx"))
    for sign, kind in signs:
        if head.startswith(sign):
            return kind
    return "jsonl" if head.lstrip().startswith(b"{") else "csv"


def _csv(path: Path, encoding: str | None, delimiter: str | None, null: str | None) -> Delivery:
    from steward.sources.delimited import open_delimited

    return open_delimited(path, encoding=encoding, delimiter=delimiter, null=null)


def _jsonl(path: Path, encoding: str | None) -> Delivery:
    from steward.sources.jsonl import open_jsonl

    return open_jsonl(path, encoding=encoding)


def _parquet(path: Path) -> Delivery:
    from steward.sources.parquet import open_parquet

    return open_parquet(path)


def _xlsx(path: Path, sheet: str | None) -> Delivery:
    from steward.sources.excel import open_sheet

    return open_sheet(path, sheet)


def _sqlite(path: Path, table: str | None) -> Delivery:
    from steward.sources.sqlite_table import open_sqlite_table

    return open_sqlite_table(path, table)
