"""CSV at the speed of Arrow: UTF-8, LF, quotes only where needed, null as nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SPECIAL = (b",", b'"', b"\n", b"\r")


@dataclass(frozen=True, slots=True)
class CsvLines:
    """Rows as CSV text, end to end, with the byte at which each begins (and the last ends)."""

    header: bytes
    text: memoryview
    starts: npt.NDArray[np.int32]

    @classmethod
    def of(cls, table: pa.Table, order: npt.NDArray[np.int64] | None = None) -> CsvLines:
        """A table of text columns as lines, in this order of its rows if one is given.

        A cell is quoted where it holds a comma, a quote or the end of a line.
        """
        header = _quoted(pa.array(table.column_names, pa.string())).to_pylist()
        columns = [_quoted(_whole(table.column(i))) for i in range(table.num_columns)]
        # A join of two: the columns with commas between, then nothing with a newline between.
        lines = pc.binary_join_element_wise(
            *columns, ",", null_handling="replace", null_replacement=""
        )
        lines = pc.binary_join_element_wise(lines, "", "\n")
        if order is not None:
            lines = lines.take(pa.array(order))
        _, offsets, data = lines.buffers()
        starts = np.frombuffer(offsets, np.int32, len(table) + 1) if offsets else np.zeros(1, "i4")
        return cls(
            ",".join(header).encode() + b"\n", memoryview(data) if data else memoryview(b""), starts
        )

    def between(self, start: int, end: int) -> memoryview:
        """The bytes of rows `start` to `end`, that one not included."""
        return self.text[int(self.starts[start]) : int(self.starts[end])]


class CsvFile:
    """A CSV file that grows; the header comes with the first rows, even if there are none."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self._file = path.open("wb")

    def __enter__(self) -> CsvFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, table: pa.Table) -> None:
        """Append all rows of a table."""
        self.write_lines(CsvLines.of(table), 0, len(table))

    def write_lines(self, lines: CsvLines, start: int, end: int) -> None:
        """Append some of these lines."""
        if self._file.tell() == 0:
            self._file.write(lines.header)
        self._file.write(lines.between(start, end))
        self.rows += end - start


def _whole(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined


def _quoted(column: pa.Array) -> pa.Array:
    """The column with quotes around the cells that need them; most columns have none."""
    data = column.buffers()[2]
    raw = data.to_pybytes() if data else b""
    if not any(sign in raw for sign in SPECIAL):
        return column
    needs = pc.match_substring_regex(column, '[,"\\r\\n]')
    doubled = pc.replace_substring(column, '"', '""')
    ends = pa.array([""]).take(pa.array(np.zeros(len(column), dtype=np.int64)))
    return pc.if_else(needs, pc.binary_join_element_wise(ends, doubled, ends, '"'), column)
