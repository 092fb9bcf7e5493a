"""What a source hands over: named columns, and rows of text as they were delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ROWS = 8192
"""Rows that are in memory at a time while a delivery is read."""

Row = Sequence[str | None]


class Chunk(NamedTuple):
    """Some rows, and the cells among them whose text needs quotes to be read back.

    `quoted` lists (position in `rows`, column number) of JSON strings that look like another JSON
    value, in columns where both occur.
    """

    rows: list[Row]
    quoted: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A table that waits to be read, once or several times.

    `dialect` holds what is needed to write it back as it came (encoding, delimiter, line ends).
    `types` names the type a column had in its source; columns of plain text are absent.
    """

    columns: tuple[str, ...]
    source: str
    read: Callable[[], Iterator[Chunk]]
    dialect: Mapping[str, object] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)

    def chunks(self) -> Iterator[Chunk]:
        """Rows of text (None for null), in source order; `InputError` where it breaks."""
        return self.read()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read the same rows as Arrow record batches; every column a nullable string."""
        import pyarrow as pa

        schema = pa.schema([pa.field(name, pa.string()) for name in self.columns])
        for chunk in self.read():
            columns = list(zip(*chunk.rows, strict=True)) if chunk.rows else []
            arrays = [pa.array(column, pa.string()) for column in columns]
            if arrays:
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def chunked(rows: Iterator[Row]) -> Iterator[Chunk]:
    """Group rows into chunks."""
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if len(held) == CHUNK_ROWS:
            yield Chunk(held)
            held = []
    if held:
        yield Chunk(held)
