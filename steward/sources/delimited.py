"""CSV and its kin, cell for cell: nothing is trimmed, typed or guessed to be null.

The C reader of the standard library runs in strict mode: it keeps every character of a field, and
refuses broken quoting. Every row must have as many fields as the header.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from steward.errors import InputError
from steward.sources.columns import check_columns
from steward.sources.delivery import CHUNK_ROWS, Chunk, Delivery, Row
from steward.sources.encoding import Encoding, detect, open_bytes, open_text

FIELD_LIMIT = 16 << 20
"""Characters in one field. A longer one is nearly always a quote that was never closed."""

DELIMITERS = ",\t;|"
SNIFF = 1 << 16


def open_delimited(
    path: Path, *, encoding: str | None, delimiter: str | None, null: str | None
) -> Delivery:
    """Look at the head of a CSV or TSV file, and return it ready to be read."""
    known = detect(path, encoding)
    head = _head(path, known)
    delimiter = delimiter or ("\t" if ".tsv" in path.suffixes else sniff_delimiter(head))
    reader = _Reader(path, known, delimiter, null)
    columns = check_columns(reader.header(), str(path))
    dialect = {
        "format": "csv",
        "encoding": known.name,
        "bom": known.bom,
        "delimiter": delimiter,
        "line_end": _line_end(head),
        "last_line_end": _ends_with_line_end(path, known),
        "gzip": path.suffix == ".gz",
        "null": null,
    }
    return Delivery(columns, str(path), lambda: reader.chunks(len(columns)), dialect)


def sniff_delimiter(head: str) -> str:
    """Return the delimiter that splits the first lines most evenly into most fields."""
    return max(DELIMITERS, key=lambda candidate: _evenness(head, candidate))


def _evenness(head: str, delimiter: str) -> tuple[float, int, int]:
    lines = head.splitlines(keepends=True)
    whole = lines[:-1] if len(head) >= SNIFF and len(lines) > 1 else lines
    widths: list[int] = []
    try:
        for row in csv.reader(whole[:200], delimiter=delimiter):
            if row:
                widths.append(len(row))
    except csv.Error:
        return (0.0, 0, 0)
    if not widths or widths[0] < 2:
        return (0.0, 0, -DELIMITERS.index(delimiter))
    even = sum(width == widths[0] for width in widths) / len(widths)
    return (round(even, 1), widths[0], -DELIMITERS.index(delimiter))


def _head(path: Path, encoding: Encoding) -> str:
    with open_text(path, encoding) as stream:
        return stream.read(SNIFF)


def _line_end(head: str) -> str:
    first = min((at for at in (head.find("\n"), head.find("\r")) if at >= 0), default=-1)
    if first < 0:
        return "\n"
    return "\r\n" if head.startswith("\r\n", first) else head[first]


def _ends_with_line_end(path: Path, encoding: Encoding) -> bool:
    last = b""
    with open_bytes(path) as stream:
        while block := stream.read(1 << 20):
            last = (last + block)[-8:]
    return last.decode(encoding.name, "ignore").endswith(("\n", "\r"))


class _Reader:
    """Reads rows and knows the line it is at."""

    def __init__(self, path: Path, encoding: Encoding, delimiter: str, null: str | None) -> None:
        self.path, self.encoding, self.delimiter, self.null = path, encoding, delimiter, null

    def header(self) -> list[str]:
        with open_text(self.path, self.encoding) as stream:
            for row in self._rows(stream):
                return row
        raise InputError(f"{self.path} is empty.", hint="Deliver a table with a header line.")

    def chunks(self, width: int) -> Iterator[Chunk]:
        """Rows after the header, each of `width` fields."""
        with open_text(self.path, self.encoding) as stream:
            rows = self._rows(stream)
            next(rows, None)
            held: list[Row] = []
            for row in rows:
                if len(row) != width:
                    if row or width == 1:
                        row = self._unequal(row, width)
                    else:
                        continue  # a blank line between rows holds no cell
                held.append(row)
                if len(held) == CHUNK_ROWS:
                    yield self._finish(held)
                    held = []
            if held:
                yield self._finish(held)

    def _finish(self, rows: list[Row]) -> Chunk:
        if self.null is not None:
            null = self.null
            return Chunk([[None if cell == null else cell for cell in row] for row in rows])
        return Chunk(rows)

    def _rows(self, stream: IO[str]) -> Iterator[list[str]]:
        csv.field_size_limit(FIELD_LIMIT)
        self._line = 1
        reader = csv.reader(_without_nul(stream, self.path), delimiter=self.delimiter, strict=True)
        try:
            for row in reader:
                yield row
                self._line = reader.line_num + 1
        except csv.Error as error:
            raise self._broken(str(error)) from error

    def _broken(self, error: str) -> InputError:
        where = f"{self.path}: the row that starts at line {self._line:,}"
        if "field larger" in error:
            return InputError(
                f"{where} has a field of more than {FIELD_LIMIT:,} characters.",
                hint="Look for a quote that is never closed.",
            )
        if "unexpected end" in error:
            return InputError(
                f"{where} opens a quote that is never closed.",
                hint="Close the quote, or write a quote inside a field twice.",
            )
        return InputError(
            f"{where} is not well quoted ({error}).",
            hint=f"Check the delimiter ({self.delimiter!r}); write a quote inside a field twice.",
        )

    def _unequal(self, row: list[str], width: int) -> list[str]:
        if not row and width == 1:
            return [""]
        raise InputError(
            f"{self.path}: the row at line {self._line:,} has {len(row)} fields; "
            f"the header has {width}.",
            hint=f"Mend the row, or name the delimiter: --delimiter (used: {self.delimiter!r}).",
        )


def _without_nul(stream: IO[str], path: Path) -> Iterator[str]:
    for number, line in enumerate(stream, 1):
        if "\0" in line:
            raise InputError(
                f"{path} holds a NUL character at line {number:,}; it is not plain text.",
                hint="Export the table again; if it is UTF-16, say --encoding utf-16.",
            )
        yield line


class LineWriter:
    """Writes rows with minimal quoting and any line end.

    The C writer quotes a line break only when it is part of its own line end, so it always works
    with CR LF, and the end of each line is replaced here.
    """

    def __init__(self, stream: IO[bytes], dialect: Mapping[str, Any], null: str) -> None:
        self._stream, self._null = stream, null
        self._encoding = str(dialect.get("encoding") or "utf-8")
        self._end = str(dialect.get("line_end") or "\n")
        self._last_end = bool(dialect.get("last_line_end", True))
        self._held: list[str] = []
        self._writer = csv.writer(
            self, delimiter=str(dialect.get("delimiter") or ","), lineterminator="\r\n"
        )
        if dialect.get("bom"):
            stream.write(Encoding(self._encoding, True).mark)
        self._first = True

    def write(self, line: str) -> None:
        """Take one line from the C writer."""
        self._held.append(line[:-2])

    def rows(self, rows: list[Row]) -> None:
        """Write some rows; null becomes the null text."""
        null = self._null
        self._writer.writerows(
            [null if cell is None else cell for cell in row] if None in row else row for row in rows
        )
        if self._held:
            start = "" if self._first else self._end
            self._stream.write((start + self._end.join(self._held)).encode(self._encoding))
            self._first = False
        self._held = []

    def close(self) -> None:
        """End the last line, unless the delivery did not."""
        if self._last_end and not self._first:
            self._stream.write(self._end.encode(self._encoding))
